// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "perturb/image.h"
#include "perturb/landmarks.h"

namespace robench::realism {

/// Direction of the lamp; positive azimuth lights the image's left side.
struct Light {
  double azimuth_deg = 0;
  double elevation_deg = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes <=> for a comparison with 0.
  auto operator<=>(const Light&) const = default;
  /// Between the lamp and the camera's axis.
  [[nodiscard]] double angle_deg() const;
};

struct LitPicture {
  Light light;
  Image image;
  double strength = 1;  // of the lamp, see lamp_strength.h
};

/// One person without a movement under many lamps.
struct Subject {
  std::string name;
  Image frontal;        // lamp at (0, 0)
  Landmarks landmarks;  // of the frontal picture; the head does not move
  std::vector<LitPicture> lit;
};

/// What is done with the files' grey values, which are proportional to light (docs/realism_of_light.md).
enum class Encoding {
  srgb,       // encoded for sRGB, as a camera would have done; the models see that
  linear,     // encoded, so that side_light computes rightly, and decoded again for the models
  as_stored,  // taken for sRGB as they are, by side_light too
};

/// The Extended Yale Face Database B (Georghiades, Belhumeur and Kriegman 2001; Lee, Ho and Kriegman
/// 2005), cropped, with a manifest.csv: path, subject, light_azimuth_deg, light_elevation_deg. In the
/// order of the subjects' names. Throws EnvironmentError when a file cannot be read.
[[nodiscard]] std::vector<Subject> read_yale(const std::filesystem::path& folder, Encoding encoding);

}  // namespace robench::realism
