// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_portrait.h"

#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "tests/support/generated_mesh.h"
#include "tests/support/generated_paint.h"
#include "tests/support/generated_raster.h"

namespace robench::generated {
namespace {

constexpr int kSamples = 2;               // per pixel and axis
constexpr float kCameraDistance = 16.0f;  // eye distances, about one metre
const cv::Point3f kNeckJoint(0.0f, 0.9f, -1.0f);

cv::Point3f operator*(const cv::Matx33f& m, const cv::Point3f& v) {
  return {m(0, 0) * v.x + m(0, 1) * v.y + m(0, 2) * v.z, m(1, 0) * v.x + m(1, 1) * v.y + m(1, 2) * v.z,
          m(2, 0) * v.x + m(2, 1) * v.y + m(2, 2) * v.z};
}

float radians(double degrees) { return static_cast<float>(degrees * std::numbers::pi / 180.0); }

cv::Matx33f head_rotation(const FaceRecipe& recipe) {
  const float cy = std::cos(radians(recipe.yaw_deg)), sy = std::sin(radians(recipe.yaw_deg));
  const float cp = std::cos(radians(recipe.pitch_deg)), sp = std::sin(radians(recipe.pitch_deg));
  const float cr = std::cos(radians(recipe.roll_deg)), sr = std::sin(radians(recipe.roll_deg));
  const cv::Matx33f yaw(cy, 0, sy, 0, 1, 0, -sy, 0, cy);
  const cv::Matx33f pitch(1, 0, 0, 0, cp, -sp, 0, sp, cp);
  const cv::Matx33f roll(cr, -sr, 0, sr, cr, 0, 0, 0, 1);
  return roll * pitch * yaw;
}

cv::Point3f light_direction(const FaceRecipe& recipe) {
  const float azimuth = radians(recipe.light_azimuth_deg),
              elevation = radians(recipe.light_elevation_deg);
  return {std::sin(azimuth) * std::cos(elevation), -std::sin(elevation),
          std::cos(azimuth) * std::cos(elevation)};
}

// Places the head in front of the camera: pose, then perspective, then the requested scale and place.
class Camera {
 public:
  Camera(const PlacedFace& face, const std::array<cv::Point3f, 68>& landmarks)
      : rotation_(head_rotation(face.recipe)) {
    const auto upright = [](const cv::Point3f& p) { return perspective(p); };
    const auto posed = [this](const cv::Point3f& p) { return perspective(pose(p, 1.0f)); };
    const auto [left, right] = eye_centres(landmarks, upright);
    scale_ = face.recipe.inter_eye_px / cv::norm(right - left);
    const auto [posed_left, posed_right] = eye_centres(landmarks, posed);
    shift_ = face.eyes_px - scale_ * 0.5 * (posed_left + posed_right);
  }

  [[nodiscard]] const cv::Matx33f& rotation() const { return rotation_; }
  [[nodiscard]] float pixels_per_eye_distance() const { return static_cast<float>(scale_); }

  // `share` of the head's turn: 1 for the head, 0 for the shoulders.
  [[nodiscard]] cv::Point3f pose(const cv::Point3f& rest, float share) const {
    return mix(rest, kNeckJoint + rotation_ * (rest - kNeckJoint), share);
  }
  [[nodiscard]] cv::Point2d project(const cv::Point3f& posed) const {
    return scale_ * perspective(posed) + shift_;
  }

 private:
  static cv::Point2d perspective(const cv::Point3f& p) {
    const double nearer = kCameraDistance / (kCameraDistance - p.z);
    return {p.x * nearer, p.y * nearer};
  }

  template <typename Projection>
  static std::array<cv::Point2d, 2> eye_centres(const std::array<cv::Point3f, 68>& points,
                                                const Projection& projection) {
    std::array<cv::Point2d, 2> centres{};
    for (std::size_t i = 0; i < 12; ++i) centres[i / 6] += projection(points[36 + i]) / 6.0;
    return centres;
  }

  cv::Matx33f rotation_;
  double scale_ = 1.0;
  cv::Point2d shift_;
};

float turn_share(const Vertex& vertex) {
  if (vertex.part == Part::face || vertex.part == Part::ear) return 1.0f;
  return smooth_step(2.5f, 1.2f, vertex.rest.y);
}

std::vector<cv::Point3f> posed_vertices(const Mesh& mesh, const Camera& camera) {
  std::vector<cv::Point3f> posed;
  posed.reserve(mesh.vertices.size());
  for (const Vertex& vertex : mesh.vertices)
    posed.push_back(camera.pose(vertex.rest, turn_share(vertex)));
  return posed;
}

// How much of the one light arrives: a shadow map with soft edges (variance shadow maps; Donnelly and
// Lauritzen, 2006).
class Shadows {
 public:
  Shadows(const Mesh& mesh, const std::vector<cv::Point3f>& posed, const cv::Point3f& to_light)
      : to_light_(to_light),
        right_(unit(cv::Point3f(0, 1, 0.01f).cross(to_light))),
        up_(to_light.cross(right_)) {
    std::vector<cv::Point3f> seen;
    seen.reserve(posed.size());
    for (const cv::Point3f& p : posed) seen.push_back(from_light(p));
    const cv::Mat1f depth = rasterize(mesh.triangles, seen, {kSide, kSide}).depth;
    cv::blur(depth, mean_, {kBlur, kBlur});
    cv::blur(depth.mul(depth), mean_of_squares_, {kBlur, kBlur});
  }

