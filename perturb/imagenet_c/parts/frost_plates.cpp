// SPDX-License-Identifier: Apache-2.0
// own: the drawing. Ice on a pane grows as feathers: a straight stem with barbs to both sides, shorter
// towards the tip, one feather over another.
#include "perturb/imagenet_c/parts/frost_plates.h"

#include <cmath>
#include <cstdint>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr int kSide = 640;
constexpr double kRadians = std::numbers::pi / 180.0;

// What is measured on a photograph, and how its ice looks.
struct Pane {
  std::array<double, 3> mean_bgr;
  std::array<double, 3> deviation_bgr;
  int feathers;
  double length;    // longest feather, px
  double barb_deg;  // between stem and barbs
  double veil;      // share of the slow clouds in the texture
};

constexpr std::array<Pane, 5> kPanes = {{
    {{164, 148, 78}, {15.2, 16.3, 26.6}, 500, 90, 20, 0.8},
    {{211, 202, 198}, {22.5, 22.0, 21.2}, 1100, 120, 25, 0.45},
    {{211, 202, 198}, {22.5, 22.0, 21.2}, 1300, 90, 35, 0.45},
    {{172, 159, 144}, {29.5, 28.2, 28.2}, 900, 60, 50, 0.4},
    {{124, 112, 101}, {41.2, 42.8, 44.0}, 700, 110, 55, 0.45},
}};

// Uniform numbers one after the other.
class Draws {
 public:
  explicit Draws(int pane) : stream_(0, "frost_plates", "", "pane", pane) {}
  double in(double low, double high) { return stream_.uniform(next_++, low, high); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

cv::Point2d towards(cv::Point2d from, double degrees, double length) {
  return {from.x + length * std::cos(degrees * kRadians),
          from.y + length * std::sin(degrees * kRadians)};
}

void draw_stroke(cv::Mat& ice, cv::Point2d from, cv::Point2d to, double shade) {
  constexpr int kPlaces = 4;  // ends in sixteenths of a pixel
  const auto fixed = [](cv::Point2d p) { return cv::Point(cvRound(16 * p.x), cvRound(16 * p.y)); };
  cv::line(ice, fixed(from), fixed(to), cv::Scalar(shade), 1, cv::LINE_AA, kPlaces);
}

void draw_feather(cv::Mat& ice, const Pane& pane, Draws& draws) {
  const cv::Point2d root(draws.in(-20, kSide + 20), draws.in(-20, kSide + 20));
  const double direction = draws.in(0, 360);
  const double length = pane.length * draws.in(0.3, 1);
  const double ground = draws.in(40, 150);
  const double spread = length * draws.in(0.25, 0.45);
  for (double along = 0; along < length; along += 2) {
    const cv::Point2d place = towards(root, direction, along);
    const double barb = spread * (1 - along / length) * draws.in(0.6, 1);
    const double lit = draws.in(0, 60);
    // One side faces the light.
    draw_stroke(ice, place, towards(place, direction + pane.barb_deg, barb), ground + 45 + lit);
    draw_stroke(ice, place, towards(place, direction - pane.barb_deg, barb), ground - 35 + lit);
  }
  draw_stroke(ice, root, towards(root, direction, length), ground + 105);
}

// Slow brightness: random grids of 5, 10 and 20 cells, each half as strong as the one before.
cv::Mat clouds(Draws& draws) {
  cv::Mat sum(kSide, kSide, CV_32F, cv::Scalar(0));
  double strength = 1;
  for (const int cells : {5, 10, 20}) {
    cv::Mat grid(cells, cells, CV_32F);
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x)
        grid.at<float>(y, x) = static_cast<float>(draws.in(-strength, strength));
    }
    cv::Mat smooth;
    cv::resize(grid, smooth, sum.size(), 0, 0, cv::INTER_CUBIC);
    sum += smooth;
    strength /= 2;
  }
  return sum;
}

// Mean 0 and standard deviation 1.
cv::Mat standardised(const cv::Mat& texture) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(texture, mean, deviation);
  return (texture - mean[0]) / deviation[0];
}

cv::Mat drawn(int index) {
  const Pane& pane = kPanes[static_cast<std::size_t>(index)];
  Draws draws(index);
  cv::Mat ice(kSide, kSide, CV_8U, cv::Scalar(60));
  for (int i = 0; i < pane.feathers; ++i) draw_feather(ice, pane, draws);
  cv::Mat feathers;
  ice.convertTo(feathers, CV_32F);
  cv::GaussianBlur(feathers, feathers, {3, 3}, 0.6);
  const cv::Mat texture =
      standardised((1 - pane.veil) * standardised(feathers) + pane.veil * standardised(clouds(draws)));
  std::array<cv::Mat, 3> channels;
  for (std::size_t c = 0; c < 3; ++c)
    texture.convertTo(channels[c], CV_8U, pane.deviation_bgr[c], pane.mean_bgr[c]);
  cv::Mat plate;
  cv::merge(channels.data(), channels.size(), plate);
  return plate;
}

}  // namespace

const std::array<cv::Mat, 5>& frost_plates() {
  static const std::array<cv::Mat, 5> plates = {drawn(0), drawn(1), drawn(2), drawn(3), drawn(4)};
  return plates;
}

}  // namespace robench
