// SPDX-License-Identifier: Apache-2.0
// Somebody else in the picture, beside or behind the subject, who stays in front. What a detector may
// take for the face, and what a crop holds of another identity.
//
// `scale` is the other's inter-eye distance over the subject's: 1 stands beside, 1/2 twice as far away.
// The lens is focused on the subject, so the other is blurred by the thin lens' circle of confusion,
// diameter = blur * |1 - scale|, where `blur` is that of a point infinitely far away. Eyes are at one
// level where the camera is, whatever the distance, up to people's heights (own: +- 0.3).
// `overlap` is the share of the other's head width that the subject's head hides.
#include <cmath>

#include "perturb/error.h"
#include "perturb/intruder.h"
#include "perturb/perturbation.h"
#include "perturb/subject_mask.h"

namespace robench::perturbations {
namespace {

constexpr double kHalfHead = 1.3;      // half the width of a head with hair, inter-eye distances
constexpr double kOverShoulder = 0.5;  // how much lower a face is that looks over a shoulder

struct Crowd {
  double scale;
  bool behind_shoulder;
  double side;  // of the first: -1 image left, 1 right, 0 drawn
  int count;
  double overlap;
  double blur;
};

Crowd crowd_of(const Params& params) {
  const std::string& position = params.choice("position");
  const auto ends_with = [&](const std::string& end) { return position.ends_with(end); };
  return {params.number("scale"),
          position.starts_with("behind_shoulder"),
          ends_with("left") ? -1.0 : (ends_with("right") ? 1.0 : 0.0),
          static_cast<int>(params.number("count")),
          params.number("overlap"),
          params.number("blur")};
}

// The k-th person: sides alternate, each further one of a side stands half a head further out.
Standpoint standpoint_of(const Crowd& crowd, int k, const RandomStream& stream) {
  const double first_side = crowd.side != 0 ? crowd.side : (stream.uniform(0) < 0.5 ? -1.0 : 1.0);
  const double side = k % 2 == 0 ? first_side : -first_side;
  const RandomStream own = stream.fork("place " + std::to_string(k));
  Standpoint where;
  where.scale = crowd.scale * (k == 0 ? 1 : own.uniform(2, 0.8, 1.0));
  const double head = kHalfHead * where.scale;
  const double out = kHalfHead + head * (1 - 2 * crowd.overlap) + 1.3 * head * (k / 2);
  where.eyes = {side * out, own.uniform(0, -0.3, 0.3) + (crowd.behind_shoulder ? kOverShoulder : 0)};
  where.roll_deg = own.uniform(1, -6, 6);
  where.blur = crowd.blur * std::abs(1 - where.scale) / 4;
  return where;
}

Image with_crowd(const Image& image, const Frame& frame, const Crowd& crowd,
                 const RandomStream& stream) {
  ROBENCH_ASSERT(frame.others != nullptr);
  const FaceAxes axes(frame, image.bgr().size());
  const cv::Mat person = person_share(image, axes);
  Image result = image;
  for (int k = crowd.count - 1; k >= 0; --k) {  // the first one in front of the others
    const OtherFace other = frame.others->draw(stream.fork("face " + std::to_string(k)));
    const PersonLayer layer = person_layer(other, standpoint_of(crowd, k, stream), image, axes);
    result = with_layer_behind(result, person, layer.colours, layer.cover);
  }
  return result;
}

void resolve(Params& params) {
  if (params.contains("overlap")) return;
  const bool behind = params.choice("position").starts_with("behind_shoulder");
  params.set("overlap", behind ? 0.35 : 0.1);
}

}  // namespace

PerturbationSpec background_face() {
  PerturbationSpec spec;
  spec.name = "background_face";
  spec.summary = "another subject beside or behind this one";
  spec.params = {
      {.name = "scale",
       .unit = "ratio",
       .summary = "inter-eye distance of the other face over the subject's",
       .min = 0,
       .max = 2},
      {.name = "position",
       .kind = ParamKind::choice,
       .summary = "where the other stands, in the image; without a side it is drawn",
       .choices = {"left", "right", "behind_shoulder", "behind_shoulder_left", "behind_shoulder_right"},
       .default_value = "right"},
      {.name = "count",
       .kind = ParamKind::integer,
       .summary = "how many others, on alternate sides",
       .min = 1,
       .max = 6,
       .default_value = 1.0},
      {.name = "overlap",
       .unit = "fraction",
       .summary = "of the other's head width that is hidden, 0.1, behind a shoulder 0.35",
       .min = 0,
       .max = 0.9},
      {.name = "blur",
       .unit = "inter-eye distance",
       .summary = "spot that a point infinitely far away becomes",
       .min = 0,
       .max = 2,
       .default_value = 0.15},
  };
  spec.random = true;
  spec.needs_other_face = true;
  spec.strength = "scale";
  spec.ladder = {0.3, 0.5, 0.7, 0.9, 1.1};
  spec.not_monotone_reason =
      "a larger face shows other parts at other places, and skin may differ less from the background "
      "than "
      "the hair that was there";
  spec.ladder_source = "own: equal steps from three times as far away to nearer than the subject";
  spec.neutral = 0.0;
  spec.resolve = resolve;
  spec.make = [](const Params& params) -> Perturber {
    return
        [crowd = crowd_of(params)](const Image& image, const Frame& frame, const RandomStream& stream) {
          return with_crowd(image, frame, crowd, stream);
        };
  };
  return spec;
}

}  // namespace robench::perturbations
