// SPDX-License-Identifier: Apache-2.0
// Rectangles in random places, in the spirit of random erasing (Zhong et al., AAAI 2020: aspect ratios
// from 0.3 to 1/0.3, filled with random values) and cutout (DeVries and Taylor 2017), but anchored on
// the face: places, proportions and colours are drawn once, and all rectangles grow together until the
// wanted share of the face hull is covered.
#include <algorithm>
#include <cmath>

#include "perturb/occlusion/parts/occluder.h"

namespace robench::perturbations {
namespace {

struct Rectangle {
  cv::Point2f centre;  // face units
  cv::Point2f radius;  // half width and half height at size 1
  cv::Vec3f colour;

  [[nodiscard]] bool covers(cv::Point2f p, float size) const {
    return std::abs(p.x - centre.x) < size * radius.x && std::abs(p.y - centre.y) < size * radius.y;
  }
};

// Centres lie in the face's middle, where the hull is sure to be.
std::vector<Rectangle> rectangles_of(const FaceFit& fit, int count, const std::string& fill,
                                     const RandomStream& stream) {
  const float left = fit.point(0).x;
  const float right = fit.point(16).x;
  const float top = std::min(fit.forehead(19).y, fit.forehead(24).y);
  const float bottom = fit.point(8).y;
  std::vector<Rectangle> rectangles;
  for (int i = 0; i < count; ++i) {
    const RandomStream one = stream.fork("rectangle " + std::to_string(i));
    const auto draw = [&](std::uint64_t k, float low, float high) {
      return static_cast<float>(one.uniform(k, low, high));
    };
    const float aspect = std::exp(draw(2, std::log(0.3F), -std::log(0.3F)));
    const float size = draw(3, 0.5F, 1.0F);
    const cv::Vec3f colour = fill == "black"   ? cv::Vec3f::all(0)
                             : fill == "white" ? cv::Vec3f::all(1)
                                               : cv::Vec3f(draw(4, 0, 1), draw(5, 0, 1), draw(6, 0, 1));
    rectangles.push_back({{draw(0, left, right), draw(1, top, bottom)},
                          {size * std::sqrt(aspect), size / std::sqrt(aspect)},
                          colour});
  }
  return rectangles;
}

Perturbed covered_by(const Image& image, const Frame& frame, double covered, int count,
                     const std::string& fill, const RandomStream& stream) {
  constexpr double kLargest = 8;
  Occluder occluder(image, frame);
  const std::vector<Rectangle> rectangles = rectangles_of(occluder.fit(), count, fill, stream);
  const float size = occluder.size_to_cover(covered, kLargest, [&](cv::Point2f p, float s) {
    return std::any_of(rectangles.begin(), rectangles.end(),
                       [&](const Rectangle& rectangle) { return rectangle.covers(p, s); });
  });
  for (const Rectangle& rectangle : rectangles) {
    const cv::Point2f to = rectangle.radius * size;
    const cv::Point2f across(to.x, -to.y);
    const cv::Point2f c = rectangle.centre;
    occluder.print(outline_coverage(occluder.axes(), {c - to, c + across, c + to, c - across},
                                    occluder.canvas(), 0),
                   rectangle.colour);
  }
  return occluder.before_face(image);
}

}  // namespace

PerturbationSpec random_rectangles() {
  PerturbationSpec spec;
  spec.name = "random_rectangles";
  spec.summary = "flat rectangles in random places of the face";
  spec.params = {
      {.name = "covered",
       .unit = "fraction",
       .summary = "share of the face hull",
       .min = 0,
       .max = 0.95},
      {.name = "count",
       .kind = ParamKind::integer,
       .unit = "1",
       .summary = "number of rectangles",
       .min = 1,
       .max = 50,
       .default_value = 6.0},
      {.name = "fill",
       .kind = ParamKind::choice,
       .summary = "their colours",
       .choices = {"random", "black", "white"},
       .default_value = "random"},
  };
  spec.keeps_grey = true;
  spec.strength = "covered";
  spec.ladder = {0.1, 0.2, 0.3, 0.4, 0.5};
  spec.ladder_source =
      "own: equal steps to half of the face; random erasing takes 0.02 to 0.4 of a picture";
  spec.neutral = 0.0;
  spec.random = true;
  spec.make = [](const Params& params) -> Perturber {
    return [covered = params.number("covered"), count = static_cast<int>(params.number("count")),
            fill = params.choice("fill")](const Image& image, const Frame& frame,
                                          const RandomStream& stream) {
      return covered_by(image, frame, covered, count, fill, stream);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
