// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tests/support/generated_raster.h"

namespace robench::generated {
namespace {

constexpr int kMapSide = 320;
constexpr int kMapBlur = 7;
constexpr float kMapSpan = 6.4f;  // eye distances that the map covers

void box_blur_twice(const cv::Mat& from, cv::Mat& to, int side) {
  cv::blur(from, to, {side, side});
  cv::blur(to, to, {side, side});
}

}  // namespace

Shadows::Shadows(const Mesh& mesh, const std::vector<cv::Point3f>& posed, const cv::Point3f& to_light)
    : to_light_(to_light),
      right_(unit(cv::Point3f(0, 1, 0.01f).cross(to_light))),
      up_(to_light.cross(right_)) {
  std::vector<cv::Point3f> seen;
  seen.reserve(posed.size());
  for (const cv::Point3f& p : posed) seen.push_back(from_light(p));
  const cv::Mat1f depth = rasterize(mesh.triangles, seen, {kMapSide, kMapSide}).depth;
  const std::array<cv::Mat, 2> both{depth, depth.mul(depth)};
  cv::merge(both.data(), both.size(), moments_);
  box_blur_twice(moments_, moments_, kMapBlur);
}

cv::Point3f Shadows::from_light(const cv::Point3f& p) const {
  const cv::Point3f from_centre = p - cv::Point3f(0.0f, 0.5f, -0.8f);
  constexpr float kScale = static_cast<float>(kMapSide) / kMapSpan;
  constexpr float kMiddle = 0.5f * static_cast<float>(kMapSide);
  return {from_centre.dot(right_) * kScale + kMiddle, from_centre.dot(up_) * kScale + kMiddle,
          from_centre.dot(to_light_)};
}

float Shadows::light_at(const cv::Point3f& posed) const {
  const cv::Point3f p = from_light(posed);
  const int x = cvFloor(p.x);
  const int y = cvFloor(p.y);
  if (x < 0 || y < 0 || x + 1 >= kMapSide || y + 1 >= kMapSide) return 1.0f;
  const float u = p.x - static_cast<float>(x);
  const float v = p.y - static_cast<float>(y);
  const cv::Vec2f moments = (moments_(y, x) * (1.0f - u) + moments_(y, x + 1) * u) * (1.0f - v) +
                            (moments_(y + 1, x) * (1.0f - u) + moments_(y + 1, x + 1) * u) * v;
  const float behind = moments[0] - p.z - 0.04f;
  if (behind <= 0.0f) return 1.0f;
  const float variance = std::max(moments[1] - moments[0] * moments[0], 1e-4f);
  return smooth_step(0.2f, 1.0f, variance / (variance + behind * behind));
}

cv::Mat1f openness(const cv::Mat1f& depth, float eye_distance) {
  cv::Mat1f open(depth.size(), 1.0f);
  for (const float radius : {0.1f, 0.4f}) {
    cv::Mat1f around;
    box_blur_twice(depth, around, 2 * std::max(1, cvRound(radius * eye_distance)) + 1);
    for (int row = 0; row < depth.rows; ++row) {
      for (int column = 0; column < depth.cols; ++column) {
        const float sunk = std::clamp(around(row, column) - depth(row, column), 0.0f, 0.5f);
        open(row, column) /= 1.0f + 0.9f * sunk / radius;
      }
    }
  }
  return open;
}

Colour shade(const Paint& paint, const cv::Point3f& normal, const cv::Point3f& view,
             const Lighting& light, float lit, float open) {
  const float facing = normal.dot(light.to_light);
  const auto diffuse = [facing](float wrap) { return std::max(0.0f, (facing + wrap) / (1.0f + wrap)); };
  const float sky = 0.78f - 0.22f * normal.y;  // more light from above than from below
  const float around = 1.15f * light.ambient * sky * open;
  const float key = 1.5f * (1.0f - light.ambient) * (0.35f + 0.65f * open);
  const float plain = diffuse(0.0f) * lit;
  // Light that entered skin comes out a little further, red the furthest.
  const Colour received(around + key * mix(plain, diffuse(0.35f) * mix(0.1f, 1.0f, lit), paint.bleed),
                        around + key * mix(plain, diffuse(0.15f) * lit, paint.bleed),
                        around + key * mix(plain, diffuse(0.08f) * lit, paint.bleed));
  const cv::Point3f half = unit(light.to_light + view);
  const float mirror =
      facing > 0.0f ? std::pow(std::max(normal.dot(half), 0.0f), paint.sharpness) * lit * key : 0.0f;
  const float grazing = 1.0f - std::clamp(normal.dot(view), 0.0f, 1.0f);
  const float rim = 0.08f * around * grazing * grazing * grazing;
  const Colour colour(paint.albedo.x * received.x, paint.albedo.y * received.y,
                      paint.albedo.z * received.z);
  return colour + Colour(1, 1, 1) * (paint.gloss * mirror + rim) + paint.glow;
}

}  // namespace robench::generated
