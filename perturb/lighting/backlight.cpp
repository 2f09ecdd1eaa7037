// SPDX-License-Identifier: Apache-2.0
// A window or the sky behind the head. The camera exposes between the two: the background rises, head
// and shoulders fall, `ratio_ev` stops apart in all, and the lens spreads part of the bright light over
// the dark head (veiling glare, defined in ISO 9358:1994; the share is our own choice), most near its
// outline.
// Head and shoulders are a soft generic silhouette in face units, so the outline is a transition, not
// a cut-out.
#include <algorithm>
#include <cmath>

#include "perturb/face_axes.h"
#include "perturb/perturbation.h"
#include "perturb/relight.h"
#include "perturb/smooth_step.h"
#include "perturb/subject_mask.h"

namespace robench::perturbations {
namespace {

constexpr double kFaceShare = 0.6;  // of the stops the face loses; the background gains the rest
constexpr float kGlare = 0.03F;     // of the sky's light, all over the picture
constexpr float kGlow = 0.10F;      // more of it along the outline

constexpr float kSoftness = 0.45F;  // width of the transition, inter-eye distances

struct Scene {
  float face_gain;
  float background_gain;
  float sky;  // light that the background gets even where it was black; 1 = white
};

Scene scene_of(double ratio_ev) {
  const double background_gain = std::exp2((1 - kFaceShare) * ratio_ev);
  return {static_cast<float>(std::exp2(-kFaceShare * ratio_ev)), static_cast<float>(background_gain),
          static_cast<float>(0.25 * (background_gain - 1))};
}

void light_row(const Scene& scene, const FaceAxes& axes, int y, LightRow& light) {
  const PersonShape person_shape(axes);
  const FaceLine line = axes.row(y);
  for (std::size_t x = 0; x < light.gain.size(); ++x) {
    const float u = line.u(x);
    const float v = line.v(x);
    const float depth = person_shape.depth(u, v);
    const float person = smooth_step(0.5F + depth / kSoftness);
    // The sky begins further out, so that dark hair beyond the silhouette stays dark.
    const float sky = smooth_step(-0.3F - 1.2F * depth);
    const float glow = smooth_step(0.7F - depth);
    light.gain[x] = scene.background_gain + person * (scene.face_gain - scene.background_gain);
    light.veil[x] = scene.sky * (sky + kGlare + kGlow * glow);
  }
}

}  // namespace

PerturbationSpec backlight() {
  PerturbationSpec spec;
  spec.name = "backlight";
  spec.summary = "a bright background behind a dark face, with veiling glare";
  spec.params = {{.name = "ratio_ev",
                  .unit = "EV",
                  .summary = "background over face in stops, beyond the picture's own",
                  .min = 0,
                  .max = 10}};
  spec.keeps_grey = true;
  spec.strength = "ratio_ev";
  spec.ladder = {1, 2, 3, 4, 5};
  spec.ladder_source = "EV steps of 1";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [scene = scene_of(params.number("ratio_ev"))](const Image& image, const Frame& frame,
                                                         const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      return relit(image, [&](int y, LightRow& light) { light_row(scene, axes, y, light); });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
