// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_hair.h"

#include <cmath>
#include <numbers>

namespace robench::generated {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;
constexpr std::uint32_t kHairKey = 0x48414952u;

float radians(float degrees) { return degrees * kPi / 180.0f; }

}  // namespace

Hair::Hair(const Subject& subject)
    : seed_(hash(subject.seed, kHairKey)),
      style_(subject.hair_style),
      line_shift_(0.12f * (hash01(seed_, 0) - 0.5f)),
      // Forehead, temple, sideburn, over the ear, nape.
      line_({{0.0f, -1.02f},
             {radians(25), -1.0f},
             {radians(42), -0.92f},
             {radians(56), -0.7f},
             {radians(68), -0.3f},
             {radians(78), 0.0f},
             {radians(86), 0.12f},
             {radians(94), -0.1f},
             {radians(110), -0.05f},
             {radians(124), 0.5f},
             {radians(150), 1.2f},
             {radians(180), 1.3f}}) {}

float Hair::inside(float angle, float y) const {
  const float ragged = 0.05f * (value_noise(angle * 12.0f, 0.0f, seed_) - 0.5f) +
                       0.04f * (value_noise(angle * 40.0f, 0.0f, seed_) - 0.5f);
  float line = line_(std::abs(angle)) + line_shift_ + ragged;
  if (style_ == HairStyle::side_part) {  // a lock over one side of the forehead
    const float to_side = (hash(seed_, 1) & 1u) != 0 ? angle : -angle;
    line += 0.22f * smooth_step(radians(-35), radians(0), to_side) *
            smooth_step(radians(50), radians(20), to_side);
  }
  if (style_ == HairStyle::long_hair) {  // parted in the middle, framing the face
    const float turn = std::abs(angle);
    line +=
        0.3f * smooth_step(radians(8), radians(45), turn) * smooth_step(radians(80), radians(50), turn) -
        0.1f * smooth_step(radians(14), radians(0), turn);
  }
  return line - y;
}

float Hair::thickness(float angle, float y) const {
  const float top = smooth_step(0.1f, -1.3f, y);
  switch (style_) {
    case HairStyle::cropped:
      return mix(0.06f, 0.15f, top);
    case HairStyle::side_part: {
      const float to_side = (hash(seed_, 1) & 1u) != 0 ? std::sin(angle) : -std::sin(angle);
      const float off_crown = smooth_step(-1.83f, -1.4f, y);
      return mix(0.1f, 0.24f + 0.07f * to_side * off_crown, top);
    }
    case HairStyle::long_hair:
      return mix(0.22f, 0.2f, top);
    case HairStyle::bun:
      return 0.11f;
    case HairStyle::curls:
      return mix(0.2f, 0.36f, top);
  }
  return 0.0f;
}

float Hair::locks(const cv::Point3f& skin, float angle, float y) const {
  if (style_ == HairStyle::curls) {
    const cv::Point3f p = 8.0f * skin;
    const float curl =
        std::sin(p.x + 2.0f * std::sin(0.4f * p.z)) * std::sin(p.y + 1.5f * std::sin(0.5f * p.x)) +
        std::sin(1.3f * p.z + 0.7f * p.x) * std::sin(0.9f * p.y);
    return 0.045f * curl;
  }
  // A comb leaves ridges that run together at the crown.
  return 0.03f * (value_noise(angle * 13.0f, 0.8f * y, seed_) - 0.5f) * smooth_step(-1.8f, -1.2f, y);
}

cv::Point3f Hair::cap(const Head& head, float angle, float y) const {
  const float depth = inside(angle, y);
  const cv::Point3f skin = head.surface(angle, y);
  const float full = std::pow(smooth_step(-0.02f, 0.45f, depth), 0.6f);
  const float hidden =
      0.06f * smooth_step(0.02f, -0.08f, depth) + 0.3f * smooth_step(-0.1f, -0.6f, depth);
  const float lift = (thickness(angle, y) + locks(skin, angle, y)) * full - hidden;
  const cv::Point3f outward = unit({skin.x, 0.9f * (skin.y + 0.2f), skin.z + 1.15f});
  return skin + lift * outward;
}

cv::Point2f Hair::fall_st(float v, float u) const {
  static const Curve opening({{-1.3f, radians(35)},
                              {-0.7f, radians(62)},
                              {0.0f, radians(70)},
                              {1.0f, radians(70)},
                              {2.0f, radians(62)},
                              {3.0f, radians(60)}});
  const float y = mix(-1.3f, 2.7f + 0.25f * value_noise(u * 30.0f, 3.0f, seed_), v);
  const float half = kPi - opening(y);
  const float angle = kPi + half * (2.0f * u - 1.0f);
  return {angle > kPi ? angle - 2.0f * kPi : angle, y};
}

cv::Point3f Hair::fall(cv::Point2f st) const {
  static const Curve width(
      {{-1.3f, 0.95f}, {-0.8f, 1.28f}, {0.0f, 1.4f}, {1.0f, 1.5f}, {2.0f, 1.58f}, {3.0f, 1.4f}});
  const float wave =
      0.05f * std::sin(2.6f * st.y + 4.0f * hash01(seed_, 2)) * smooth_step(0.0f, 1.5f, st.y);
  const float strands = 0.03f * value_noise(st.x * 14.0f, st.y * 0.6f, seed_);
  const float radius = width(st.y) + wave + strands;
  const float depth = std::cos(st.x) >= 0.0f ? 0.85f : 1.55f * smooth_step(-1.6f, -0.5f, st.y);
  return {radius * std::sin(st.x), st.y, -1.05f + (depth + wave) * std::cos(st.x)};
}

cv::Point3f Hair::bun(cv::Point2f st) const {
  const float radius = 0.52f + 0.03f * value_noise(st.x * 5.0f, st.y * 9.0f, seed_);
  const float ring = radius * std::sin(st.y);
  return {ring * std::sin(st.x), -2.0f - 0.85f * radius * std::cos(st.y),
          -1.35f + ring * std::cos(st.x)};
}

float Hair::strand(cv::Point2f st) const {
  const bool curls = style_ == HairStyle::curls;
  const float along = curls ? 14.0f : 1.6f;
  const float across = curls ? 14.0f : 38.0f;
  const float coarse = value_noise(st.x * across * 0.4f, st.y * along * 0.6f, seed_);
  const float fine = value_noise(st.x * across, st.y * along, seed_ + 1);
  return 0.62f + 0.34f * coarse + 0.34f * fine;
}

}  // namespace robench::generated
