// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_paint.h"

#include <cmath>

namespace robench::generated {
namespace {

constexpr float kIrisRadius = 0.098f;  // 11.8 mm across at an eye distance of 63 mm
constexpr float kPupilRadius = 0.04f;

float squared(float x) { return x * x; }

// 1 at the centre, falling softly.
float spot(float dx, float dy, float rx, float ry) {
  return std::exp(-squared(dx / rx) - squared(dy / ry));
}

Colour times(const Colour& a, const Colour& b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }

}  // namespace

Painter::Painter(const Subject& subject, const Head& head, const Hair& hair, cv::Point3f to_light,
                 cv::Point2f gaze)
    : subject_(subject), head_(head), hair_(hair), to_light_(to_light), gaze_(gaze) {}

Paint Painter::at(Part part, const cv::Point3f& rest, cv::Point2f st) const {
  switch (part) {
    case Part::face:
      return face(rest, st);
    case Part::ear: {
      const float hollow = smooth_step(0.6f, 0.2f, st.x);
      const Colour rosy = times(subject_.skin, {1.0f, 0.86f, 0.82f});
      return {rosy * (1.0f - 0.35f * hollow), 0.06f, 18.0f, 0.3f, {}};
    }
    case Part::neck:
      return {subject_.skin * 0.95f, 0.04f, 12.0f, 0.2f, {}};
    case Part::hair:
      return hair(st);
    case Part::cloth: {
      const float hem = smooth_step(0.075f, 0.06f, st.y) * 0.12f;
      const float weave = 0.96f + 0.08f * value_noise(rest.x * 60.0f, rest.y * 60.0f, subject_.seed);
      return {subject_.cloth * (weave * (1.0f - hem)), 0.0f, 8.0f, 0.0f, {}};
    }
  }
  return {};
}

Paint Painter::hair(cv::Point2f st) const {
  const float strand = hair_.strand(st);
  return {subject_.hair * strand, 0.16f * strand * strand, 18.0f, 0.0f, {}};
}

Paint Painter::face(const cv::Point3f& rest, cv::Point2f st) const {
  const float ax = std::abs(rest.x);
  const float u = head_.eye_u(ax);
  const bool front = std::abs(st.x) < 1.571f;
  if (front && std::abs(u) < 1.0f && rest.y > head_.upper_lid_y(u) && rest.y < head_.lower_lid_y(u)) {
    return eye(ax, rest.x, rest.y);
  }
  Paint paint{complexion(ax, rest.y), 0.07f, 16.0f, 0.25f, {}};
  if (front) {
    add_lids(paint, ax, rest.y);
    add_brow(paint, ax, rest.y);
    add_lips(paint, ax, rest.y);
  }
  // Skin shows through thin hair at the hairline.
  const float root = smooth_step(-0.03f, 0.12f, hair_.inside(st.x, st.y));
  if (root > 0.0f) {
    paint.albedo = mix(paint.albedo, hair(st).albedo, 0.9f * root);
    paint.gloss *= 1.0f - root;
    paint.bleed *= 1.0f - root;
  }
  return paint;
}

Colour Painter::complexion(float ax, float y) const {
  const float ny = y / head_.nose_y(1.0f);
  const float blush = 0.8f * spot(ax - 0.62f, y - 0.58f, 0.3f, 0.24f) +
                      0.6f * spot(ax, ny - 0.6f, 0.17f, 0.12f) + 0.25f * spot(ax, y - 1.7f, 0.3f, 0.2f);
  const float tired = 0.5f * spot(ax - head_.eye_x(), y - 0.13f, 0.2f, 0.08f) +
                      0.5f * spot(ax - 0.22f, y - 0.02f, 0.08f, 0.12f);
  const float nostril = spot(ax - 0.095f, ny - 0.772f, 0.052f, 0.024f);
  const float wing = 0.25f * spot(ax - 1.08f * head_.nose_half_width(), ny - 0.7f, 0.025f, 0.08f);
  const float mottle = 0.97f + 0.06f * value_noise(ax * 9.0f, y * 9.0f, subject_.seed);
  Colour skin = times(subject_.skin, {1.0f, 1.0f - 0.22f * blush, 1.0f - 0.22f * blush}) * mottle;
  skin = times(skin, {1.0f - 0.14f * tired, 1.0f - 0.2f * tired, 1.0f - 0.18f * tired});
  return skin * ((1.0f - 0.88f * std::min(nostril * 1.3f, 1.0f)) * (1.0f - wing));
}

void Painter::add_lips(Paint& paint, float ax, float y) const {
  const float half = head_.mouth_half_width();
  if (ax > 1.5f * half) return;
  const float top = head_.lip_top_y(ax);
  const float line = head_.lip_line_y(ax);
  const float bottom = head_.lip_bottom_y(ax);
  const float soft = 0.016f;
  const float inside = smooth_step(top - soft, top + soft, y) *
                       smooth_step(bottom + soft, bottom - soft, y) *
                       smooth_step(1.02f * half, 0.96f * half, ax);
  const Colour lip = subject_.lip * (y < line ? 0.8f : 1.0f);
  paint.albedo = mix(paint.albedo, lip, 0.85f * inside);
  paint.gloss = mix(paint.gloss, 0.16f, inside);
  const float closed =
      std::exp(-squared((y - line) / 0.017f)) * smooth_step(1.06f * half, 0.85f * half, ax);
  paint.albedo = mix(paint.albedo, subject_.lip * 0.1f, 0.93f * closed);
  paint.gloss *= 1.0f - closed;
  paint.albedo *= 1.0f - 0.25f * spot(ax - half, y - line, 0.05f, 0.04f);
}

void Painter::add_brow(Paint& paint, float ax, float y) const {
  static const Curve thickness({{0.13f, 0.0f},
                                {0.17f, 0.045f},
                                {0.25f, 0.056f},
                                {0.4f, 0.058f},
                                {0.65f, 0.048f},
                                {0.9f, 0.018f},
                                {1.0f, 0.0f}});
  const float half = thickness(ax / (2.0f * head_.eye_x())) * subject_.brow_weight;
  if (half <= 0.0f) return;
  const float distance = (y - head_.brow_y(ax)) / half;
  const float hairs = value_noise(ax * 60.0f + y * 25.0f, y * 12.0f, subject_.seed);
  const float cover = smooth_step(1.35f, 0.45f, std::abs(distance) + 0.5f * (hairs - 0.5f));
  const Colour dark = mix(subject_.hair * 0.6f, Colour(0.03f, 0.02f, 0.015f), 0.35f);
  paint.albedo = mix(paint.albedo, dark, 0.9f * cover);
  paint.gloss *= 1.0f - cover;
}

void Painter::add_lids(Paint& paint, float ax, float y) const {
  const float u = head_.eye_u(ax);
  if (std::abs(u) > 1.35f || std::abs(y) > 0.4f) return;
  const float upper = head_.upper_lid_y(u);
  const float lower = head_.lower_lid_y(u);
  const float along = smooth_step(1.22f, 0.98f, std::abs(u));
  const float lash_half = mix(0.017f, 0.028f, smooth_step(-0.6f, 0.8f, u));
  const float lash =
      smooth_step(lash_half, 0.3f * lash_half, std::abs(y - upper + 0.5f * lash_half)) * along;
  const float crease = std::exp(-squared((y - upper + 0.062f + 0.012f * u) / 0.013f)) *
                       smooth_step(1.2f, 0.7f, std::abs(u));
  const float rim =
      std::exp(-squared((y - lower - 0.006f) / 0.012f)) * smooth_step(1.05f, 0.8f, std::abs(u));
  paint.albedo *= 1.0f - 0.4f * crease;
  paint.albedo *= 1.0f - 0.35f * rim;
  paint.albedo = mix(paint.albedo, Colour(0.012f, 0.009f, 0.008f), 0.92f * lash);
  paint.gloss *= 1.0f - lash;
}

Paint Painter::eye(float ax, float x, float y) const {
  const float side = x < 0.0f ? -1.0f : 1.0f;
  const float u = head_.eye_u(ax);
  const float centre_x = side * head_.eye_x() + gaze_.x;
  const float centre_y = -0.012f + gaze_.y;
  const float dx = x - centre_x;
  const float dy = y - centre_y;
  const float r = std::sqrt(dx * dx + dy * dy);

  Colour colour = mix(Colour(0.74f, 0.72f, 0.7f), Colour(0.5f, 0.36f, 0.33f),
                      0.5f * smooth_step(0.45f, 1.0f, std::abs(u)));
  const float caruncle = smooth_step(-0.86f, -0.97f, u);
  colour = mix(colour, Colour(0.45f, 0.2f, 0.17f), 0.8f * caruncle);
  const float fibres = 0.8f + 0.4f * value_noise(std::atan2(dy, dx) * 9.0f, 0.0f, subject_.seed);
  Colour iris = subject_.iris * (fibres * mix(1.5f, 0.9f, smooth_step(0.4f, 0.8f, r / kIrisRadius)));
  iris *= mix(1.0f, 0.25f, smooth_step(0.8f, 1.0f, r / kIrisRadius));  // limbal ring
  colour = mix(colour, iris, smooth_step(kIrisRadius + 0.008f, kIrisRadius - 0.006f, r));
  colour = mix(colour, Colour(0.006f, 0.006f, 0.006f),
               smooth_step(kPupilRadius + 0.007f, kPupilRadius - 0.005f, r));
  colour *=
      mix(0.35f, 1.0f, smooth_step(0.0f, 0.055f, y - head_.upper_lid_y(u)));  // shade of the upper lid

  Paint paint{colour, 0.0f, 20.0f, 0.0f, {}};
  const float facing = std::max(to_light_.z, 0.0f);
  const float spark =
      smooth_step(0.026f, 0.014f, std::hypot(dx - 0.05f * to_light_.x, dy - 0.05f * to_light_.y));
  paint.glow = Colour(1, 1, 1) * (0.9f * spark * facing);
  return paint;
}

}  // namespace robench::generated
