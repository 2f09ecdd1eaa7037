// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/glasses_spec.h"

namespace robench {

PerturbationSpec glasses_spec(const GlassesKind& kind) {
  PerturbationSpec spec;
  spec.name = kind.name;
  spec.summary = kind.summary;
  spec.params = {
      {.name = "opacity", .unit = "fraction", .summary = kind.opacity_summary, .min = 0, .max = 1},
      {.name = "shape",
       .kind = ParamKind::choice,
       .summary = "of lenses and frame",
       .choices = {"rectangular", "round"},
       .default_value = "rectangular"},
  };
  spec.keeps_grey = true;
  spec.strength = "opacity";
  spec.ladder = kind.ladder;
  spec.ladder_source = kind.ladder_source;
  spec.no_neutral_reason = kind.no_neutral_reason;
  spec.make = [lay_lens = kind.lay_lens, make_of = kind.make](const Params& params) -> Perturber {
    const auto opacity = static_cast<float>(params.number("opacity"));
    return [=, make = make_of(params.choice("shape"))](const Image& image, const Frame& frame,
                                                       const RandomStream&) {
      Occluder occluder(image, frame);
      const WornGlasses glasses(occluder.fit(), make);
      for (const int side : {-1, 1}) lay_lens(occluder, glasses, side, opacity);
      glasses.lay_frame(occluder);
      occluder.cast_shadow(0.4F, 0.05F, {0, 0.06F});
      return occluder.before_face(image);
    };
  };
  return spec;
}

}  // namespace robench
