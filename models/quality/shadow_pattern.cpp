// SPDX-License-Identifier: Apache-2.0
// Own; ISO/IEC 29794-5 has nothing like it. Light that changes over the skin in steps: leaves, a blind,
// a hat's brim, the edge of a shadow. What light from one side does smoothly is taken out first, and so
// are eyes, brows, nostrils and mouth, which are dark in any light.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Cholesky>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "models/quality_measure.h"
#include "perturb/srgb.h"

namespace robench::quality {
namespace {

constexpr int kFewest = 100;     // pixels of skin; fewer when the face is very small or turned away
constexpr double kBlur = 0.04;   // inter-eye distances: below a shadow's edge, above grain and beard
constexpr float kDark = 0.005F;  // of white: keeps the logarithm of black finite

/// Landmarks with so much around them that is no skin, in inter-eye distances.
struct Feature {
  std::size_t first;
  std::size_t last;
  double radius;
};
constexpr std::array<Feature, 5> kFeatures = {{{17, 26, 0.13},    // brows
                                               {27, 30, 0.07},    // bridge of the nose
                                               {31, 35, 0.13},    // nostrils
                                               {36, 47, 0.16},    // eyes
                                               {48, 67, 0.14}}};  // mouth

cv::Mat1b skin_of(const QualityFace& face) {
  const double unit = face.placed.inter_eye_px();
  cv::Mat1b skin;
  const int border = std::max(1, static_cast<int>(std::lround(0.08 * unit)));
  cv::erode(face.hull, skin,
            cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * border + 1, 2 * border + 1}), {-1, -1}, 1,
            cv::BORDER_CONSTANT, 0);
  for (const Feature& feature : kFeatures)
    for (std::size_t i = feature.first; i <= feature.last; ++i)
      cv::circle(skin, face.placed.points[i], static_cast<int>(std::lround(feature.radius * unit)), 0,
                 cv::FILLED);
  return skin;
}

/// Stops of linear light, as log2.
cv::Mat1f stops_of(const QualityFace& face) {
  cv::Mat1b smooth;
  cv::GaussianBlur(face.luma, smooth, {}, kBlur * face.placed.inter_eye_px());
  std::array<float, 256> of_code{};
  for (std::size_t code = 0; code < of_code.size(); ++code)
    of_code[code] = std::log2(linear_of_pixel()[code] + kDark);
  cv::Mat1f stops;
  cv::LUT(smooth, cv::Mat(1, 256, CV_32F, of_code.data()), stops);
  return stops;
}

using Terms = Eigen::Matrix<double, 6, 1>;

Terms terms_at(int x, int y, const cv::Size& size) {
  const double u = 2.0 * x / size.width - 1;
  const double v = 2.0 * y / size.height - 1;
  return {1, u, v, u * u, u * v, v * v};
}

/// What the best fitting surface of second degree leaves.
std::vector<double> left_by_smooth(const cv::Mat1f& stops, const cv::Mat1b& skin) {
  Eigen::Matrix<double, 6, 6> normal = 1e-9 * Eigen::Matrix<double, 6, 6>::Identity();
  Terms right = Terms::Zero();
  std::vector<cv::Point> pixels;
  cv::findNonZero(skin, pixels);
  for (const cv::Point& p : pixels) {
    const Terms terms = terms_at(p.x, p.y, skin.size());
    normal += terms * terms.transpose();
    right += terms * static_cast<double>(stops(p));
  }
  const Terms surface = normal.ldlt().solve(right);
  std::vector<double> left;
  for (const cv::Point& p : pixels)
    left.push_back(static_cast<double>(stops(p)) - surface.dot(terms_at(p.x, p.y, skin.size())));
  return left;
}

double at_share(std::vector<double>& values, double share) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

}  // namespace

QualityMeasureSpec shadow_pattern() {
  QualityMeasureSpec spec;
  spec.name = "shadow_pattern";
  spec.unit = "EV";
  spec.summary =
      "interquartile range, over the skin, of what a smooth surface leaves of the logarithm of light";
  spec.mapping = "linear, 0 from 1.6 EV, 100 to 0.6 EV (own: see docs/confidence.md)";
  spec.raw = [](const QualityFace& face) {
    const cv::Mat1b skin = skin_of(face);
    if (cv::countNonZero(skin) < kFewest) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> left = left_by_smooth(stops_of(face), skin);
    return at_share(left, 0.75) - at_share(left, 0.25);
  };
  spec.score = linear_score(1.6, 0.6);
  spec.low_means = "a pattern of shadow across the face";
  return spec;
}

}  // namespace robench::quality
