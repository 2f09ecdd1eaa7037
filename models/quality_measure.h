// SPDX-License-Identifier: Apache-2.0
// Image quality of one face by measures that carry the names of ISO/IEC 29794-5. They follow the
// standard's ideas with own algorithms, and are not conformant to it.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/face.h"

namespace robench {

/// Raised by any change of a measure's numbers; part of the keys of what holds them.
inline constexpr int kQualityMeasuresVersion = 2;

/// A face as the measures look at it, prepared once: its part of the picture at no more than 64 px
/// between the eyes, and where in it the face lies.
struct QualityFace {
  cv::Mat bgr;     // CV_8UC3; the face hull's bounding box
  cv::Mat1b luma;  // BT.601 of the sRGB code values
  cv::Mat1b hull;  // 255 on the face (perturb/face_hull.h)
  cv::Mat1b left,
      right;  // the hull's halves beside the line from nose bridge to chin, image-left and -right
  cv::Mat1b native_luma;    // the middle of the box, at most 256 px a side, as in the picture
  cv::Point native_origin;  // of that part in the picture
  Landmarks landmarks;      // in pixels of the picture
  Landmarks placed;         // in pixels of `luma`
  double sharpness = 0;     // face_quality()
  double rival_area = 0;    // largest other face's box area over this one's; 0 = alone
};

/// `landmarks` and `crop` of the same face of `picture`. nullopt where less than half of the face lies
/// in the picture, or the landmarks are unusable. `rival_area` as above.
[[nodiscard]] std::optional<QualityFace> quality_face(const Image& picture, const Landmarks& landmarks,
                                                      const FaceCrop& crop, double rival_area = 0);

/// One measure: a file of models/quality, called like the standard's quality component.
struct QualityMeasureSpec {
  std::string name;
  std::string unit;     // of the raw value
  std::string summary;  // how the raw value is made
  std::string mapping;  // how 0..100 is made of it, and where its ends come from
  std::function<double(const QualityFace&)> raw;  // NaN = failure to assess
  std::function<double(double)> score;            // of a raw value; clipped to 0..100 by assess()
  bool logarithmic = false;                       // the score follows the logarithm of the raw value
  std::string low_means;  // what a low score says of the photograph, in plain words
};

/// Sorted by name.
[[nodiscard]] const std::vector<QualityMeasureSpec>& quality_measures();

struct QualityValue {
  double raw = std::numeric_limits<double>::quiet_NaN();
  int score = -1;  // 0..100, higher is better; -1 = failure to assess
};
/// One value per measure, in the order of quality_measures(); all failures without a face.
[[nodiscard]] std::vector<QualityValue> assess_quality(const std::optional<QualityFace>& face);

/// A raw value as a covariate of a model: its logarithm where the measure is logarithmic. NaN stays NaN.
[[nodiscard]] double covariate(const QualityMeasureSpec& measure, double raw);

/// 0 at `at_0`, 100 at `at_100`, linear in between and beyond.
[[nodiscard]] std::function<double(double)> linear_score(double at_0, double at_100);
/// Score of a head's angle in degrees: 100 cos^2, and 0 from 90 degrees on.
[[nodiscard]] double angle_score(double degrees);

}  // namespace robench
