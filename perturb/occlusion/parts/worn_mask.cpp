// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/worn_mask.h"

#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/material.h"
#include "perturb/smooth_step.h"

namespace robench {
namespace {

cv::Point2f between(cv::Point2f a, cv::Point2f b, float t) { return a + (b - a) * t; }

// A point of the jaw line counted from its end at the ear of `side`; index may lie between two.
cv::Point2f jaw(const FaceFit& fit, int side, float index) {
  const int low = std::clamp(static_cast<int>(index), 0, 7);
  const auto point = [&](int i) { return fit.point(static_cast<std::size_t>(side < 0 ? i : 16 - i)); };
  return between(point(low), point(low + 1), index - static_cast<float>(low));
}

// From under the nostrils over the tip to the upper bridge.
cv::Point2f on_nose(const FaceFit& fit, float coverage) {
  const Outline way = {fit.point(33) + cv::Point2f(0, 0.05F * fit.upright()), fit.point(30),
                       fit.point(29), fit.point(28), between(fit.point(28), fit.point(27), 0.6F)};
  const float place = std::clamp(coverage, 0.0F, 1.0F) * static_cast<float>(way.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(place), way.size() - 2);
  return between(way[low], way[low + 1], place - static_cast<float>(low));
}

struct Cut {
  Outline top;     // from left to right
  Outline bottom;  // from right to left
  cv::Point2f side[2];
  cv::Point2f lower_side[2];
};

Cut cut_of(const FaceFit& fit, const MaskFit& how) {
  const float up = fit.upright();
  const cv::Point2f nose = on_nose(fit, how.nose_coverage);
  const cv::Point2f middle = between(fit.point(33), fit.point(8), 0.4F);
  const float slip = 1 - how.nose_coverage;
  const auto around = [&](int side, float index, float wide, float round) {
    return between(middle, jaw(fit, side, index), how.wide ? wide : round);
  };
  Cut cut;
  for (const int side : {-1, 1}) {
    const std::size_t i = side < 0 ? 0 : 1;
    cut.side[i] = around(side, (how.wide ? 1.7F : 2.2F) + 1.2F * slip, 1.03F, 0.82F);
    cut.lower_side[i] = around(side, 4.6F, 1.06F, 0.93F);
  }
  // Beside the nose the edge drops steeply, then runs over the cheek to the side.
  const auto flank = [&](int side) {
    return nose + cv::Point2f(0.17F * static_cast<float>(side), 0.07F * up);
  };
  const auto cheek = [&](int side) {
    const cv::Point2f half = between(flank(side), cut.side[side < 0 ? 0 : 1], 0.5F);
    return half + cv::Point2f(0, (how.wide ? 0.05F : -0.15F) * up * how.nose_coverage);
  };
  cut.top =
      smooth_curve({cut.side[0], cheek(-1), flank(-1), nose, flank(1), cheek(1), cut.side[1]}, false);
  const cv::Point2f chin = fit.point(8) + cv::Point2f(0, 0.07F * up);
  cut.bottom = smooth_curve({cut.side[1], around(1, 3.4F, 1.05F, 0.86F), cut.lower_side[1],
                             around(1, 6.2F, 1.06F, 1.03F), chin, around(-1, 6.2F, 1.06F, 1.03F),
                             cut.lower_side[0], around(-1, 3.4F, 1.05F, 0.86F), cut.side[0]},
                            false);
  return cut;
}

// Height of a curve over u: the first span that passes it, the nearest end outside.
float height_at(const Outline& curve, float u) {
  const bool rises = curve.front().x <= curve.back().x;
  const auto x = [&](std::size_t i) { return rises ? curve[i].x : curve[curve.size() - 1 - i].x; };
  const auto y = [&](std::size_t i) { return rises ? curve[i].y : curve[curve.size() - 1 - i].y; };
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    if (x(i) <= u && u < x(i + 1)) return y(i) + (u - x(i)) / (x(i + 1) - x(i)) * (y(i + 1) - y(i));
  }
  return u < x(0) ? y(0) : y(curve.size() - 1);
}

MaskPlace place_of(const FaceFit& fit, const Cut& cut, cv::Point2f p) {
  const float top = height_at(cut.top, p.x);
  const float bottom = std::max(height_at(cut.bottom, p.x), top + 0.05F);
  const float down = std::clamp((p.y - top) / (bottom - top), 0.0F, 1.0F);
  const float middle = between(fit.point(30), fit.point(8), down).x;
  const float left = std::min(cut.side[0].x, cut.lower_side[0].x);
  const float right = std::max(cut.side[1].x, cut.lower_side[1].x);
  const float half = p.x < middle ? middle - left : right - middle;
  return {down, std::clamp((p.x - middle) / std::max(half, 0.05F), -1.0F, 1.0F), p};
}

// The cloth bends around cheeks and nose, and turns under the chin.
float roundness(const MaskPlace& place) {
  const float a2 = place.across * place.across;
  const float cheeks = 0.42F + 0.58F * std::sqrt(std::max(0.0F, 1 - 0.85F * a2));
  const float nose =
      0.07F * std::exp(-a2 / 0.012F) -
      0.1F * std::exp(-(std::abs(place.across) - 0.24F) * (std::abs(place.across) - 0.24F) / 0.01F);
  const float near_top = 1 - smooth_step(place.down / 0.55F);
  const float chin = 1 - 0.4F * smooth_step((place.down - 0.72F) / 0.28F);
  return cheeks * chin * (1 + near_top * nose);
}

void loops(Occluder& occluder, const Cut& cut, cv::Vec3f colour) {
  constexpr float kRadius = 0.018F;
  for (const int side : {-1, 1}) {
    const std::size_t i = side < 0 ? 0 : 1;
    const cv::Point2f ear = occluder.fit().ear(side);
    // An ear behind the turned head holds its loops out of sight.
    if (static_cast<float>(side) * (ear.x - cut.side[i].x) < 0) continue;
    const cv::Point2f behind(0.04F * static_cast<float>(side), 0);
    const cv::Point2f lobe = ear + cv::Point2f(0, 0.5F * occluder.fit().upright());
    for (const auto& [from, to] :
         {std::pair(cut.side[i], ear + behind), std::pair(cut.lower_side[i], lobe)}) {
      const cv::Point2f low(std::min(from.x, to.x) - 0.1F, std::min(from.y, to.y) - 0.1F);
      const cv::Point2f high(std::max(from.x, to.x) + 0.1F, std::max(from.y, to.y) + 0.1F);
      occluder.lay(distance_coverage(
                       occluder.axes(), {low, high}, occluder.canvas(), 0.01F,
                       [&](cv::Point2f p) { return capsule_distance(p, from, to, kRadius, kRadius); }),
                   colour);
    }
  }
}

}  // namespace

void wear_mask(Occluder& occluder, const MaskFit& how, cv::Vec3f loop_colour,
               const std::function<cv::Vec3f(const MaskPlace&)>& cloth) {
  const Cut cut = cut_of(occluder.fit(), how);
  loops(occluder, cut, loop_colour);
  Outline outline = cut.top;
  outline.insert(outline.end(), cut.bottom.begin(), cut.bottom.end());
  occluder.lay(outline_coverage(occluder.axes(), outline, occluder.canvas(), 0.01F), [&](cv::Point2f p) {
    const MaskPlace place = place_of(occluder.fit(), cut, p);
    return roundness(place) * cloth(place);
  });
  occluder.cast_shadow(0.55F, 0.045F, {0, 0.01F});
}

}  // namespace robench
