// SPDX-License-Identifier: Apache-2.0
// A hand, or a hand with a phone, a cup or a microphone, before the face. It comes from below along its
// arm, at an angle drawn for the sample, until the wanted share of the face hull is covered; where its
// own size does not suffice it comes nearer to the camera and so grows. Hands have the skin colour of
// the face. own: true to size (an adult hand of 185 mm and 63 mm between the eyes), so that the same
// share is covered by a like shape in every picture.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "perturb/occlusion/parts/held_object.h"

namespace robench::perturbations {
namespace {

constexpr float kReach = 8;       // nothing is painted farther from the eyes
constexpr float kStart = 14;      // from here all of it lies beyond the reach
constexpr float kMostGrowth = 4;  // of the scale, after it has arrived
constexpr float kGrowthPerStep = 0.5F;

HeldObject object_of(const std::string& name) {
  if (name == "hand") return HeldObject::hand;
  if (name == "phone") return HeldObject::phone;
  if (name == "cup") return HeldObject::cup;
  return HeldObject::microphone;
}

// The middle of the face for hand and phone, the mouth for what is brought to it.
cv::Point2f target_of(const FaceFit& fit, HeldObject object) {
  const cv::Point2f mouth = (fit.point(48) + fit.point(54)) * 0.5F;
  if (object == HeldObject::hand) return mouth * 0.55F;
  if (object == HeldObject::phone) return mouth * 0.35F;
  return mouth + cv::Point2f(0, 0.15F);
}

// First the way to the target, then growth.
Placement placed(const Placement& start, float size) {
  Placement place = start;
  place.distance = std::max(0.0F, kStart - size);
  place.scale *= 1 + kGrowthPerStep * std::max(0.0F, size - kStart);
  return place;
}

Perturbed covered_by(const Image& image, const Frame& frame, double covered, HeldObject object,
                     const RandomStream& stream) {
  Occluder occluder(image, frame, kReach);
  const cv::Vec3f skin = occluder.light().skin() * (1.25F / std::max(0.02F, occluder.light().level()));
  const std::vector<Part> parts = parts_of(object, skin);
  const double steepest = object == HeldObject::hand ? 50 : 25;
  const double angle = stream.uniform(0, -steepest, steepest) * std::numbers::pi / 180.0;
  const cv::Point2f jitter(static_cast<float>(stream.uniform(1, -0.2, 0.2)),
                           static_cast<float>(stream.uniform(2, -0.15, 0.15)));
  const Placement start{target_of(occluder.fit(), object) + jitter,
                        {static_cast<float>(std::sin(angle)), static_cast<float>(std::cos(angle))},
                        kStart,
                        occluder.fit().upright()};
  const float size =
      occluder.size_to_cover(covered, kStart + kMostGrowth / kGrowthPerStep,
                             [&](cv::Point2f p, float s) { return covers(parts, placed(start, s), p); });
  lay_parts(occluder, parts, placed(start, size));
  occluder.cast_shadow(0.5F, 0.12F, {0.04F, 0.12F});
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec hand_or_object() {
  PerturbationSpec spec;
  spec.name = "hand_or_object";
  spec.summary = "a hand, or something that a hand holds, before the face";
  spec.params = {
      {.name = "covered",
       .unit = "fraction",
       .summary = "share of the face hull",
       .min = 0,
       .max = 0.95},
      {.name = "object",
       .kind = ParamKind::choice,
       .summary = "what is held before the face",
       .choices = {"hand", "phone", "cup", "microphone"},
       .default_value = "hand"},
  };
  spec.keeps_grey = true;
  spec.strength = "covered";
  spec.ladder = {0.1, 0.2, 0.3, 0.4, 0.5};
  spec.ladder_source = "own: equal steps to half of the face, about what a hand of true size can cover";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [covered = params.number("covered"), object = object_of(params.choice("object"))](
               const Image& image, const Frame& frame, const RandomStream& stream) {
      return covered_by(image, frame, covered, object, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