  [[nodiscard]] float light_at(const cv::Point3f& posed) const {
    const cv::Point3f p = from_light(posed);
    const int x = static_cast<int>(std::lround(p.x));
    const int y = static_cast<int>(std::lround(p.y));
    if (x < 0 || y < 0 || x >= kSide || y >= kSide) return 1.0f;
    const float mean = mean_(y, x);
    const float behind = mean - p.z - 0.03f;
    if (behind <= 0.0f) return 1.0f;
    const float variance = std::max(mean_of_squares_(y, x) - mean * mean, 1e-4f);
    return smooth_step(0.25f, 1.0f, variance / (variance + behind * behind));
  }

 private:
  static constexpr int kSide = 320;
  static constexpr int kBlur = 7;
  static constexpr float kSpan = 6.4f;  // eye distances that the map covers

  [[nodiscard]] cv::Point3f from_light(const cv::Point3f& p) const {
    const cv::Point3f from_centre = p - cv::Point3f(0.0f, 0.5f, -0.8f);
    const float scale = static_cast<float>(kSide) / kSpan;
    return {from_centre.dot(right_) * scale + 0.5f * static_cast<float>(kSide),
            from_centre.dot(up_) * scale + 0.5f * static_cast<float>(kSide), from_centre.dot(to_light_)};
  }

