// SPDX-License-Identifier: Apache-2.0
#include "perturb/occlusion/parts/occluder.h"

#include <opencv2/imgproc.hpp>

#include "perturb/srgb.h"

namespace robench {

Occluder::Occluder(const Image& image, const Frame& frame, float reach)
    : fit_(frame, image.bgr().size()),
      hull_(fit_, image.bgr().size()),
      light_(image, fit_, hull_),
      canvas_(pixels_around(fit_.axes(), {-reach, -reach, 2 * reach, 2 * reach},
                            {cv::Point(), image.bgr().size()})),
      opacity_(canvas_.size(), 0.0F),
      paint_(canvas_.size(), cv::Vec3f()),
      passed_(canvas_.size(), 1.0F) {}

void Occluder::paint(const Coverage& coverage, const Material& light, float opacity) {
  const cv::Rect area = coverage.area & canvas_;
  for (int y = area.y; y < area.br().y; ++y) {
    const FaceLine line = axes().row(y);
    for (int x = area.x; x < area.br().x; ++x) {
      const float share = opacity * coverage.share(cv::Point(x, y) - coverage.area.tl());
      if (share <= 0) continue;
      const cv::Point2f face(line.u(static_cast<std::size_t>(x)), line.v(static_cast<std::size_t>(x)));
      const cv::Point at = cv::Point(x, y) - canvas_.tl();
      paint_(at) = (1 - share) * paint_(at) + share * light_.shown(light(face));
      opacity_(at) += share * (1 - opacity_(at));
    }
  }
}

void Occluder::lay(const Coverage& coverage, const Material& material, float opacity) {
  paint(
      coverage, [&](cv::Point2f face) { return light_.at(face) * material(face); }, opacity);
}

void Occluder::print(const Coverage& coverage, cv::Vec3f bgr_light) {
  paint(
      coverage, [&](cv::Point2f) { return bgr_light; }, 1);
}

void Occluder::lay(const Coverage& coverage, cv::Vec3f bgr_reflectance, float opacity) {
  lay(
      coverage, [&](cv::Point2f) { return bgr_reflectance; }, opacity);
}

void Occluder::shade(const Coverage& coverage, float depth) {
  const cv::Rect area = coverage.area & canvas_;
  for (int y = area.y; y < area.br().y; ++y) {
    for (int x = area.x; x < area.br().x; ++x) {
      const float passed = 1 - depth * coverage.share(cv::Point(x, y) - coverage.area.tl());
      const cv::Point at = cv::Point(x, y) - canvas_.tl();
      passed_(at) *= passed;
      paint_(at) *= passed;
    }
  }
}

void Occluder::cast_shadow(float depth, float softness, cv::Point2f offset) {
  if (canvas_.empty()) return;
  const cv::Point2f shift = axes().to_pixel(offset) - axes().to_pixel({0, 0});
  const cv::Matx23f move(1, 0, shift.x, 0, 1, shift.y);
  cv::Mat1f shadow;
  cv::warpAffine(opacity_, shadow, move, canvas_.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  shadow = blurred(shadow, softness * axes().unit_px());
  for (int y = 0; y < canvas_.height; ++y)
    for (int x = 0; x < canvas_.width; ++x) passed_(y, x) *= 1 - depth * shadow(y, x);
}

float Occluder::size_to_cover(double share, double largest,
                              const std::function<bool(cv::Point2f, float)>& covers) const {
  return static_cast<float>(size_covering(share, largest, [&](double size) {
    return hull_.covered_fraction(axes(),
                                  [&](cv::Point2f p) { return covers(p, static_cast<float>(size)); });
  }));
}

Perturbed Occluder::before_face(const Image& image) const {
  const std::array<float, 256>& linear = linear_of_pixel();
  const SrgbEncoder& encoder = srgb_encoder();
  cv::Mat out = image.bgr().clone();
  for (int y = 0; y < canvas_.height; ++y) {
    for (int x = 0; x < canvas_.width; ++x) {
      const float left = (1 - opacity_(y, x)) * passed_(y, x);
      const cv::Vec3f& paint = paint_(y, x);
      cv::Vec3b& pixel = out.at<cv::Vec3b>(canvas_.y + y, canvas_.x + x);
      for (int c = 0; c < 3; ++c) pixel[c] = encoder.encode(left * linear[pixel[c]] + paint[c]);
    }
  }
  Perturbed result{Image(out)};
  result.covered_fraction = hull_.covered_fraction(opacity_, canvas_.tl());
  return result;
}

}  // namespace robench
