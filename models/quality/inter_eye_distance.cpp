// SPDX-License-Identifier: Apache-2.0
// After ISO/IEC 29794-5's "inter-eye distance": corrected for the turn of the head, which shortens it.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/head_pose.h"
#include "models/quality_measure.h"

namespace robench::quality {

QualityMeasureSpec inter_eye_distance() {
  QualityMeasureSpec spec;
  spec.name = "inter_eye_distance";
  spec.unit = "px";
  spec.summary = "distance of the eye centres in the photograph over the cosine of the yaw";
  spec.mapping = "logarithmic, 0 at 10 px, 100 from 90 px, what passport photographs must have (own)";
  spec.raw = [](const QualityFace& face) {
    constexpr double kMostTurn = 60;  // degrees; beyond, the correction would be larger than the thing
    const double yaw = std::min(std::abs(head_pose(face.landmarks).yaw_deg), kMostTurn);
    return face.landmarks.inter_eye_px() / std::cos(yaw * std::numbers::pi / 180);
  };
  spec.score = [](double raw) { return linear_score(std::log(10.0), std::log(90.0))(std::log(raw)); };
  spec.logarithmic = true;
  spec.low_means = "the face is small in the photograph";
  return spec;
}

}  // namespace robench::quality
