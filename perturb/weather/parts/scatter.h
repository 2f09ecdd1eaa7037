// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "perturb/face_axes.h"
#include "perturb/random_stream.h"

namespace robench {

/// Side of the tiles over which things are scattered, in inter-eye distances: the side of a face crop.
inline constexpr float kScatterTile = 5.0F;

/// Distance between the eyes of an adult, in millimetres: for things whose size is known.
inline constexpr double kInterEyeMm = 63;

/// How many things of which `per_m3` hang in a cubic metre are before one tile, seen from `distance_m`:
/// those in the pyramid between the tile and the camera.
[[nodiscard]] double things_in_view(double per_m3, double distance_m);

/// One thing of a shower: where it is and what chance gave it.
struct ScatteredThing {
  cv::Point2f place;            // face units
  float presence;               // below 1 for the last one of a tile, which is only coming
  std::array<float, 6> chance;  // each uniform in [0, 1)
};

/// Visits `per_tile` things in every tile that the picture touches, and those up to 1.5 inter-eye
/// distances outside of it. Things come in a fixed order, so those of a lighter shower are among those
/// of a heavier one, and they stick to the face, so that a crop and its photograph agree. Tiles further
/// than 100 inter-eye distances from the face stay empty.
void scatter(const FaceAxes& axes, cv::Size picture, const RandomStream& stream, double per_tile,
             const std::function<void(const ScatteredThing&)>& visit);

}  // namespace robench
