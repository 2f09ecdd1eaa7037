// SPDX-License-Identifier: Apache-2.0
#include "models/perturbation_ensemble.h"

#include <utility>

#include "models/embedder.h"
#include "perturb/error.h"

namespace robench {
namespace {

constexpr int kMostCropPx = 64 * static_cast<int>(kCropInterEyeDistances);

Step at(const char* name, const char* param, double value, const char* direction = nullptr) {
  Params params;
  params.set(param, value);
  if (direction) params.set("direction", std::string(direction));
  return step_at_value(name, params);
}

/// Own. Alignment errors of a good detector (perturb/geometry: severity 1 or below), light and codec of
/// another good photograph.
std::vector<Step> member_steps() {
  return {
      at("shift", "distance", 0.05, "left"),
      at("shift", "distance", 0.05, "down"),
      at("scale", "ratio", 1.05),
      at("scale", "ratio", 0.95),
      at("rotate_in_plane", "degrees", 3),
      at("rotate_in_plane", "degrees", -3),
      at("landmark_jitter", "sigma", 0.02),
      at("gamma", "gamma", 1.25),
      at("gamma", "gamma", 0.8),
      at("jpeg", "quality", 50),
      at("gaussian_noise", "sigma", 0.04),
  };
}

}  // namespace

PerturbationEnsemble::PerturbationEnsemble() {
  constexpr std::uint64_t kSeed = 0;
  for (Step& step : member_steps()) {
    Condition condition{{std::move(step)}, Stage::crop};
    PreparedCondition prepared(condition, kSeed);
    members_.push_back({std::move(condition), std::move(prepared)});
  }
  ROBENCH_ASSERT(members_.size() <= kMostMembers);
}

std::vector<std::string> PerturbationEnsemble::labels() const {
  std::vector<std::string> names;
  for (const Member& member : members_) names.push_back(member.condition.label());
  return names;
}

std::vector<Image> PerturbationEnsemble::chips(const FaceCrop& crop, const Template& align) const {
  const FaceCrop face = crop.pixels.width() > kMostCropPx ? resampled(crop, kMostCropPx) : crop;
  std::vector<Image> chips;
  for (const Member& member : members_) {
    const Perturbed result = member.prepared.apply(face.pixels, face.frame, "ensemble", 1);
    chips.push_back(align_chip(result.image, *result.landmarks, align));
  }
  return chips;
}

}  // namespace robench
