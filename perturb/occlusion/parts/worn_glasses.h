// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "perturb/occlusion/parts/occluder.h"

namespace robench {

/// The make of a pair of glasses; lengths in inter-eye distances of a frontal face.
struct GlassesMake {
  float half_width;   // of a lens
  float half_height;  // of a lens
  float exponent;     // of its superellipse: 2 = round, 4 = nearly a rectangle
  float taper;        // how much narrower a lens is below than above
  float rim;          // thickness of the frame
  cv::Vec3f frame;    // reflectance
};

/// Glasses before the eyes: the front is a plane a little before the face, so it moves with the nose
/// when the head turns; the temples run to the ears as far as they can be seen.
class WornGlasses {
 public:
  WornGlasses(const FaceFit& fit, const GlassesMake& make);

  /// A place on the lens of a side (-1 left, 1 right), (0, 0) in its middle, +-1 at its edges.
  [[nodiscard]] cv::Point2f on_lens(int side, cv::Point2f face) const;
  /// Distance to the lens's edge in face units, negative inside.
  [[nodiscard]] float lens_distance(int side, cv::Point2f face) const;
  [[nodiscard]] Coverage lens(const Occluder& occluder, int side) const;
  /// Rims, bridge and temples, with the light along their upper edge.
  void lay_frame(Occluder& occluder) const;

 private:
  [[nodiscard]] cv::Rect2f box(int side) const;
  void lay_bar(Occluder& occluder, cv::Point2f from, cv::Point2f to, float ra, float rb) const;

  GlassesMake make_;
  cv::Point2f centre_[2];
  cv::Point2f radius_[2];
  cv::Point2f ear_[2];
};

}  // namespace robench
