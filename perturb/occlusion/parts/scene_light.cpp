// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/scene_light.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "perturb/srgb.h"

namespace robench {
namespace {

constexpr float kLitSkin = 0.6F;          // reflectance of the brightest tenth of a face
constexpr float kLitSurroundings = 0.8F;  // and of a picture's
constexpr float kMostRaised = 1.6F;
constexpr float kSteepestSlope = 0.3F;  // of the light's plane, per inter-eye distance
constexpr double kColourful = 6;  // mean distance of the channels, in pixel values, of a colour picture

// BT.709 luminance of linear blue, green, red.
float luminance(const cv::Vec3f& bgr) { return 0.0722F * bgr[0] + 0.7152F * bgr[1] + 0.2126F * bgr[2]; }

cv::Vec3f linear_at(const Image& image, cv::Point pixel) {
  const std::array<float, 256>& linear = linear_of_pixel();
  const cv::Vec3b bgr = image.bgr().at<cv::Vec3b>(pixel);
  return {linear[bgr[0]], linear[bgr[1]], linear[bgr[2]]};
}

// Value that a tenth of the sorted values exceeds.
float ninth_decile(std::vector<float> values) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 9 / 10);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

// Of at most 20,000 pixels of the whole picture, evenly taken.
float bright_surroundings(const Image& image) {
  const std::size_t count = image.bgr().total();
  const std::size_t stride = 1 + count / 20000;
  std::vector<float> light;
  for (std::size_t i = 0; i < count; i += stride) {
    const auto width = static_cast<std::size_t>(image.width());
    light.push_back(
        luminance(linear_at(image, {static_cast<int>(i % width), static_cast<int>(i / width)})));
  }
  return ninth_decile(std::move(light));
}

// Dark skin in good light, or light skin in little? A picture that is bright around a dark face speaks
// for the first, up to a limit, since it may also be lit from behind.
float level_of(float bright_face, float bright_picture) {
  const float face = bright_face / kLitSkin;
  const float surroundings = bright_picture / kLitSurroundings;
  const float raised = std::sqrt(surroundings / std::max(face, 1e-4F));
  return std::min(1.0F, face * std::clamp(raised, 1.0F, kMostRaised));
}

std::vector<cv::Point> face_pixels(const Image& image, const FaceHull& hull) {
  if (!hull.pixels().empty()) return hull.pixels();
  std::vector<cv::Point> all;  // no face in the picture: the light of the whole
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) all.emplace_back(x, y);
  return all;
}

}  // namespace

SceneLight::SceneLight(const Image& image, const FaceFit& fit, const FaceHull& hull) {
  const std::vector<cv::Point> pixels = face_pixels(image, hull);
  const double count = static_cast<double>(pixels.size());
  std::vector<float> light;
  double chroma = 0;
  cv::Point2d middle;
  for (const cv::Point& pixel : pixels) {
    const cv::Vec3b bgr = image.bgr().at<cv::Vec3b>(pixel);
    chroma += std::max({bgr[0], bgr[1], bgr[2]}) - std::min({bgr[0], bgr[1], bgr[2]});
    light.push_back(luminance(linear_at(image, pixel)));
    middle += cv::Point2d(fit.axes().from_pixel(pixel));
  }
  colourfulness_ = static_cast<float>(std::min(1.0, chroma / count / kColourful));
  middle_ = middle / count;
  const float bright = ninth_decile(light);
  level_ = level_of(bright, bright_surroundings(image));

  double sum = 0, uu = 1e-6, vv = 1e-6, ul = 0, vl = 0;
  cv::Vec3d skin;
  double skin_count = 1e-9;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const cv::Point2f p = fit.axes().from_pixel(pixels[i]) - middle_;
    sum += light[i];
    uu += p.x * p.x;
    vv += p.y * p.y;
    ul += p.x * light[i];
    vl += p.y * light[i];
    if (light[i] < 0.4F * bright || light[i] > bright) continue;
    skin += cv::Vec3d(linear_at(image, pixels[i]));
    skin_count += 1;
  }
  const double mean = std::max(sum / count, 1e-4);
  const auto limited = [&](double slope) {
    return std::clamp(static_cast<float>(slope / mean), -kSteepestSlope, kSteepestSlope);
  };
  slope_ = {limited(ul / uu), limited(vl / vv)};
  skin_ = skin / skin_count;
}

float SceneLight::at(cv::Point2f face) const {
  const cv::Point2f p = face - middle_;
  return level_ * std::clamp(1.0F + p.x * slope_.x + p.y * slope_.y, 0.4F, 1.4F);
}

cv::Vec3f SceneLight::shown(cv::Vec3f bgr) const {
  const float grey = luminance(bgr);
  for (int c = 0; c < 3; ++c) bgr[c] = grey + (bgr[c] - grey) * colourfulness_;
  return bgr;
}

}  // namespace robench
