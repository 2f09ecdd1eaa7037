// SPDX-License-Identifier: Apache-2.0
#include "perturb/face_hull.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

constexpr std::size_t kFirstBrow = 17;
constexpr std::size_t kLastBrow = 26;

// Where the horizontal line at y meets the convex polygon; first > second where it does not.
std::pair<float, float> span_at(const std::vector<cv::Point2f>& polygon, float y) {
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2f a = polygon[i];
    const cv::Point2f b = polygon[(i + 1) % polygon.size()];
    if ((a.y <= y) == (b.y <= y)) continue;
    const float x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
    low = std::min(low, x);
    high = std::max(high, x);
  }
  return {low, high};
}

}  // namespace

FaceHull::FaceHull(const FaceFit& fit, cv::Size picture) {
  std::vector<cv::Point2f> points;
  for (std::size_t i = 0; i < Landmarks::kCount; ++i)
    points.push_back(fit.axes().to_pixel(fit.point(i)));
  for (std::size_t i = kFirstBrow; i <= kLastBrow; ++i)
    points.push_back(fit.axes().to_pixel(fit.forehead(i)));
  cv::convexHull(points, polygon_);
  const auto width = static_cast<float>(picture.width);
  for (int y = 0; y < picture.height; ++y) {
    const auto [low, high] = span_at(polygon_, static_cast<float>(y));
    if (!(low <= high)) continue;
    const int from = static_cast<int>(std::ceil(std::clamp(low, 0.0F, width)));
    const int to = static_cast<int>(std::ceil(std::clamp(high, 0.0F, width)));
    for (int x = from; x < to; ++x) pixels_.emplace_back(x, y);
  }
}

cv::Mat1b FaceHull::mask(cv::Size picture) const {
  cv::Mat1b inside(picture, 0);
  for (const cv::Point& pixel : pixels_) inside(pixel) = 255;
  return inside;
}

double FaceHull::covered_fraction(const cv::Mat1f& opacity, cv::Point origin) const {
  if (pixels_.empty()) return 0;
  const cv::Rect area(origin, opacity.size());
  const auto covered = std::count_if(pixels_.begin(), pixels_.end(), [&](const cv::Point& pixel) {
    return area.contains(pixel) && opacity(pixel - origin) >= 0.5F;
  });
  return static_cast<double>(covered) / static_cast<double>(pixels_.size());
}

double FaceHull::covered_fraction(const FaceAxes& axes,
                                  const std::function<bool(cv::Point2f)>& covers) const {
  if (pixels_.empty()) return 0;
  constexpr std::size_t kMostPixels = 6000;
  const std::size_t stride = 1 + pixels_.size() / kMostPixels;
  std::size_t seen = 0;
  std::size_t covered = 0;
  for (std::size_t i = 0; i < pixels_.size(); i += stride, ++seen)
    covered += covers(axes.from_pixel(pixels_[i])) ? 1 : 0;
  return static_cast<double>(covered) / static_cast<double>(seen);
}

double size_covering(double target, double largest, const std::function<double(double)>& covered_at) {
  constexpr int kHalvings = 18;  // to a quarter of a millionth of the largest size
  double low = 0;
  double high = largest;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (covered_at(middle) < target ? low : high) = middle;
  }
  // On a coarse pixel grid the share jumps by a whole row of pixels between the two: the nearer one.
  return covered_at(high) - target < target - covered_at(low) ? high : low;
}

}  // namespace robench
