// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench {

/// What is behind a generated head.
enum class Backdrop {
  studio,  ///< soft grey-blue gradient, lighter behind the head
  plain,   ///< one mid-grey
  garden,  ///< out-of-focus discs of light, as in an outdoor portrait
};

/// One picture of one generated person. No real person, photograph or scan stands behind it.
///
/// Axes: x to image right, y down, z to the camera. All angles in degrees, those of the pose within
/// +-60.
struct FaceRecipe {
  /// The person: face proportions, nose, eyes, brows, lips, skin, hair and iris are a hash of it.
  std::uint32_t subject = 1;
  /// Another moment of the same person: 0 is at rest, any other value moves lids, brows and mouth a
  /// little.
  std::uint32_t expression = 0;

  double yaw_deg = 0.0;    ///< positive: the nose points to image right
  double pitch_deg = 0.0;  ///< positive: the nose points up
  double roll_deg = 0.0;   ///< positive: the image-right eye is lower, as in Landmarks::roll_deg

  /// Where the light comes from: 0 camera, 90 image left, -90 image right; the sign of side_light and of
  /// the Extended Yale Face Database B.
  double light_azimuth_deg = 25.0;
  double light_elevation_deg = 30.0;  ///< positive: from above
  double ambient = 0.45;              ///< share of the light that comes from everywhere, 0..1

  int size_px = 320;  ///< side of the square picture
  double inter_eye_px =
      60.0;  ///< distance of the eye centres that this person has at yaw, pitch, roll 0
  Backdrop backdrop = Backdrop::studio;
};

/// A picture with its exact iBUG landmarks: the projections of 68 points of the rendered surface, also
/// of those that the pose hides. The jaw points stay fixed on the skin, so on a turned head the far ones
/// lie inside of the visible outline (annotators would move them onto it).
struct GeneratedFace {
  Image image;
  Landmarks landmarks;
};

/// A head and the pixel where the midpoint between its eyes shall lie, at any pose.
struct PlacedFace {
  FaceRecipe recipe;  ///< size_px and backdrop are not used
  cv::Point2d eyes_px;
};

/// A picture with several heads; `landmarks[i]` belongs to the i-th head.
struct GeneratedPhotograph {
  Image image;
  std::vector<Landmarks> landmarks;
};

/// The head of `recipe`, eyes at (0.5, 0.46) of the picture. A pure function: same recipe, same bytes.
/// Requires: size_px and inter_eye_px positive.
[[nodiscard]] GeneratedFace render_face(const FaceRecipe& recipe);

/// Heads anywhere in a picture of `size`, later ones in front; parts outside of it are cut off.
/// `faces` may be empty: a picture without a face.
[[nodiscard]] GeneratedPhotograph render_photograph(const std::vector<PlacedFace>& faces, cv::Size size,
                                                    Backdrop backdrop = Backdrop::studio);

/// A photograph of people side by side from left to right, each with its own recipe; the spacing follows
/// the largest inter-eye distance, so that no head hides another.
[[nodiscard]] GeneratedPhotograph render_group(const std::vector<FaceRecipe>& people,
                                               Backdrop backdrop = Backdrop::garden);

}  // namespace robench
