// SPDX-License-Identifier: Apache-2.0
// One feature blanked: a flat rounded patch in the proportions of the eyes, the nose or the mouth, which
// grows about the feature's middle until the wanted share of the face hull is covered.
// own: the question is the one of occlusion maps (Zeiler and Fergus, ECCV 2014), which feature carries
// the identity, with equal area for each feature.
#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/occluder.h"

namespace robench::perturbations {
namespace {

// A superellipse |x/a|^4 + |y/b|^4 = 1. Up to size 1 it keeps its proportions, from there on its edge
// moves outwards by the same length everywhere.
struct Patch {
  cv::Point2f centre;
  cv::Point2f radius;  // at size 1

  [[nodiscard]] cv::Point2f radius_at(float size) const {
    const float margin = std::max(0.0F, size - 1);
    return radius * std::min(1.0F, size) + cv::Point2f(margin, margin);
  }
  [[nodiscard]] bool covers(cv::Point2f p, float size) const {
    const cv::Point2f r = radius_at(size);
    const float x = (p.x - centre.x) / r.x;
    const float y = (p.y - centre.y) / r.y;
    return x * x * x * x + y * y * y * y < 1;
  }
  [[nodiscard]] Outline outline(float size) const {
    constexpr int kCorners = 96;
    const cv::Point2f r = radius_at(size);
    const auto root = [](float cosine) { return std::copysign(std::sqrt(std::abs(cosine)), cosine); };
    Outline corners;
    for (int i = 0; i < kCorners; ++i) {
      const float angle = 2 * static_cast<float>(CV_PI) * static_cast<float>(i) / kCorners;
      corners.push_back(centre + cv::Point2f(r.x * root(std::cos(angle)), r.y * root(std::sin(angle))));
    }
    return corners;
  }
};

// Around the landmarks from `first` to `last`, with a margin of skin.
Patch patch_around(const FaceFit& fit, std::size_t first, std::size_t last) {
  constexpr float kMargin = 0.12F;
  cv::Point2f low = fit.point(first);
  cv::Point2f high = low;
  for (std::size_t i = first; i <= last; ++i) {
    const cv::Point2f p = fit.point(i);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return {(low + high) * 0.5F, (high - low) * 0.5F + cv::Point2f(kMargin, kMargin)};
}

Patch patch_of(const FaceFit& fit, const std::string& feature) {
  if (feature == "eyes") return patch_around(fit, 36, 47);
  if (feature == "nose") return patch_around(fit, 27, 35);
  return patch_around(fit, 48, 59);
}

Perturbed covered_by(const Image& image, const Frame& frame, double covered, const std::string& feature,
                     cv::Vec3f ink) {
  constexpr double kLargest = 6;
  Occluder occluder(image, frame);
  const Patch patch = patch_of(occluder.fit(), feature);
  const float size = occluder.size_to_cover(covered, kLargest,
                                            [&](cv::Point2f p, float s) { return patch.covers(p, s); });
  occluder.print(outline_coverage(occluder.axes(), patch.outline(size), occluder.canvas(), 0), ink);
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec feature_patch() {
  PerturbationSpec spec;
  spec.name = "feature_patch";
  spec.summary = "a flat patch over the eyes, the nose or the mouth";
  spec.params = {
      {.name = "covered",
       .unit = "fraction",
       .summary = "share of the face hull",
       .min = 0,
       .max = 0.95},
      {.name = "feature",
       .kind = ParamKind::choice,
       .summary = "what is covered",
       .choices = {"eyes", "nose", "mouth"},
       .default_value = "eyes"},
      {.name = "colour",
       .kind = ParamKind::choice,
       .summary = "of the patch",
       .choices = {"black", "white"},
       .default_value = "black"},
  };
  spec.keeps_grey = true;
  spec.strength = "covered";
  spec.ladder = {0.05, 0.1, 0.18, 0.27, 0.36};
  spec.ladder_source =
      "own: within the feature (0.05), all of it (0.1: nose and mouth, 0.18: both eyes), with its "
      "surroundings";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    const cv::Vec3f ink = cv::Vec3f::all(params.choice("colour") == "black" ? 0.0F : 1.0F);
    return [ink, covered = params.number("covered"), feature = params.choice("feature")](
               const Image& image, const Frame& frame, const RandomStream&) {
      return covered_by(image, frame, covered, feature, ink);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
