// SPDX-License-Identifier: Apache-2.0
// Five backdrops. Sizes are those of things about twice as far away as the person, in inter-eye
// distances of 63 mm: half of their real size.
#include "perturb/background/parts/backdrop.h"

#include <cmath>
#include <numbers>

#include "perturb/error.h"
#include "perturb/smooth_step.h"

namespace robench {
namespace {

// A course of bricks: three times as long as high, joints included, like the usual 240 x 71 mm ones.
constexpr double kBrickWidth = 1.5;
constexpr double kBrickHeight = 0.5;
constexpr double kJoint = 0.1;

cv::Vec3f mixed(const cv::Vec3f& a, const cv::Vec3f& b, double share) {
  return a + static_cast<float>(share) * (b - a);
}

void plain(PaintLayer& layer, const RandomStream& stream) {
  const cv::Vec3f colour =
      paint_of(stream.uniform(0), stream.uniform(1, 0, 0.3), stream.uniform(2, 0.35, 0.9));
  layer.fill([&](cv::Point2d) { return colour; });
}

// A studio's paper: lighter on one side, or behind the head.
void gradient(PaintLayer& layer, const RandomStream& stream) {
  const double hue = stream.uniform(0);
  const double saturation = stream.uniform(1, 0.05, 0.35);
  const cv::Vec3f dark = paint_of(hue, saturation, stream.uniform(2, 0.15, 0.4));
  const cv::Vec3f light = paint_of(hue, saturation * 0.7, stream.uniform(3, 0.6, 0.9));
  const cv::Point2d bright(stream.uniform(4, -2.5, 2.5), stream.uniform(5, -2, 1.5));
  layer.fill([&](cv::Point2d p) {
    return mixed(light, dark, smooth_step(static_cast<float>(cv::norm(p - bright) / 5)));
  });
}

void bricks(PaintLayer& layer, const RandomStream& stream) {
  const cv::Vec3f mortar = paint_of(0.08, 0.12, stream.uniform(0, 0.55, 0.75));
  const double hue = stream.uniform(1, 0.0, 0.06);
  const double saturation = stream.uniform(2, 0.35, 0.6);
  const double value = stream.uniform(3, 0.4, 0.65);
  layer.fill([&](cv::Point2d) { return mortar; });
  // Three courses per cell, each shifted by a third of a brick: a raking bond, which repeats with the
  // cell.
  for_each_cell(
      layer.seen(), kBrickWidth, stream.fork("bricks"), [&](cv::Point2d corner, CellNumbers& numbers) {
        for (int course = 0; course < 3; ++course) {
          const double left = corner.x + course * kBrickWidth / 3;
          const double top = corner.y + course * kBrickHeight;
          const cv::Vec3f colour =
              paint_of(hue + numbers.uniform(0, 0.03), saturation * numbers.uniform(0.8, 1.1),
                       value * numbers.uniform(0.75, 1.2));
          const double right = left + kBrickWidth - kJoint;
          const double bottom = top + kBrickHeight - kJoint;
          layer.polygon({{left, top}, {right, top}, {right, bottom}, {left, bottom}}, colour, 1);
        }
      });
  layer.blur(0.03);
}

std::vector<cv::Point2d> leaf(cv::Point2d base, double angle, double length, double width) {
  std::vector<cv::Point2d> corners;
  const cv::Point2d along(std::cos(angle), std::sin(angle));
  const cv::Point2d across(-along.y, along.x);
  constexpr int kSteps = 6;
  for (const int side : {1, -1}) {
    for (int i = 0; i < kSteps; ++i) {
      const double t = (side == 1 ? i : kSteps - i) / static_cast<double>(kSteps);
      corners.push_back(base + length * t * along +
                        side * width / 2 * std::sin(std::numbers::pi * t) * across);
    }
  }
  return corners;
}

// Leaves from dark ones deep inside to lit ones in front, with gaps of sky.
void foliage(PaintLayer& layer, const RandomStream& stream) {
  const double hue = stream.uniform(0, 0.22, 0.33);
  const cv::Vec3f depth = paint_of(hue, 0.6, 0.16);
  layer.fill([&](cv::Point2d) { return depth; });
  for (const double height : {0.0, 0.4, 0.7, 1.0}) {  // 1 = nearest to the light
    const RandomStream level = stream.fork("leaves " + std::to_string(static_cast<int>(10 * height)));
    for_each_cell(layer.seen(), 1.0, level, [&](cv::Point2d corner, CellNumbers& numbers) {
      for (int i = 0; i < 5; ++i) {
        const cv::Point2d base = corner + cv::Point2d(numbers.uniform(0, 1), numbers.uniform(0, 1));
        const double angle = numbers.uniform(0, 2 * std::numbers::pi);
        const double length = numbers.uniform(0.35, 0.75);
        const cv::Vec3f colour =
            paint_of(hue + numbers.uniform(-0.04, 0.03), numbers.uniform(0.4, 0.65),
                     numbers.uniform(0.18, 0.3) + 0.4 * height * numbers.uniform(0.5, 1));
        layer.polygon(leaf(base, angle, length, 0.4 * length), colour, 1);
      }
      if (height == 0.4 && numbers.uniform(0, 1) < 0.2)
        layer.disc(corner + cv::Point2d(0.5, 0.5), numbers.uniform(0.1, 0.25), paint_of(0.55, 0.1, 0.95),
                   1);
    });
    layer.blur(0.05);
  }
}

void box(PaintLayer& layer, double left, double top, double width, double height,
         const cv::Vec3f& colour) {
  layer.polygon({{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}},
                colour, 1);
}

// A shelf of books against a wall, a window with daylight on the other side.
void interior(PaintLayer& layer, const RandomStream& stream) {
  const double side = stream.uniform(0) < 0.5 ? 1 : -1;  // of the window
  const cv::Vec3f wall = paint_of(stream.uniform(1, 0.05, 0.15), 0.15, stream.uniform(2, 0.6, 0.8));
  layer.fill(
      [&](cv::Point2d p) { return wall * static_cast<float>(0.8 - 0.04 * std::abs(p.x * side - 3)); });
  const cv::Vec3f wood = paint_of(0.07, 0.5, stream.uniform(3, 0.3, 0.5));
  const double window = side * 3.4 - 1.7;
  box(layer, window - 0.2, -3.6, 3.8, 5.4, wood * 1.6F);
  for (const double pane : {0.0, 1.75})
    box(layer, window + pane, -3.4, 1.6, 5.0, paint_of(0.57, 0.08, 0.97));
  const double shelf = -side * 3.9 - 2.4;
  box(layer, shelf, -4.2, 4.8, 9, wood);
  const RandomStream books = stream.fork("books");
  for (int row = 0; row < 5; ++row) {
    CellNumbers numbers(books, 0, row);
    const double floor = -2.6 + 1.7 * row;
    box(layer, shelf + 0.15, floor - 1.5, 4.5, 1.5, wood * 0.3F);
    for (double x = shelf + 0.2; x < shelf + 4.2;) {
      const double width = numbers.uniform(0.15, 0.4);
      const double height = numbers.uniform(0.8, 1.35);
      box(layer, x, floor - height, width * 0.93, height,
          paint_of(numbers.uniform(0, 1), numbers.uniform(0.2, 0.7), numbers.uniform(0.25, 0.75)));
      x += width;
    }
  }
  layer.blur(0.08);
}

}  // namespace

void paint_backdrop(PaintLayer& layer, const std::string& kind, const RandomStream& stream) {
  if (kind == "plain") return plain(layer, stream);
  if (kind == "gradient") return gradient(layer, stream);
  if (kind == "bricks") return bricks(layer, stream);
  if (kind == "foliage") return foliage(layer, stream);
  ROBENCH_ASSERT(kind == "interior");
  interior(layer, stream);
}

}  // namespace robench
