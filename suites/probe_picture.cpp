// SPDX-License-Identifier: Apache-2.0
// Compiled with -ffp-contract=off: a fused multiply-add would round otherwise than two operations.
#include "suites/probe_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "perturb/random_stream.h"

namespace robench {
namespace {

using Colour = std::array<double, 3>;

struct Point {
  double x = 0, y = 0;
};

/// A soft-edged ellipse, in inter-eye distances from the midpoint of the eyes.
struct Blob {
  Point centre;
  Point radius;
  Colour colour{};
};

// Cosine and sine of 0, 22.5, ... degrees, as numbers: a library may round its own otherwise.
constexpr double kCos22 = 0.9238795325112867;
constexpr double kCos45 = 0.7071067811865476;
constexpr double kSin22 = 0.3826834323650898;

/// Numbers of one probe, in the order in which they are asked for.
class Dice {
 public:
  explicit Dice(const RandomStream& stream) : stream_(stream) {}
  double between(double low, double high) { return stream_.uniform(next_++, low, high); }
  Colour colour(double low, double high) {
    Colour colour{};
    for (double& channel : colour) channel = between(low, high);
    return colour;
  }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

/// What differs between probes.
struct Mask {
  Blob head, mouth, nose;
  std::array<Blob, 2> eyes, irises, brows;
  Colour background{}, light{};
  double inter_eye_px = 0;
  Point across;  // direction of the line between the eyes: roll
  Point eyes_px;
};

Mask random_mask(Dice& dice) {
  Mask mask;
  mask.inter_eye_px = dice.between(54, 62);
  const double slope = dice.between(-0.18, 0.18);
  const double length = std::sqrt(1 + slope * slope);
  mask.across = {1 / length, slope / length};
  mask.eyes_px = {kProbeSidePx / 2.0 + dice.between(-6, 6), 128 + dice.between(-6, 6)};
  mask.background = dice.colour(20, 235);
  mask.light = {dice.between(-0.7, 0.7), dice.between(-0.6, 0.2), dice.between(0.45, 0.9)};
  mask.head = {{0, dice.between(0.45, 0.6)},
               {dice.between(0.95, 1.2), dice.between(1.35, 1.7)},
               dice.colour(60, 230)};
  mask.nose = {{0, dice.between(0.5, 0.68)},
               {dice.between(0.16, 0.27), dice.between(0.2, 0.34)},
               dice.colour(40, 240)};
  mask.mouth = {{0, dice.between(1.0, 1.22)},
                {dice.between(0.32, 0.52), dice.between(0.08, 0.17)},
                dice.colour(20, 220)};
  const Point eye = {dice.between(0.17, 0.24), dice.between(0.07, 0.12)};
  const Colour white = dice.colour(150, 250);
  const Colour iris = dice.colour(5, 130);
  const Colour brow = dice.colour(5, 150);
  const Point brow_radius = {dice.between(0.26, 0.36), dice.between(0.04, 0.09)};
  const double brow_height = dice.between(0.24, 0.38);
  for (std::size_t side = 0; side < 2; ++side) {
    const double x = side == 0 ? -0.5 : 0.5;
    mask.eyes[side] = {{x, 0}, eye, white};
    mask.irises[side] = {{x, 0}, {eye.y * 0.9, eye.y * 0.9}, iris};
    mask.brows[side] = {{x * 1.04, -brow_height}, brow_radius, brow};
  }
  return mask;
}

/// The square of the distance from the centre, 1 on the outline.
double squared_radius(const Blob& blob, Point place) {
  const double x = (place.x - blob.centre.x) / blob.radius.x;
  const double y = (place.y - blob.centre.y) / blob.radius.y;
  return x * x + y * y;
}

void paint(const Blob& blob, Point place, Colour& pixel) {
  const double share = std::clamp((1.2 - squared_radius(blob, place)) / 0.4, 0.0, 1.0);
  for (std::size_t c = 0; c < pixel.size(); ++c) pixel[c] += share * (blob.colour[c] - pixel[c]);
}

/// Coloured noise that varies over `cell` pixels, each channel in [-1, 1): lattice points drawn,
/// smoothly joined.
class Texture {
 public:
  Texture(const RandomStream& stream, int cell)
      : cell_(cell),
        across_(kProbeSidePx / cell + 2),
        lattice_(3 * static_cast<std::size_t>(across_) * static_cast<std::size_t>(across_)) {
    for (std::size_t i = 0; i < lattice_.size(); ++i) lattice_[i] = stream.uniform(i, -1, 1);
  }

  [[nodiscard]] Colour at(int x, int y) const {
    const double right = smooth(x), below = smooth(y);
    const int column = x / cell_, row = y / cell_;
    Colour colour{};
    for (int c = 0; c < 3; ++c) {
      const double top = between(node(column, row, c), node(column + 1, row, c), right);
      const double bottom = between(node(column, row + 1, c), node(column + 1, row + 1, c), right);
      colour[static_cast<std::size_t>(c)] = between(top, bottom, below);
    }
    return colour;
  }

 private:
  [[nodiscard]] double smooth(int position) const {
    const double t = static_cast<double>(position % cell_) / cell_;
    return t * t * (3 - 2 * t);
  }
  static double between(double a, double b, double t) { return a + (b - a) * t; }
  [[nodiscard]] double node(int column, int row, int channel) const {
    return lattice_[static_cast<std::size_t>((row * across_ + column) * 3 + channel)];
  }