  cv::Point3f to_light_, right_, up_;
  cv::Mat1f mean_, mean_of_squares_;
};

// Darkens hollows: where the neighbourhood is nearer than the point, little light from everywhere gets
// in (depth darkening; Luft, Colditz and Deussen, 2006).
cv::Mat1f openness(const cv::Mat1f& depth, float eye_distance) {
  cv::Mat1f open(depth.size(), 1.0f);
  for (const float radius : {0.1f, 0.4f}) {
    const int side = 2 * std::max(1, cvRound(radius * eye_distance)) + 1;
    cv::Mat1f around;
    cv::blur(depth, around, {side, side});
    cv::blur(around, around, {side, side});
    for (int row = 0; row < depth.rows; ++row) {
      for (int column = 0; column < depth.cols; ++column) {
        const float sunk = std::clamp(around(row, column) - depth(row, column), 0.0f, 0.5f);
        open(row, column) /= 1.0f + 0.9f * sunk / radius;
      }
    }
  }
  return open;
}

struct Lighting {
  cv::Point3f to_light;
  float ambient;
};

Colour shade(const Paint& paint, const cv::Point3f& normal, const Lighting& light, float lit,
             float open) {
  const float facing = normal.dot(light.to_light);
  const auto diffuse = [&](float wrap) { return std::max(0.0f, (facing + wrap) / (1.0f + wrap)); };
  const float sky = 0.78f - 0.22f * normal.y;
  const float around = 1.15f * light.ambient * sky * open;
  const float key = 1.55f * (1.0f - light.ambient) * (0.35f + 0.65f * open);
  const float plain = diffuse(0.0f) * lit;
  const Colour received(around + key * mix(plain, diffuse(0.35f) * mix(0.15f, 1.0f, lit), paint.bleed),
                        around + key * mix(plain, diffuse(0.12f) * lit, paint.bleed),
                        around + key * plain);
  const cv::Point3f half = unit(light.to_light + cv::Point3f(0, 0, 1));
  const float mirror =
      facing > 0.0f ? std::pow(std::max(normal.dot(half), 0.0f), paint.sharpness) * lit * key : 0.0f;
  const float rim = 0.10f * std::pow(1.0f - std::clamp(normal.z, 0.0f, 1.0f), 3.0f) * around;
  const Colour colour(paint.albedo.x * received.x, paint.albedo.y * received.y,
                      paint.albedo.z * received.z);
  return colour + Colour(1, 1, 1) * (paint.gloss * mirror + rim) + paint.glow;
}

// The part of a canvas that a person covers.
cv::Rect covered(const std::vector<cv::Point3f>& projected, cv::Size canvas) {
  cv::Point2f low(1e9f, 1e9f), high(-1e9f, -1e9f);
  for (const cv::Point3f& p : projected) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Rect bounds(cv::Point(cvFloor(low.x) - 1, cvFloor(low.y) - 1),
                        cv::Point(cvCeil(high.x) + 2, cvCeil(high.y) + 2));
  return bounds & cv::Rect({0, 0}, canvas);
}

template <typename T>
T interpolate(const Fragment& f, const T& a, const T& b, const T& c) {
  return a * (1.0f - f.second - f.third) + b * f.second + c * f.third;
}

}  // namespace

Landmarks paint_person(Canvas& canvas, const PlacedFace& face) {
  const FaceRecipe& recipe = face.recipe;
  const Subject subject(recipe.subject);
  const Head head(subject, Expression(recipe.subject, recipe.expression));
  const Hair hair(subject);
  const Mesh mesh = build_person(subject, head, hair);
  const std::array<cv::Point3f, 68> points = head.landmarks();
  const Camera camera(face, points);

  Landmarks landmarks;
  for (std::size_t i = 0; i < points.size(); ++i) {
    landmarks.points[i] = camera.project(camera.pose(points[i], 1.0f));
  }

  const std::vector<cv::Point3f> posed = posed_vertices(mesh, camera);
  const std::vector<cv::Point3f> normals = vertex_normals(mesh, posed);
  std::vector<cv::Point3f> projected;
  projected.reserve(posed.size());
  for (const cv::Point3f& p : posed) {
    const cv::Point2d at = camera.project(p);
    projected.emplace_back(static_cast<float>(at.x), static_cast<float>(at.y), p.z);
  }
  const cv::Rect region = covered(projected, canvas.size());
  if (region.empty()) return landmarks;
  for (cv::Point3f& p : projected) {
    p.x = (p.x - static_cast<float>(region.x) + 0.5f) * kSamples - 0.5f;
    p.y = (p.y - static_cast<float>(region.y) + 0.5f) * kSamples - 0.5f;
  }
  const Raster raster = rasterize(mesh.triangles, projected, region.size() * kSamples);
  const cv::Mat1f open = openness(raster.depth, camera.pixels_per_eye_distance() * kSamples);
  const Lighting light{light_direction(recipe), static_cast<float>(recipe.ambient)};
  const Shadows shadows(mesh, posed, light.to_light);
  const cv::Point3f to_camera = camera.rotation().t() * cv::Point3f(0, 0, 1);
  const Painter painter(
      subject, head, hair, camera.rotation().t() * light.to_light,
      {0.09f * std::clamp(to_camera.x, -0.6f, 0.6f), 0.05f * std::clamp(to_camera.y, -0.5f, 0.5f)});

  constexpr float kWeight = 1.0f / (kSamples * kSamples);
  for (int row = 0; row < region.height; ++row) {
    for (int column = 0; column < region.width; ++column) {
      Colour sum(0, 0, 0);
      float cover = 0.0f;
      for (int sample = 0; sample < kSamples * kSamples; ++sample) {
        const int y = row * kSamples + sample / kSamples;
        const int x = column * kSamples + sample % kSamples;
        const Fragment& f = raster.fragments[static_cast<std::size_t>(y * raster.size.width + x)];
        if (f.triangle < 0) continue;
        const auto& [a, b, c] = mesh.triangles[static_cast<std::size_t>(f.triangle)];
        const Vertex& va = mesh.vertices[a];
        const Vertex& vb = mesh.vertices[b];
        const Vertex& vc = mesh.vertices[c];
        cv::Point3f normal = unit(interpolate(f, normals[a], normals[b], normals[c]));
        if (normal.z < 0.0f) normal = -normal;
        const Paint paint = painter.at(va.part, interpolate(f, va.rest, vb.rest, vc.rest),
                                       interpolate(f, va.st, vb.st, vc.st));
        const float lit = shadows.light_at(interpolate(f, posed[a], posed[b], posed[c]));
        sum += shade(paint, normal, light, lit, open(y, x)) * kWeight;
        cover += kWeight;
      }
      cv::Vec3f& pixel = canvas(region.y + row, region.x + column);
      pixel = pixel * (1.0f - cover) + cv::Vec3f(sum.x, sum.y, sum.z);
    }
  }
  return landmarks;
}

Canvas paint_backdrop(cv::Size size, Backdrop backdrop) {
  Canvas canvas(size, cv::Vec3f(0.22f, 0.22f, 0.22f));
  if (backdrop == Backdrop::plain) return canvas;
  const Colour middle = colour_from_srgb(backdrop == Backdrop::studio ? 0xC3CCD3 : 0x9DB08A);
  const Colour edge = colour_from_srgb(backdrop == Backdrop::studio ? 0x7C8894 : 0x4B6148);
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      const float x = (static_cast<float>(column) + 0.5f) / static_cast<float>(size.width) - 0.5f;
      const float y = (static_cast<float>(row) + 0.5f) / static_cast<float>(size.height) - 0.45f;
      const Colour colour = mix(middle, edge, smooth_step(0.1f, 0.75f, std::hypot(x, y)));
      canvas(row, column) = {colour.x, colour.y, colour.z};
    }
  }
  return canvas;
}

Image develop(const Canvas& canvas) {
  cv::Mat3b bgr(canvas.size());
  const auto encode = [](float linear) {
    const float v = std::clamp(linear, 0.0f, 1.0f);
    const float srgb =
        v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1.0f / 2.4f) - 0.055f;  // IEC 61966-2-1
    return cv::saturate_cast<uchar>(255.0f * srgb);
  };
  for (int row = 0; row < canvas.rows; ++row) {
    for (int column = 0; column < canvas.cols; ++column) {
      const cv::Vec3f& rgb = canvas(row, column);
      bgr(row, column) = {encode(rgb[2]), encode(rgb[1]), encode(rgb[0])};
    }
  }
  return Image(bgr);
}

}  // namespace robench::generated
