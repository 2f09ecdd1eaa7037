// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/background/parts/backdrop.h"
#include "perturb/background/parts/linear_blur.h"
#include "perturb/gaussian_blurred.h"
#include "perturb/srgb.h"

namespace robench {
namespace {

constexpr double kFinestUnitPx = 40;
constexpr double kMostCells = 4000;
constexpr int kSubpixelBits = 4;

cv::Point with_subpixels(cv::Point2d point) {
  constexpr double kScale = 1 << kSubpixelBits;
  const auto fixed = [&](double value) {
    return static_cast<int>(std::lround(std::clamp(value, -20000.0, 20000.0) * kScale));
  };
  return {fixed(point.x), fixed(point.y)};
}

}  // namespace

PaintLayer::PaintLayer(const FaceAxes& axes, cv::Size picture) : picture_(picture) {
  const double shrink = std::min(1.0, kFinestUnitPx / axes.unit_px());
  const cv::Size canvas(std::max(1, static_cast<int>(std::lround(picture.width * shrink))),
                        std::max(1, static_cast<int>(std::lround(picture.height * shrink))));
  unit_ = axes.unit_px() * shrink;
  origin_ =
      (cv::Point2d(axes.to_pixel({0, 0})) + cv::Point2d(0.5, 0.5)) * shrink - cv::Point2d(0.5, 0.5);
  premultiplied_ = cv::Mat::zeros(canvas, CV_32FC3);
  cover_ = cv::Mat::zeros(canvas, CV_32F);
}

cv::Rect2d PaintLayer::seen() const {
  return {-origin_.x / unit_, -origin_.y / unit_, cover_.cols / unit_, cover_.rows / unit_};
}

cv::Point2d PaintLayer::to_canvas(cv::Point2d world) const { return origin_ + world * unit_; }

void PaintLayer::with_mask(const cv::Rect2d& bounds,
                           const std::function<void(cv::Mat&, cv::Point2d)>& draw,
                           const std::function<void(const cv::Mat&, cv::Rect)>& use) {
  const cv::Point2d low = to_canvas(bounds.tl());
  const cv::Point2d high = to_canvas(bounds.br());
  const auto inside = [](double value, int size) {
    return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(size)));
  };
  const cv::Point first(inside(low.x - 1, cover_.cols), inside(low.y - 1, cover_.rows));
  const cv::Point end(inside(high.x + 3, cover_.cols), inside(high.y + 3, cover_.rows));
  const cv::Rect area(first, end);
  if (area.empty()) return;
  cv::Mat mask = cv::Mat::zeros(area.size(), CV_8U);
  draw(mask, cv::Point2d(first));
  use(mask, area);
}

void PaintLayer::paint(const cv::Mat& mask, cv::Rect area, const cv::Vec3f& bgr, double opacity) {
  for (int y = 0; y < area.height; ++y) {
    const std::uint8_t* from = mask.ptr(y);
    auto* colour = premultiplied_.ptr<cv::Vec3f>(area.y + y) + area.x;
    auto* cover = cover_.ptr<float>(area.y + y) + area.x;
    for (int x = 0; x < area.width; ++x) {
      const float share = static_cast<float>(from[x] / 255.0 * opacity);
      colour[x] += share * (bgr - colour[x]);
      cover[x] += share * (1.0F - cover[x]);
    }
  }
}

void PaintLayer::polygon(const std::vector<cv::Point2d>& corners, const cv::Vec3f& bgr, double opacity) {
  cv::Point2d low = corners.front();
  cv::Point2d high = low;
  for (const cv::Point2d& corner : corners) {
    low = {std::min(low.x, corner.x), std::min(low.y, corner.y)};
    high = {std::max(high.x, corner.x), std::max(high.y, corner.y)};
  }
  with_mask(
      {low, high},
      [&](cv::Mat& mask, cv::Point2d offset) {
        std::vector<cv::Point> points;
        for (const cv::Point2d& corner : corners)
          points.push_back(with_subpixels(to_canvas(corner) - offset));
        cv::fillConvexPoly(mask, points, cv::Scalar(255), cv::LINE_AA, kSubpixelBits);
      },
      [&](const cv::Mat& mask, cv::Rect area) { paint(mask, area, bgr, opacity); });
}

