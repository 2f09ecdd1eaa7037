// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

namespace robench::generated {

/// Linear-light colour as (red, green, blue), 0..1.
using Colour = cv::Point3f;

/// sRGB hexadecimal, e.g. 0xE3B48F, to linear light.
[[nodiscard]] Colour colour_from_srgb(std::uint32_t hex);

enum class HairStyle { cropped, side_part, long_hair, bun, curls };

/// What makes a person: proportions relative to the mean face (1 or 0 = mean), colours and hair.
struct Subject {
  explicit Subject(std::uint32_t seed);

  std::uint32_t seed;
  float face_width, jaw_width, chin_length;  // factors
  float eye_distance, eye_width, eye_opening;
  float brow_lift, brow_weight;  // lift in eye distances
  float nose_length, nose_width, nose_height;
  float mouth_width, mouth_drop, lip_weight;  // drop in eye distances

  Colour skin, lip, hair, iris, cloth;
  HairStyle hair_style;
};

/// A moment: small movements, in eye distances or as factors (1 = at rest).
struct Expression {
  /// Seed 0 is at rest.
  Expression(std::uint32_t subject_seed, std::uint32_t seed);

  float smile = 0.0f;  // lifts and widens the mouth corners
  float brow_raise = 0.0f;
  float lids = 1.0f;
};

}  // namespace robench::generated
