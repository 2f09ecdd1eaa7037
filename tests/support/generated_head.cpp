// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_head.h"

#include <cmath>

namespace robench::generated {
namespace {

constexpr float kMeanChinY = 1.93f;
constexpr float kRestingSmile = 0.045f;  // eye distances: a friendly portrait

// A soft bump of height 1 at the centre, radii rx and ry.
float bump(float dx, float dy, float rx, float ry) {
  const float a = dx / rx;
  const float b = dy / ry;
  return std::exp(-a * a - b * b);
}

// The same across one axis only: a ridge.
float ridge(float distance, float radius) { return bump(distance, 0.0f, radius, 1.0f); }

float segment_distance(cv::Point2f p, cv::Point2f a, cv::Point2f b) {
  const cv::Point2f along = b - a;
  const float t = std::clamp((p - a).dot(along) / along.dot(along), 0.0f, 1.0f);
  const cv::Point2f off = p - a - along * t;
  return std::sqrt(off.dot(off));
}

}  // namespace

Head::Head(const Subject& subject, const Expression& expression)
    : face_half_width_(1.15f * subject.face_width),
      jaw_width_(subject.jaw_width),
      chin_length_(subject.chin_length),
      chin_y_(kMeanChinY * subject.chin_length),
      eye_x_(0.5f * subject.eye_distance),
      eye_half_width_(0.195f * subject.eye_width),
      eye_opening_(subject.eye_opening * expression.lids),
      brow_lift_(subject.brow_lift + expression.brow_raise),
      nose_length_(subject.nose_length),
      nose_width_(subject.nose_width),
      nose_height_(subject.nose_height),
      mouth_half_width_(0.43f * subject.mouth_width + 0.6f * expression.smile),
      mouth_y_(1.12f + subject.mouth_drop),
      lip_weight_(subject.lip_weight),
      smile_(kRestingSmile + expression.smile),
      // Depth of the forehead, eye plane, upper lip, lips, groove under the lip and chin, without the
      // nose.
      profile_({{-1.85f, -0.1f},
                {-1.2f, 0.16f},
                {-0.8f, 0.22f},
                {-0.35f, 0.24f},
                {0.0f, 0.14f},
                {0.35f, 0.16f},
                {0.85f, 0.27f},
                {1.15f, 0.29f},
                {1.5f, 0.24f},
                {1.75f, 0.34f},
                {1.95f, 0.3f}}),
      // Depth at which the head is widest.
      middle_({{-1.85f, -1.25f}, {0.0f, -1.0f}, {1.1f, -0.75f}, {1.93f, -0.2f}}),
      back_({{-1.85f, -2.4f}, {-0.3f, -2.65f}, {0.5f, -2.35f}, {1.2f, -1.5f}, {1.93f, -0.6f}}),
      brow_({{0.15f, -0.275f}, {0.36f, -0.342f}, {0.58f, -0.38f}, {0.78f, -0.35f}, {0.96f, -0.24f}}),
      nose_ridge_({{-0.25f, 0.0f},
                   {0.0f, 0.04f},
                   {0.2f, 0.13f},
                   {0.4f, 0.23f},
                   {0.55f, 0.285f},
                   {0.64f, 0.26f},
                   {0.74f, 0.14f},
                   {0.86f, 0.0f}}),
      // Of |x| / mouth_half_width; relative to mouth_y_, before smile and lip weight.
      lip_top_({{0.0f, -0.098f}, {0.26f, -0.122f}, {0.64f, -0.088f}, {1.0f, -0.03f}}),
      lip_line_({{0.0f, 0.004f}, {0.26f, -0.004f}, {0.8f, -0.022f}, {1.0f, -0.03f}}),
      lip_bottom_({{0.0f, 0.2f}, {0.29f, 0.188f}, {0.64f, 0.115f}, {1.0f, -0.03f}}) {}

float Head::half_width(float y) const {
  if (y <= 0.0f) {
    const float t = std::min(y / crown_y(), 1.0f);
    return face_half_width_ * std::sqrt(1.0f - std::pow(t, 2.4f));
  }
  // Exponents fitted to points 0-8 of the mean iBUG jaw line.
  const float t = std::min(y / chin_y_, 1.0f);
  const float jaw = mix(1.0f, jaw_width_, smooth_step(0.3f, 1.3f, y));
  return face_half_width_ * jaw * std::pow(1.0f - t * t * t, 1.0f / 1.4f);
}

float Head::end_cap(float y) const {
  const float t = std::min(y < 0.0f ? y / crown_y() : y / chin_y_, 1.0f);
  return std::sqrt(1.0f - std::pow(t, y < 0.0f ? 2.6f : 14.0f));
}

float Head::middle_z(float y) const { return middle_(y > 0.0f ? y / chin_length_ : y); }

float Head::front_z(float x, float y) const {
  const float width = half_width(y);
  const float s = width > 0.0f ? std::min(std::abs(x) / width, 1.0f) : 1.0f;
  const float middle = middle_z(y);
  const float depth = (profile_(y > 0.0f ? y / chin_length_ : y) - middle) * end_cap(y);
  const float round = std::sqrt(1.0f - std::pow(s, 2.4f));
  return middle + depth * round + relief(x, y) * smooth_step(1.0f, 0.7f, s);
}

cv::Point3f Head::surface(float angle, float y) const {
  const float x = half_width(y) * std::sin(angle);
  if (std::cos(angle) >= 0.0f) return {x, y, front_z(x, y)};
  const float middle = middle_z(y);
  return {x, y,
          middle + (middle - back_(y > 0.0f ? y / chin_length_ : y)) * end_cap(y) * std::cos(angle)};
}

float Head::relief(float x, float y) const {
  const float ax = std::abs(x);
  const float brow_ridge = 0.06f * ridge(y - brow_y(ax) - 0.05f, 0.13f) * smooth_step(1.1f, 0.8f, ax);
  const float cheek = 0.1f * bump(ax - 0.62f, y - 0.6f, 0.36f, 0.36f);
  const float temple = -0.07f * bump(ax - 1.0f, y + 0.45f, 0.25f, 0.4f);
  const float chin = 0.07f * bump(ax, y - 1.7f * chin_length_, 0.32f, 0.16f);
  return brow_ridge + cheek + temple + chin + nose_relief(ax, y) + eye_relief(ax, y) +
         mouth_relief(ax, y);
}

float Head::nose_relief(float ax, float y) const {
  const float ny = y / nose_length_;
  const float half = mix(0.1f, 0.16f, smooth_step(0.0f, 0.6f, ny)) * nose_width_;
  const float bridge = nose_ridge_(ny) * ridge(ax, half);
  const float tip = 0.2f * bump(ax, ny - 0.61f, 0.17f * nose_width_, 0.14f);
  const float wing = 0.15f * bump(ax - 0.15f * nose_width_, ny - 0.68f, 0.085f, 0.09f);
  const float wing_groove = -0.03f * bump(ax - 0.235f * nose_width_, ny - 0.67f, 0.04f, 0.1f);
  const float nostril = -0.05f * bump(ax - 0.09f * nose_width_, ny - 0.765f, 0.05f, 0.03f);
  return nose_height_ * (bridge + tip) + wing + wing_groove + nostril;
}

float Head::eye_relief(float ax, float y) const {
  const float dx = ax - eye_x_;
  const float socket = -0.15f * bump(dx + 0.04f, y + 0.02f, 0.32f, 0.2f);
  const float ball = 0.14f * bump(dx, y, 0.21f, 0.13f);
  const float u = eye_u(ax);
  const float fold =
      0.02f * ridge(y - upper_lid_y(u) + 0.035f, 0.03f) * smooth_step(1.2f, 0.8f, std::abs(u));
  return socket + ball + fold;
}

float Head::mouth_relief(float ax, float y) const {
  const float mound = 0.08f * bump(ax, y - mouth_y_, 0.5f, 0.32f);
  const float philtrum = -0.025f * bump(ax, y - mouth_y_ + 0.2f, 0.05f, 0.08f);
  const float groove = -0.05f * bump(ax, y - mouth_y_ - 0.34f, 0.35f, 0.09f);
  const float fold =
      -(0.015f + 0.3f * smile_) * smooth_step(0.12f, -0.2f, y - mouth_y_) *
      ridge(segment_distance({ax, y}, {0.29f, 0.78f}, {mouth_half_width_ + 0.14f, mouth_y_ + 0.1f}),
            0.08f);
  const float inside = smooth_step(1.05f, 0.6f, ax / mouth_half_width_);
  const float line = lip_line_y(ax);
  const float upper = 0.05f * ridge(y - 0.5f * (lip_top_y(ax) + line), 0.06f);
  const float lower = 0.075f * ridge(y - 0.5f * (lip_bottom_y(ax) + line), 0.075f);
  const float crease = -0.055f * ridge(y - line, 0.04f);
  return mound + philtrum + groove + fold + inside * (upper + lower + crease);
}

float Head::brow_y(float ax) const { return brow_(ax / (eye_x_ / 0.5f)) - brow_lift_; }

float Head::lip_line_y(float ax) const {
  const float t = ax / mouth_half_width_;
  return mouth_y_ + lip_line_(t) - smile_ * t * t;
}

float Head::lip_top_y(float ax) const {
  const float t = ax / mouth_half_width_;
  return lip_line_y(ax) + (lip_top_(t) - lip_line_(t)) * lip_weight_;
}

float Head::lip_bottom_y(float ax) const {
  const float t = ax / mouth_half_width_;
  return lip_line_y(ax) + (lip_bottom_(t) - lip_line_(t)) * lip_weight_;
}

float Head::upper_lid_y(float u) const {
  return 0.012f - 0.013f * u -
         0.097f * eye_opening_ * (1.0f - std::pow(std::min(std::abs(u), 1.0f), 2.2f));
}

float Head::lower_lid_y(float u) const {
  const float v = std::min(std::abs(u), 1.0f);
  return 0.012f - 0.013f * u + 0.05f * eye_opening_ * (1.0f - v * v);
}

std::array<cv::Point3f, 68> Head::landmarks() const {
  std::array<cv::Point2f, 68> face{};
  const auto mirrored = [&](int left, int right, float ax, float y) {
    face[static_cast<std::size_t>(left)] = {-ax, y};
    face[static_cast<std::size_t>(right)] = {ax, y};
  };

  constexpr std::array<float, 8> kJawY{-0.06f, 0.25f, 0.56f, 0.875f, 1.17f, 1.43f, 1.66f, 1.845f};
  for (int i = 0; i < 8; ++i) {
    const float y = kJawY[static_cast<std::size_t>(i)] * chin_length_;
    // A little before the outline; the first point, where the jaw meets the ear, on it.
    mirrored(i, 16 - i, (i == 0 ? 0.997f : 0.985f) * half_width(y), y);
  }
  face[8] = {0.0f, 0.995f * chin_y_};

  constexpr std::array<float, 5> kBrowX{0.89f, 0.74f, 0.54f, 0.345f, 0.17f};
  for (int i = 0; i < 5; ++i) {
    const float ax = kBrowX[static_cast<std::size_t>(i)] * (eye_x_ / 0.5f);
    mirrored(17 + i, 26 - i, ax, brow_y(ax));
  }

  constexpr std::array<float, 4> kBridgeY{-0.02f, 0.18f, 0.385f, 0.592f};
  for (std::size_t i = 0; i < 4; ++i) face[27 + i] = {0.0f, nose_y(kBridgeY[i])};
  mirrored(31, 35, nose_half_width(), nose_y(0.725f));
  mirrored(32, 34, 0.5f * nose_half_width(), nose_y(0.768f));
  face[33] = {0.0f, nose_y(0.8f)};

  const auto eye = [&](int left, int right, float u, float y) {
    mirrored(left, right, eye_x_ + u * eye_half_width_, y);
  };
  eye(36, 45, 1.0f, upper_lid_y(1.0f));
  eye(37, 44, 0.38f, upper_lid_y(0.38f));
  eye(38, 43, -0.38f, upper_lid_y(-0.38f));
  eye(39, 42, -1.0f, upper_lid_y(-1.0f));
  eye(40, 47, -0.38f, lower_lid_y(-0.38f));
  eye(41, 46, 0.38f, lower_lid_y(0.38f));

  const auto mouth = [&](int left, int right, float t, auto line) {
    const float ax = t * mouth_half_width_;
    mirrored(left, right, ax, (this->*line)(ax));
  };
  mouth(48, 54, 1.0f, &Head::lip_line_y);
  mouth(49, 53, 0.62f, &Head::lip_top_y);
  mouth(50, 52, 0.26f, &Head::lip_top_y);
  mouth(51, 51, 0.0f, &Head::lip_top_y);
  mouth(59, 55, 0.64f, &Head::lip_bottom_y);
  mouth(58, 56, 0.3f, &Head::lip_bottom_y);
  mouth(57, 57, 0.0f, &Head::lip_bottom_y);
  mouth(60, 64, 0.85f, &Head::lip_line_y);
  mouth(61, 63, 0.27f, &Head::lip_line_y);
  mouth(67, 65, 0.28f, &Head::lip_line_y);
  mouth(62, 66, 0.0f, &Head::lip_line_y);

  std::array<cv::Point3f, 68> points;
  for (std::size_t i = 0; i < 68; ++i) points[i] = {face[i].x, face[i].y, front_z(face[i].x, face[i].y)};
  return points;
}

}  // namespace robench::generated
