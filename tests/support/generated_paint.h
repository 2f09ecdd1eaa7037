// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

#include "tests/support/generated_hair.h"
#include "tests/support/generated_head.h"
#include "tests/support/generated_mesh.h"
#include "tests/support/generated_subject.h"

namespace robench::generated {

/// How a place of a surface answers light.
struct Paint {
  Colour albedo;
  float gloss = 0.0f;       ///< strength of the highlight
  float sharpness = 20.0f;  ///< Blinn-Phong exponent of the highlight
  float bleed = 0.0f;       ///< how far red light creeps into the shade (skin)
  Colour glow{0, 0, 0};     ///< light added as it is (the reflection in the eye)
};

/// Paints one person: the drawn details lie exactly on the lines of Head.
class Painter {
 public:
  /// `to_light` in the axes of the upright head; `gaze` is where the irises are moved, in eye distances.
  Painter(const Subject& subject, const Head& head, const Hair& hair, cv::Point3f to_light,
          cv::Point2f gaze);

  [[nodiscard]] Paint at(Part part, const cv::Point3f& rest, cv::Point2f st) const;

 private:
  [[nodiscard]] Paint face(const cv::Point3f& rest, cv::Point2f st) const;
  [[nodiscard]] Paint eye(float ax, float x, float y) const;
  [[nodiscard]] Paint hair(cv::Point2f st) const;
  [[nodiscard]] Colour complexion(float ax, float y) const;
  void add_lips(Paint& paint, float ax, float y) const;
  void add_brow(Paint& paint, float ax, float y) const;
  void add_lids(Paint& paint, float ax, float y) const;

  const Subject& subject_;
  const Head& head_;
  const Hair& hair_;
  cv::Point3f to_light_;
  cv::Point2f gaze_;
};

}  // namespace robench::generated
