// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "tests/support/generated_head.h"
#include "tests/support/generated_math.h"
#include "tests/support/generated_subject.h"

namespace robench::generated {

/// The hair of one person, as surfaces around the head. Angles and heights as in Head::surface.
class Hair {
 public:
  explicit Hair(const Subject& subject);

  /// How far a place of the head lies inside of the hairline, in eye distances; negative = bare skin.
  [[nodiscard]] float inside(float angle, float y) const;
  /// The hair over the head; just under the skin where there is none.
  [[nodiscard]] cv::Point3f cap(const Head& head, float angle, float y) const;

  /// Long hair that falls to the shoulders: angle and height of a grid point (shares in 0..1), and its
  /// place.
  [[nodiscard]] cv::Point2f fall_st(float v, float u) const;
  [[nodiscard]] cv::Point3f fall(cv::Point2f st) const;
  /// A knot on top of the head; st = (angle, angle from its pole).
  [[nodiscard]] cv::Point3f bun(cv::Point2f st) const;

  /// Brightness of the strands at a place, about 0.6 to 1.3.
  [[nodiscard]] float strand(cv::Point2f st) const;

 private:
  [[nodiscard]] float thickness(float angle, float y) const;
  /// Relief of curls or combed locks, in eye distances.
  [[nodiscard]] float locks(const cv::Point3f& skin, float angle, float y) const;

  std::uint32_t seed_;
  HairStyle style_;
  float line_shift_;
  Curve line_;  // height of the hairline over |angle|
};

}  // namespace robench::generated