void PaintLayer::disc(cv::Point2d centre, double radius, const cv::Vec3f& bgr, double opacity) {
  constexpr int kCorners = 24;
  std::vector<cv::Point2d> corners;
  for (int i = 0; i < kCorners; ++i)
    corners.push_back(centre + radius * cv::Point2d(std::cos(2 * CV_PI * i / kCorners),
                                                    std::sin(2 * CV_PI * i / kCorners)));
  polygon(corners, bgr, opacity);
}

void PaintLayer::lamp(cv::Point2d centre, double radius, const cv::Vec3f& bgr) {
  const cv::Point2d reach(radius, radius);
  with_mask(
      {centre - reach, centre + reach},
      [&](cv::Mat& mask, cv::Point2d offset) {
        cv::circle(mask, with_subpixels(to_canvas(centre) - offset),
                   with_subpixels({radius * unit_, 0}).x, cv::Scalar(255), cv::FILLED, cv::LINE_AA,
                   kSubpixelBits);
      },
      [&](const cv::Mat& mask, cv::Rect area) {
        for (int y = 0; y < area.height; ++y) {
          auto* colour = premultiplied_.ptr<cv::Vec3f>(area.y + y) + area.x;
          for (int x = 0; x < area.width; ++x)
            colour[x] += static_cast<float>(mask.at<std::uint8_t>(y, x) / 255.0) * bgr;
        }
      });
}

void PaintLayer::fill(const std::function<cv::Vec3f(cv::Point2d)>& bgr_at, double opacity) {
  const auto share = static_cast<float>(opacity);
  for (int y = 0; y < cover_.rows; ++y) {
    for (int x = 0; x < cover_.cols; ++x) {
      const cv::Point2d world = (cv::Point2d(x, y) - origin_) / unit_;
      cv::Vec3f& colour = premultiplied_.at<cv::Vec3f>(y, x);
      colour += share * (bgr_at(world) - colour);
      cover_.at<float>(y, x) += share * (1.0F - cover_.at<float>(y, x));
    }
  }
}

void PaintLayer::blur(double sigma) {
  premultiplied_ = gaussian_blurred(premultiplied_, sigma * unit_);
  cover_ = gaussian_blurred(cover_, sigma * unit_);
}

cv::Mat PaintLayer::colours() const {
  cv::Mat plain(cover_.size(), CV_32FC3);
  for (int y = 0; y < plain.rows; ++y)
    for (int x = 0; x < plain.cols; ++x)
      plain.at<cv::Vec3f>(y, x) =
          premultiplied_.at<cv::Vec3f>(y, x) * (1 / std::max(1e-6F, cover_.at<float>(y, x)));
  cv::Mat full;
  cv::resize(plain, full, picture_, 0, 0, cv::INTER_LINEAR);
  return full;
}

cv::Mat PaintLayer::cover() const {
  cv::Mat full;
  cv::resize(cover_, full, picture_, 0, 0, cv::INTER_LINEAR);
  return full;
}

CellNumbers::CellNumbers(const RandomStream& stream, int column, int row) : stream_(stream) {
  constexpr std::int64_t kMiddle = std::int64_t{1} << 23;
  const auto place = static_cast<std::uint64_t>((kMiddle + row) << 24 | (kMiddle + column));
  next_ = place << 10;  // 1,024 numbers per cell
}

double CellNumbers::uniform(double low, double high) { return stream_.uniform(next_++, low, high); }

void for_each_cell(const cv::Rect2d& seen, double size, const RandomStream& stream,
                   const std::function<void(cv::Point2d, CellNumbers&)>& visit) {
  while (seen.width / size * (seen.height / size) > kMostCells) size *= 2;
  const auto cell = [size](double place) { return static_cast<int>(std::floor(place / size)); };
  // One more on each side: things reach beyond their cell.
  for (int row = cell(seen.y) - 1; row <= cell(seen.y + seen.height) + 1; ++row) {
    for (int column = cell(seen.x) - 1; column <= cell(seen.x + seen.width) + 1; ++column) {
      CellNumbers numbers(stream, column, row);
      visit({column * size, row * size}, numbers);
    }
  }
}

cv::Vec3f paint_of(double hue, double saturation, double value) {
  const auto channel = [&](double offset) {
    // HSV in closed form: each channel is value * (1 - saturation * max(0, min(k, 4 - k, 1))).
    const double k = std::fmod(offset + hue * 6, 6);
    const double encoded = value * (1 - saturation * std::max(0.0, std::min({k, 4 - k, 1.0})));
    return static_cast<float>(linear_from_srgb(encoded));
  };
  return {channel(1), channel(3), channel(5)};
}

}  // namespace robench
