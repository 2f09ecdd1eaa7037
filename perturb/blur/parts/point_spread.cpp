// SPDX-License-Identifier: Apache-2.0
#include "perturb/blur/parts/point_spread.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

constexpr double kNarrowest = 1e-3;  // in pixels; lies within one pixel

cv::Mat normalised(const cv::Mat1d& shares) {
  cv::Mat spread;
  cv::Mat(shares / cv::sum(shares)[0]).convertTo(spread, CV_32F);
  return spread;
}

// Length of [-half, half] within the pixel i.
double overlap(double half, int i) {
  return std::max(0.0, std::min(half, i + 0.5) - std::max(-half, i - 0.5));
}

void add_moment(cv::Mat1d& shares, cv::Point2d at, double share) {
  const int x = static_cast<int>(std::floor(at.x));
  const int y = static_cast<int>(std::floor(at.y));
  const double right = at.x - x;
  const double below = at.y - y;
  const int cx = x + shares.cols / 2;
  const int cy = y + shares.rows / 2;
  shares(cy, cx) += share * (1 - right) * (1 - below);
  if (right > 0) shares(cy, cx + 1) += share * right * (1 - below);
  if (below > 0) shares(cy + 1, cx) += share * (1 - right) * below;
  if (right > 0 && below > 0) shares(cy + 1, cx + 1) += share * right * below;
}

}  // namespace

double spread_px(const FaceAxes& axes, cv::Size picture, double inter_eye_distances) {
  return std::min(inter_eye_distances * axes.unit_px(),
                  static_cast<double>(std::max(picture.width, picture.height)));
}

cv::Mat disk_spread(double radius_px) {
  constexpr int kLines = 17;  // odd: one of them goes through the centre of even the smallest disk
  const double radius = std::max(radius_px, kNarrowest);
  const int reach = static_cast<int>(std::ceil(radius - 0.5));
  cv::Mat1d shares = cv::Mat1d::zeros(2 * reach + 1, 2 * reach + 1);
  for (int line = 0; line < kLines * shares.rows; ++line) {
    const double y = (line + 0.5) / kLines - reach - 0.5;
    const double half_chord = std::sqrt(std::max(0.0, radius * radius - y * y));
    for (int x = -reach; x <= reach; ++x) shares(line / kLines, x + reach) += overlap(half_chord, x);
  }
  return normalised(shares);
}

cv::Mat path_spread(const std::vector<cv::Point2d>& corners_px) {
  constexpr double kMomentsPerPixel = 4;
  cv::Point2d reach(0, 0);
  for (const cv::Point2d& corner : corners_px) {
    reach.x = std::max(reach.x, std::abs(corner.x));
    reach.y = std::max(reach.y, std::abs(corner.y));
  }
  cv::Mat1d shares = cv::Mat1d::zeros(2 * static_cast<int>(std::ceil(reach.y)) + 1,
                                      2 * static_cast<int>(std::ceil(reach.x)) + 1);
  for (std::size_t i = 1; i < corners_px.size(); ++i) {
    const cv::Point2d step = corners_px[i] - corners_px[i - 1];
    const int moments = std::max(1, static_cast<int>(std::ceil(kMomentsPerPixel * cv::norm(step))));
    for (int k = 0; k < moments; ++k)
      add_moment(shares, corners_px[i - 1] + step * ((k + 0.5) / moments), 1.0 / moments);
  }
  return normalised(shares);
}

cv::Mat line_spread(double length_px, double angle_deg) {
  const double angle = angle_deg * std::numbers::pi / 180.0;
  const cv::Point2d half = cv::Point2d(std::cos(angle), std::sin(angle)) * (length_px / 2);
  return path_spread({-half, half});
}

}  // namespace robench
