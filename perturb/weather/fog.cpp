// SPDX-License-Identifier: Apache-2.0
// Fog between camera and face, after Koschmieder (1924): of the face's light J the share t = exp(-depth)
// arrives, and the lit fog itself adds the airlight A (1 - t): I = J t + A (1 - t), in linear light.
// `depth` is the optical depth, extinction times distance. The fog is not even: its depth varies by
// `patchiness` in large soft swathes (fractal noise that sticks to the face), around the same mean.
#include <algorithm>
#include <cmath>
#include <vector>

#include "perturb/face_axes.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/weather/parts/value_noise.h"

namespace robench::perturbations {
namespace {

constexpr float kSwathe = 2.2F;  // largest cell of the noise, inter-eye distances
constexpr int kOctaves = 4;
constexpr float kGain = 0.55F;

struct Fog {
  float depth;
  float patchiness;
  float airlight;
};

Image veiled(const Image& image, const Frame& frame, const Fog& fog, const RandomStream& stream) {
  const FaceAxes axes(frame, image.bgr().size());
  const ValueNoise noise(stream);
  std::vector<float> swathes(static_cast<std::size_t>(image.width()));
  return relit(image, [&](int y, LightRow& light) {
    noise.fractal_row(axes.row(y), kSwathe, kOctaves, kGain, swathes);
    for (std::size_t x = 0; x < swathes.size(); ++x) {
      const float swathe = 2 * swathes[x];  // several octaves seldom leave +-1/2
      const float depth = fog.depth * std::max(0.0F, 1.0F + fog.patchiness * swathe);
      light.gain[x] = std::exp(-depth);
      light.veil[x] = fog.airlight * (1.0F - light.gain[x]);
    }
  });
}

}  // namespace

PerturbationSpec fog() {
  PerturbationSpec spec;
  spec.name = "fog";
  spec.summary = "an uneven veil of lit fog between camera and face";
  spec.params = {{.name = "depth",
                  .unit = "optical depth",
                  .summary = "mean extinction times distance",
                  .min = 0,
                  .max = 10},
                 {.name = "patchiness",
                  .unit = "share",
                  .summary = "how far swathes differ from the mean depth; 0 = even",
                  .min = 0,
                  .max = 1,
                  .default_value = 0.6},
                 {.name = "airlight",
                  .unit = "linear light",
                  .summary = "light of endless fog; 1 = white",
                  .min = 0,
                  .max = 1,
                  .default_value = 0.7}};
  spec.keeps_grey = true;
  spec.strength = "depth";
  spec.ladder = {0.15, 0.3, 0.6, 1.05, 1.65};
  spec.ladder_source =
      "own: a face at 5, 10, 20, 35 and 55 % of the meteorological optical range, where 5 % of the "
      "light is "
      "left (WMO-No. 8)";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    const Fog fog{static_cast<float>(params.number("depth")),
                  static_cast<float>(params.number("patchiness")),
                  static_cast<float>(params.number("airlight"))};
    return [fog](const Image& image, const Frame& frame, const RandomStream& stream) {
      return veiled(image, frame, fog, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
