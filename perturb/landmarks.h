// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <opencv2/core.hpp>

namespace robench {

/// The 68 points of the iBUG 300-W mark-up, in pixels; the centre of the top-left pixel is (0, 0).
/// "Left" and "right" mean the image's left and right, never the person's.
///
/// Index: 0-16 jaw line from image left to right, 17-21 and 22-26 brows, 27-30 nose bridge,
/// 31-35 nostrils, 36-41 and 42-47 eyes, 48-59 outer lips, 60-67 inner lips (Sagonas et al. 2013).
struct Landmarks {
  static constexpr int kCount = 68;
  std::array<cv::Point2f, kCount> points{};

  [[nodiscard]] cv::Point2f left_eye() const;   ///< mean of 36-41
  [[nodiscard]] cv::Point2f right_eye() const;  ///< mean of 42-47
  [[nodiscard]] cv::Point2f mouth() const;      ///< mean of the mouth corners 48 and 54
  /// Left eye, right eye, nose tip (30), left and right mouth corner (48, 54).
  [[nodiscard]] std::array<cv::Point2f, 5> five_points() const;
  /// Distance of the eye centres in pixels: robench's unit of length.
  [[nodiscard]] double inter_eye_px() const;
  /// Angle of the line between the eyes in degrees; positive = image right eye lower.
  [[nodiscard]] double roll_deg() const;
};

/// `landmarks` under the affine map `target_from_source` (2x3, CV_64F).
[[nodiscard]] Landmarks transformed(const Landmarks& landmarks, const cv::Matx23d& target_from_source);

class OtherFaces;

/// What a perturbation knows of the face in the picture that it changes. Every length of a
/// perturbation is a fraction of `inter_eye_px`, so that a severity means the same at any resolution.
struct Frame {
  Landmarks landmarks;
  double inter_eye_px = 0;
  const OtherFaces* others = nullptr;  // of other subjects, see other_faces.h; not owned

  explicit Frame(const Landmarks& points);
};

}  // namespace robench
