// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/lamp_strength.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>

#include "perturb/srgb.h"

namespace robench::realism {
namespace {

Light mirrored(const Light& lamp) { return {-lamp.azimuth_deg, lamp.elevation_deg}; }

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The pictures are cut to the face: all but their corners and the border.
bool on_face(int row, int column, const cv::Mat& picture) {
  constexpr double kAcross = 0.37;  // of the width
  constexpr double kDown = 0.43;    // of the height
  return std::hypot((column + 0.5 - picture.cols / 2.0) / (kAcross * picture.cols),
                    (row + 0.5 - picture.rows / 2.0) / (kDown * picture.rows)) < 1;
}

// Light of a pixel over that under the lamp at the camera; none where either says nothing.
std::optional<double> light_at(const cv::Mat& lit, const cv::Mat& frontal, int row, int column) {
  constexpr int kSaturated = 250;
  constexpr float kDark = 0.06F;  // linear
  constexpr double kInShadow = 0.3;
  const int here = lit.at<cv::Vec3b>(row, column)[1];
  const int before = frontal.at<cv::Vec3b>(row, column)[1];
  const auto linear = [](int pixel) { return linear_of_pixel()[static_cast<std::size_t>(pixel)]; };
  if (here > kSaturated || before > kSaturated || linear(before) < kDark) return std::nullopt;
  const double gain = static_cast<double>(linear(here)) / static_cast<double>(linear(before));
  return gain > kInShadow ? std::optional(gain) : std::nullopt;
}

// Median logarithm of one lamp's light over its mirror image's at mirrored places of one subject.
std::optional<double> log_ratio(const Image& frontal, const Image& one, const Image& other) {
  constexpr std::size_t kLeastPixels = 300;
  std::vector<double> logs;
  const cv::Mat& before = frontal.bgr();
  for (int row = 0; row < before.rows; ++row) {
    for (int column = 0; column < before.cols; ++column) {
      if (!on_face(row, column, before)) continue;
      const auto a = light_at(one.bgr(), before, row, column);
      const auto b = light_at(other.bgr(), before, row, before.cols - 1 - column);
      if (a && b) logs.push_back(std::log(*a / *b));
    }
  }
  if (logs.size() < kLeastPixels) return std::nullopt;
  return median(logs);
}

const Image* picture_under(const Subject& subject, const Light& lamp) {
  const auto found = std::find_if(subject.lit.begin(), subject.lit.end(),
                                  [&](const LitPicture& lit) { return lit.light == lamp; });
  return found == subject.lit.end() ? nullptr : &found->image;
}

}  // namespace

std::map<Light, double> lamp_strengths(std::span<const Subject> subjects) {
  constexpr std::size_t kLeastSubjects = 5;
  std::map<Light, std::vector<double>> ratios;  // of the lamps on the image's left
  for (const Subject& subject : subjects) {
    for (const LitPicture& lit : subject.lit) {
      const Image* other = picture_under(subject, mirrored(lit.light));
      if (lit.light.azimuth_deg <= 0 || other == nullptr) continue;
      if (const auto ratio = log_ratio(subject.frontal, lit.image, *other))
        ratios[lit.light].push_back(*ratio);
    }
  }
  std::map<Light, double> strengths;
  for (auto& [lamp, of_subjects] : ratios) {
    if (of_subjects.size() < kLeastSubjects) continue;
    const double half = median(of_subjects) / 2;
    strengths[lamp] = std::exp(half);
    strengths[mirrored(lamp)] = std::exp(-half);
  }
  return strengths;
}

}  // namespace robench::realism