  int cell_, across_;
  std::vector<double> lattice_;
};

/// The colour of the mask alone, 0..255.
Colour mask_colour(const Mask& mask, Point place) {
  Colour pixel = mask.background;
  const double r2 = squared_radius(mask.head, place);
  Blob head = mask.head;
  const double front = std::sqrt(std::max(0.0, 1 - r2));
  const double shade =
      std::clamp(0.35 + 0.65 * (mask.light[0] * place.x / mask.head.radius.x +
                                mask.light[1] * (place.y - mask.head.centre.y) / mask.head.radius.y +
                                mask.light[2] * front),
                 0.1, 1.2);
  for (double& channel : head.colour) channel *= shade;
  paint(head, place, pixel);
  for (std::size_t side = 0; side < 2; ++side) {
    paint(mask.brows[side], place, pixel);
    paint(mask.eyes[side], place, pixel);
    paint(mask.irises[side], place, pixel);
  }
  paint(mask.nose, place, pixel);
  paint(mask.mouth, place, pixel);
  return pixel;
}

Image drawn(const Mask& mask, const RandomStream& stream) {
  const Texture coarse(stream.fork("coarse"), 40);
  const Texture middle(stream.fork("middle"), 14);
  const Texture fine(stream.fork("fine"), 5);
  cv::Mat bgr(kProbeSidePx, kProbeSidePx, CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y)
    for (int x = 0; x < bgr.cols; ++x) {
      const double dx = (x - mask.eyes_px.x) / mask.inter_eye_px;
      const double dy = (y - mask.eyes_px.y) / mask.inter_eye_px;
      const Point place = {dx * mask.across.x + dy * mask.across.y,
                           dy * mask.across.x - dx * mask.across.y};
      const Colour colour = mask_colour(mask, place);
      const Colour a = coarse.at(x, y), b = middle.at(x, y), c = fine.at(x, y);
      auto& pixel = bgr.at<cv::Vec3b>(y, x);
      for (std::size_t i = 0; i < 3; ++i) {
        const double value = colour[i] + 22 * a[i] + 18 * b[i] + 9 * c[i];
        pixel[static_cast<int>(i)] =
            static_cast<std::uint8_t>(std::floor(std::clamp(value, 0.0, 255.0) + 0.5));
      }
    }
  return Image(bgr);
}

/// Points on the outline of a blob, at sixteenths of a turn from image right, downwards.
Point on_outline(const Blob& blob, int sixteenth) {
  static constexpr std::array<double, 16> kCosine = {1,       kCos22,  kCos45, kSin22,  0,       -kSin22,
                                                     -kCos45, -kCos22, -1,     -kCos22, -kCos45, -kSin22,
                                                     0,       kSin22,  kCos45, kCos22};
  const auto at = static_cast<std::size_t>(sixteenth % 16);
  return {blob.centre.x + blob.radius.x * kCosine[at],
          blob.centre.y + blob.radius.y * kCosine[(at + 12) % 16]};
}

/// The 68 points in inter-eye distances, in iBUG's order.
std::vector<Point> points_of(const Mask& mask) {
  std::vector<Point> points;
  for (int i = 0; i < 17; ++i) {  // the jaw: the lower half of the head, by 11.25 degrees
    const Point a = on_outline(mask.head, 8 - i / 2);
    const Point b = on_outline(mask.head, 8 - (i + 1) / 2);
    points.push_back({(a.x + b.x) / 2, (a.y + b.y) / 2});
  }
  for (const Blob& brow : mask.brows)
    for (int i = 0; i < 5; ++i) points.push_back(on_outline(brow, 8 + 2 * i));
  for (int i = 0; i < 4; ++i)  // the bridge ends at the tip of the nose
    points.push_back({0, mask.nose.centre.y * (0.25 + 0.25 * i)});
  for (int i = 0; i < 5; ++i) points.push_back(on_outline(mask.nose, 8 - 2 * i));
  for (const Blob& eye : mask.eyes)
    for (const int at : {8, 11, 13, 0, 3, 5}) points.push_back(on_outline(eye, at));
  for (const int at : {8, 9, 11, 12, 13, 15, 0, 1, 3, 4, 5, 7})
    points.push_back(on_outline(mask.mouth, at));
  for (const int at : {8, 10, 12, 14, 0, 2, 4, 6}) {
    const Point outer = on_outline(mask.mouth, at);
    points.push_back({outer.x * 0.8, mask.mouth.centre.y + (outer.y - mask.mouth.centre.y) * 0.3});
  }
  return points;
}

Landmarks landmarks_of(const Mask& mask) {
  Landmarks landmarks;
  const std::vector<Point> points = points_of(mask);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point p = points[i];
    landmarks.points[i] = {
        static_cast<float>(mask.eyes_px.x +
                           mask.inter_eye_px * (p.x * mask.across.x - p.y * mask.across.y)),
        static_cast<float>(mask.eyes_px.y +
                           mask.inter_eye_px * (p.x * mask.across.y + p.y * mask.across.x))};
  }
  return landmarks;
}

}  // namespace

ProbePicture probe_picture(std::uint32_t number) {
  const RandomStream stream(static_cast<std::uint64_t>(kProbeVersion), "probe", "",
                            std::to_string(number), 1);
  Dice dice(stream);
  const Mask mask = random_mask(dice);
  return {drawn(mask, stream.fork("texture")), landmarks_of(mask)};
}

}  // namespace robench
