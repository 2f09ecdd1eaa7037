// SPDX-License-Identifier: Apache-2.0
// A restless background behind the person. own: three kinds that confuse detectors in three ways.
//   shapes   things of all colours with hard edges: posters, boxes, furniture; `amount` is the share of
//            them that is there. More of them lie behind those that were there already.
//   texture  a woven or printed pattern over the background; `amount` is its opacity.
//   bokeh    out-of-focus lamps, light added; `amount` scales their light.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "perturb/background/parts/backdrop.h"
#include "perturb/linear_light.h"
#include "perturb/perturbation.h"
#include "perturb/subject_mask.h"

namespace robench::perturbations {
namespace {

constexpr double kFadeIn = 0.03;  // of `amount`, over which a thing appears

struct Thing {
  double rank;  // appears when `amount` exceeds it
  std::vector<cv::Point2d> corners;
  cv::Vec3f colour;
};

std::vector<Thing> things(const cv::Rect2d& seen, const RandomStream& stream) {
  std::vector<Thing> all;
  for_each_cell(seen, 1.5, stream, [&](cv::Point2d corner, CellNumbers& numbers) {
    for (int i = 0; i < 4; ++i) {
      Thing thing;
      thing.rank = numbers.uniform(0, 1 - kFadeIn);
      const cv::Point2d centre = corner + cv::Point2d(numbers.uniform(0, 1.5), numbers.uniform(0, 1.5));
      const double turn = numbers.uniform(-0.5, 0.5);
      const double radius = numbers.uniform(0.3, 0.9);
      const double aspect = numbers.uniform(0.35, 1);
      const int count = 3 + static_cast<int>(numbers.uniform(0, 6));
      for (int k = 0; k < count; ++k) {
        const double angle = turn + 2 * std::numbers::pi * (k + 0.5) / count;
        thing.corners.push_back(centre +
                                radius * cv::Point2d(std::cos(angle), aspect * std::sin(angle)));
      }
      const double hue = numbers.uniform(0, 1);
      const double saturation = numbers.uniform(0.1, 0.8);
      thing.colour = paint_of(hue, saturation, numbers.uniform(0.15, 0.95));
      all.push_back(std::move(thing));
    }
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const Thing& a, const Thing& b) { return a.rank > b.rank; });
  return all;
}

void shapes(PaintLayer& layer, double amount, const RandomStream& stream) {
  for (const Thing& thing : things(layer.seen(), stream)) {
    const double there = std::clamp((amount - thing.rank) / kFadeIn, 0.0, 1.0);
    if (there > 0) layer.polygon(thing.corners, thing.colour, there);
  }
  layer.blur(0.02);
}

// Two waves crossing, as warp and weft: between a dark and a light colour.
void texture(PaintLayer& layer, double amount, const RandomStream& stream) {
  const cv::Vec3f dark = paint_of(stream.uniform(0), 0.5, stream.uniform(1, 0.15, 0.35));
  const cv::Vec3f light = paint_of(stream.uniform(2), 0.3, stream.uniform(3, 0.7, 0.95));
  const double period = stream.uniform(4, 0.3, 0.7);
  const double turn = stream.uniform(5, 0, std::numbers::pi);
  const cv::Point2d along(std::cos(turn), std::sin(turn));
  layer.fill(
      [&](cv::Point2d p) {
        const double a = std::sin(2 * std::numbers::pi * p.dot(along) / period);
        const double b = std::sin(2 * std::numbers::pi * p.cross(along) / period);
        const double wave = 0.5 + 0.5 * std::clamp(1.5 * (a + b), -1.0, 1.0);
        return cv::Vec3f(dark + static_cast<float>(wave) * (light - dark));
      },
      amount);
}

cv::Mat lamps(const FaceAxes& axes, cv::Size picture, const RandomStream& stream) {
  PaintLayer layer(axes, picture);
  layer.fill([](cv::Point2d) { return cv::Vec3f(0, 0, 0); });
  for_each_cell(layer.seen(), 1.2, stream, [&](cv::Point2d corner, CellNumbers& numbers) {
    for (int i = 0; i < 2; ++i) {
      const cv::Point2d centre = corner + cv::Point2d(numbers.uniform(0, 1.2), numbers.uniform(0, 1.2));
      const double radius = numbers.uniform(0.15, 0.45);
      const cv::Vec3f light = paint_of(numbers.uniform(0, 0.17), numbers.uniform(0.2, 0.7), 1);
      layer.lamp(centre, radius, light * static_cast<float>(numbers.uniform(0.2, 0.9)));
    }
  });
  layer.blur(0.02);
  return layer.colours();
}

Image cluttered(const Image& image, const Frame& frame, const std::string& kind, double amount,
                const RandomStream& stream) {
  const cv::Size size = image.bgr().size();
  const FaceAxes axes(frame, size);
  const cv::Mat person = person_share(image, axes);
  if (kind == "bokeh") {
    const cv::Mat lit = linear_light(image) + amount * lamps(axes, size, stream);
    return with_layer_behind(image, person, lit, cv::Mat::ones(size, CV_32F));
  }
  PaintLayer layer(axes, size);
  if (kind == "shapes")
    shapes(layer, amount, stream);
  else
    texture(layer, amount, stream);
  return with_layer_behind(image, person, layer.colours(), layer.cover());
}

}  // namespace

PerturbationSpec background_clutter() {
  PerturbationSpec spec;
  spec.name = "background_clutter";
  spec.summary = "generated things, patterns or lamps behind the person";
  spec.params = {
      {.name = "amount",
       .unit = "fraction",
       .summary = "share of the things present, opacity of the pattern, or light of the lamps",
       .min = 0,
       .max = 1},
      {.name = "kind",
       .kind = ParamKind::choice,
       .summary = "what the clutter is",
       .choices = {"shapes", "texture", "bokeh"},
       .default_value = "shapes"},
  };
  spec.random = true;
  spec.strength = "amount";
  spec.ladder = {0.1, 0.25, 0.45, 0.7, 1};
  spec.ladder_source = "own: from a few things to a background without a free place";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return [kind = params.choice("kind"), amount = params.number("amount")](
               const Image& image, const Frame& frame, const RandomStream& stream) {
      return cluttered(image, frame, kind, amount, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
