// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "perturb/occlusion/parts/occluder.h"

namespace robench {

/// How the ends of a part look.
enum class Ends {
  round,   // half a disc
  joined,  // round, and its beginning melts into what is under it: the root of a finger
  flat,    // cut across, corners slightly rounded: a phone, a cup
};

/// A straight part of an object: from a to b, ra and rb thick (half). Lengths in inter-eye distances in
/// the object's own axes: origin in the middle of what covers the face, y along the arm that holds it.
struct Part {
  cv::Point2f a, b;
  float ra, rb;
  cv::Vec3f colour;  // reflectance
  Ends ends = Ends::round;
  float roundness = 1;  // 0 = a plate, 1 = shaded as a rod
  float gloss = 0;      // highlight of a smooth surface
  float mesh = 0;       // depth of a wire mesh

  /// Negative inside.
  [[nodiscard]] float distance(cv::Point2f p) const;
};

enum class HeldObject { hand, phone, cup, microphone };

/// The parts in the order of painting. Skin takes the colour of the face.
[[nodiscard]] std::vector<Part> parts_of(HeldObject object, cv::Vec3f skin);

/// Where an object lies in the picture: it comes along its own y axis.
struct Placement {
  cv::Point2f target;     // face units
  cv::Point2f direction;  // unit vector from the face to where it comes from
  float distance;         // still to go to the target
  float scale;

  [[nodiscard]] cv::Point2f to_object(cv::Point2f face) const;
  [[nodiscard]] cv::Point2f to_face(cv::Point2f object) const;
};

[[nodiscard]] bool covers(const std::vector<Part>& parts, const Placement& place, cv::Point2f face);
void lay_parts(Occluder& occluder, const std::vector<Part>& parts, const Placement& place);

}  // namespace robench
