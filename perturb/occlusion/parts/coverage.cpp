// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/coverage.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

constexpr int kRowsPerPixel = 5;  // scan lines per row of pixels; along a line the share is exact

struct Crossing {
  float x;
  int turn;  // +1 downwards, -1 upwards
};

// Adds the part of each pixel that the interval covers; pixel i reaches from i - 0.5 to i + 0.5.
void add_interval(float from, float to, float weight, float* row, int width) {
  from = std::clamp(from + 0.5F, 0.0F, static_cast<float>(width));
  to = std::clamp(to + 0.5F, 0.0F, static_cast<float>(width));
  if (to <= from) return;
  const int first = std::min(static_cast<int>(from), width - 1);
  const int last = std::min(static_cast<int>(to), width - 1);
  if (first == last) {
    row[first] += weight * (to - from);
    return;
  }
  row[first] += weight * (static_cast<float>(first + 1) - from);
  for (int i = first + 1; i < last; ++i) row[i] += weight;
  row[last] += weight * (to - static_cast<float>(last));
}

// Polygon in pixels of `share`.
void fill(const std::vector<cv::Point2f>& polygon, cv::Mat1f& share) {
  std::vector<Crossing> crossings;
  for (int line = 0; line < share.rows * kRowsPerPixel; ++line) {
    const float y = (static_cast<float>(line) + 0.5F) / kRowsPerPixel - 0.5F;
    crossings.clear();
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const cv::Point2f a = polygon[i];
      const cv::Point2f b = polygon[(i + 1) % polygon.size()];
      if ((a.y <= y) == (b.y <= y)) continue;
      crossings.push_back({a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x), a.y <= y ? 1 : -1});
    }
    std::sort(crossings.begin(), crossings.end(),
              [](const Crossing& a, const Crossing& b) { return a.x < b.x; });
    int winding = 0;
    for (std::size_t i = 0; i + 1 < crossings.size(); ++i) {
      winding += crossings[i].turn;
      if (winding != 0) {
        add_interval(crossings[i].x, crossings[i + 1].x, 1.0F / kRowsPerPixel,
                     share[line / kRowsPerPixel], share.cols);
      }
    }
  }
}

}  // namespace

Outline smooth_curve(const Outline& through, bool closed, int per_span) {
  const auto count = static_cast<int>(through.size());
  const auto at = [&](int i) {
    return through[static_cast<std::size_t>(closed ? (i + count) % count : std::clamp(i, 0, count - 1))];
  };
  Outline curve;
  for (int i = 0; i < (closed ? count : count - 1); ++i) {
    const cv::Point2f a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
    for (int k = 0; k < per_span; ++k) {
      const float t = static_cast<float>(k) / static_cast<float>(per_span);
      curve.push_back(0.5F * (2 * b + t * (c - a) + t * t * (2 * a - 5 * b + 4 * c - d) +
                              t * t * t * (3 * b - a - 3 * c + d)));
    }
  }
  if (!closed) curve.push_back(through.back());
  return curve;
}

cv::Rect pixels_around(const FaceAxes& axes, cv::Rect2f box, cv::Rect canvas) {
  float left = 1e9F, top = 1e9F, right = -1e9F, bottom = -1e9F;
  for (const cv::Point2f corner : {box.tl(), cv::Point2f(box.x + box.width, box.y), box.br(),
                                   cv::Point2f(box.x, box.y + box.height)}) {
    const cv::Point2f pixel = axes.to_pixel(corner);
    left = std::min(left, pixel.x);
    right = std::max(right, pixel.x);
    top = std::min(top, pixel.y);
    bottom = std::max(bottom, pixel.y);
  }
  const auto clipped = [](float value, int low, int high) {
    return static_cast<int>(std::clamp(value, static_cast<float>(low), static_cast<float>(high)));
  };
  const cv::Point from(clipped(std::floor(left) - 1, canvas.x, canvas.br().x),
                       clipped(std::floor(top) - 1, canvas.y, canvas.br().y));
  const cv::Point to(clipped(std::ceil(right) + 2, canvas.x, canvas.br().x),
                     clipped(std::ceil(bottom) + 2, canvas.y, canvas.br().y));
  return {from, to};
}

cv::Mat1f blurred(const cv::Mat1f& values, float sigma_px) {
  // Beyond the size of the picture a wider blur changes nothing that can be seen.
  const float sigma = std::min(sigma_px, 0.25F * static_cast<float>(std::max(values.rows, values.cols)));
  if (values.empty() || sigma < 0.2F) return values;
  cv::Mat1f soft;
  cv::GaussianBlur(values, soft, {}, sigma, sigma, cv::BORDER_REPLICATE);
  return soft;
}

Coverage outline_coverage(const FaceAxes& axes, const Outline& outline, cv::Rect canvas,
                          float softness) {
  cv::Point2f low = outline.front();
  cv::Point2f high = low;
  for (const cv::Point2f& p : outline) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Point2f margin(3 * softness, 3 * softness);
  Coverage coverage;
  coverage.area = pixels_around(axes, {low - margin, high + margin}, canvas);
  if (coverage.area.empty()) return coverage;
  std::vector<cv::Point2f> polygon;
  for (const cv::Point2f& p : outline)
    polygon.push_back(axes.to_pixel(p) - cv::Point2f(coverage.area.tl()));
  coverage.share = cv::Mat1f(coverage.area.size(), 0.0F);
  fill(polygon, coverage.share);
  coverage.share = blurred(coverage.share, softness * axes.unit_px());
  return coverage;
}

Coverage distance_coverage(const FaceAxes& axes, cv::Rect2f box, cv::Rect canvas, float softness,
                           const std::function<float(cv::Point2f)>& distance) {
  Coverage coverage;
  coverage.area = pixels_around(axes, box, canvas);
  if (coverage.area.empty()) return coverage;
  coverage.share.create(coverage.area.size());
  const float per_edge = 1.0F / std::max(softness, 1.0F / axes.unit_px());
  for (int y = 0; y < coverage.area.height; ++y) {
    const FaceLine line = axes.row(coverage.area.y + y);
    for (int x = 0; x < coverage.area.width; ++x) {
      const auto column = static_cast<std::size_t>(coverage.area.x + x);
      const float edge = distance({line.u(column), line.v(column)});
      coverage.share(y, x) = std::clamp(0.5F - edge * per_edge, 0.0F, 1.0F);
    }
  }
  return coverage;
}

float capsule_distance(cv::Point2f p, cv::Point2f a, cv::Point2f b, float ra, float rb) {
  const cv::Point2f along = b - a;
  const float length2 = std::max(along.dot(along), 1e-12F);
  const float t = std::clamp((p - a).dot(along) / length2, 0.0F, 1.0F);
  const cv::Point2f off = p - a - t * along;
  return std::sqrt(off.dot(off)) - (ra + t * (rb - ra));
}

}  // namespace robench
