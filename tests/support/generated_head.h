// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "tests/support/generated_math.h"
#include "tests/support/generated_subject.h"

namespace robench::generated {

/// The skin of one person at one moment, without hair, ears and neck.
///
/// Unit: the mean person's eye distance (about 63 mm). Origin: midpoint between the eyes; x to image
/// right, y down, z to the camera, head upright. A point of the face is named by its (x, y); front_z()
/// gives the depth, so what is painted at (x, y) and the landmark at (x, y) are the same place.
/// Proportions of the mean person: the mean iBUG shape (Sagonas et al., 2013), made symmetric.
class Head {
 public:
  Head(const Subject& subject, const Expression& expression);

  [[nodiscard]] float crown_y() const { return -1.85f; }
  [[nodiscard]] float chin_y() const { return chin_y_; }
  /// Half of the head's width at height y; 0 at crown and chin.
  [[nodiscard]] float half_width(float y) const;
  /// Depth of the face at (x, y). Requires: |x| <= half_width(y).
  [[nodiscard]] float front_z(float x, float y) const;
  /// The whole surface: angle in radians around the vertical axis, 0 in front, positive to image right.
  [[nodiscard]] cv::Point3f surface(float angle, float y) const;
  /// The 68 iBUG points on the surface.
  [[nodiscard]] std::array<cv::Point3f, 68> landmarks() const;

  // The lines of the face, as heights y; `ax` is |x|.
  [[nodiscard]] float brow_y(float ax) const;
  /// Outer edges and closing line of the lips; meaningful for ax <= mouth_half_width().
  [[nodiscard]] float lip_top_y(float ax) const;
  [[nodiscard]] float lip_line_y(float ax) const;
  [[nodiscard]] float lip_bottom_y(float ax) const;
  [[nodiscard]] float mouth_half_width() const { return mouth_half_width_; }

  // The eye opening; u runs from -1 at the inner to 1 at the outer corner.
  [[nodiscard]] float eye_x() const { return eye_x_; }
  [[nodiscard]] float eye_half_width() const { return eye_half_width_; }
  [[nodiscard]] float eye_u(float ax) const { return (ax - eye_x_) / eye_half_width_; }
  [[nodiscard]] float upper_lid_y(float u) const;
  [[nodiscard]] float lower_lid_y(float u) const;

  /// Where this nose has what the mean nose has at height mean_y; half width at the wings.
  [[nodiscard]] float nose_y(float mean_y) const { return mean_y * nose_length_; }
  [[nodiscard]] float nose_half_width() const { return 0.22f * nose_width_; }

 private:
  [[nodiscard]] float middle_z(float y) const;
  [[nodiscard]] float end_cap(float y) const;
  [[nodiscard]] float relief(float x, float y) const;
  [[nodiscard]] float nose_relief(float ax, float y) const;
  [[nodiscard]] float eye_relief(float ax, float y) const;
  [[nodiscard]] float mouth_relief(float ax, float y) const;

  float face_half_width_, jaw_width_, chin_length_, chin_y_;
  float eye_x_, eye_half_width_, eye_opening_;
  float brow_lift_;
  float nose_length_, nose_width_, nose_height_;
  float mouth_half_width_, mouth_y_, lip_weight_, smile_;
  Curve profile_, middle_, back_, brow_, nose_ridge_, lip_top_, lip_line_, lip_bottom_;
};

}  // namespace robench::generated
