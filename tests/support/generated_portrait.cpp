// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_portrait.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/generated_camera.h"
#include "tests/support/generated_light.h"
#include "tests/support/generated_mesh.h"
#include "tests/support/generated_paint.h"
#include "tests/support/generated_raster.h"

namespace robench::generated {
namespace {

constexpr int kSamples = 2;  // per pixel and axis

// How far a place follows the turn of the head.
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

// Pixels, with the depth as z.
std::vector<cv::Point3f> projected_vertices(const std::vector<cv::Point3f>& posed,
                                            const Camera& camera) {
  std::vector<cv::Point3f> projected;
  projected.reserve(posed.size());
  for (const cv::Point3f& p : posed) {
    const cv::Point2f pixel = camera.project(p);
    projected.emplace_back(pixel.x, pixel.y, p.z);
  }
  return projected;
}

// The part of a canvas that a person covers.
cv::Rect covered(const std::vector<cv::Point3f>& projected, cv::Size canvas) {
  cv::Point2f low(projected.front().x, projected.front().y);
  cv::Point2f high = low;
  for (const cv::Point3f& p : projected) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Rect bounds({cvFloor(low.x) - 1, cvFloor(low.y) - 1},
                        cv::Point(cvCeil(high.x) + 2, cvCeil(high.y) + 2));
  return bounds & cv::Rect({0, 0}, canvas);
}

// From pixels of the canvas to samples of `region`.
void to_samples(std::vector<cv::Point3f>& projected, const cv::Rect& region) {
  for (cv::Point3f& p : projected) {
    p.x = (p.x - static_cast<float>(region.x) + 0.5f) * kSamples - 0.5f;
    p.y = (p.y - static_cast<float>(region.y) + 0.5f) * kSamples - 0.5f;
  }
}

// The eyes follow the camera half of the way.
cv::Point2f gaze(const cv::Point3f& to_camera) {
  return {0.09f * std::clamp(to_camera.x, -0.6f, 0.6f), 0.05f * std::clamp(to_camera.y, -0.5f, 0.5f)};
}

// Everything that is needed to colour one fragment.
struct Scene {
  const Camera& camera;
  const Mesh& mesh;
  const std::vector<cv::Point3f>& posed;
  std::vector<cv::Point3f> normals;
  Painter painter;
  Lighting light;
  Shadows shadows;

  [[nodiscard]] Colour colour(const Fragment& fragment, float open) const;
};

Colour Scene::colour(const Fragment& fragment, float open) const {
  const auto& [a, b, c] = mesh.triangles[static_cast<std::size_t>(fragment.triangle)];
  const auto interpolate = [&fragment](const auto& at_a, const auto& at_b, const auto& at_c) {
    return at_a * (1.0f - fragment.second - fragment.third) + at_b * fragment.second +
           at_c * fragment.third;
  };
  const Vertex& va = mesh.vertices[a];
  const Vertex& vb = mesh.vertices[b];
  const Vertex& vc = mesh.vertices[c];
  const cv::Point3f place = interpolate(posed[a], posed[b], posed[c]);
  const cv::Point3f view = camera.view(place);
  // Vertex normals point to the side of the winding, so the flat one tells which side is seen.
  const bool from_behind = (posed[b] - posed[a]).cross(posed[c] - posed[a]).dot(view) < 0.0f;
  const cv::Point3f normal =
      unit(interpolate(normals[a], normals[b], normals[c])) * (from_behind ? -1.0f : 1.0f);
  const Paint paint =
      painter.at(va.part, interpolate(va.rest, vb.rest, vc.rest), interpolate(va.st, vb.st, vc.st));
  return shade(paint, normal, view, light, shadows.light_at(place), open);
}

// Averages the samples of each pixel over what the canvas shows.
void compose(Canvas& canvas, const cv::Rect& region, const Raster& raster, const Scene& scene,
             const cv::Mat1f& open) {
  constexpr float kWeight = 1.0f / (kSamples * kSamples);
  for (int row = 0; row < region.height; ++row) {
    for (int column = 0; column < region.width; ++column) {
      Colour sum(0, 0, 0);
      float cover = 0.0f;
      for (int sample = 0; sample < kSamples * kSamples; ++sample) {
        const int y = row * kSamples + sample / kSamples;
        const int x = column * kSamples + sample % kSamples;
        const Fragment& fragment = raster.fragments[static_cast<std::size_t>(y * raster.size.width + x)];
        if (fragment.triangle < 0) continue;
        sum += scene.colour(fragment, open(y, x)) * kWeight;
        cover += kWeight;
      }
      cv::Vec3f& pixel = canvas(region.y + row, region.x + column);
      pixel = pixel * (1.0f - cover) + cv::Vec3f(sum.x, sum.y, sum.z);
    }
  }
}

// Leaves and sky far out of focus.
void add_discs_of_light(Canvas& canvas) {
  constexpr std::uint32_t kKey = 0x67617264u;
  const auto height = static_cast<float>(canvas.rows);
  const auto width = static_cast<float>(canvas.cols);
  const auto count = static_cast<std::uint32_t>(30.0f * width / height);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t disc = hash(kKey, i);
    const cv::Point2f centre(width * hash01(disc, 0), height * 0.8f * hash01(disc, 1));
    const float radius = height * mix(0.03f, 0.09f, hash01(disc, 2));
    const float strength = mix(-0.06f, 0.14f, hash01(disc, 3));
    const cv::Rect box(cv::Point(cvFloor(centre.x - radius), cvFloor(centre.y - radius)),
                       cv::Point(cvCeil(centre.x + radius) + 1, cvCeil(centre.y + radius) + 1));
    const cv::Rect inside = box & cv::Rect({0, 0}, canvas.size());
    for (int row = inside.y; row < inside.br().y; ++row) {
      for (int column = inside.x; column < inside.br().x; ++column) {
        const float distance =
            std::hypot(static_cast<float>(column) - centre.x, static_cast<float>(row) - centre.y) /
            radius;
        const float light = 1.0f + 3.0f * strength * smooth_step(1.0f, 0.85f, distance);
        canvas(row, column) *= light;
      }
    }
  }
}

}  // namespace

Landmarks paint_person(Canvas& canvas, const PlacedFace& face) {
  const FaceRecipe& recipe = face.recipe;
  const Subject subject(recipe.subject);
  const Head head(subject, Expression(recipe.subject, recipe.expression));
  const Hair hair(subject);
  const std::array<cv::Point3f, 68> points = head.landmarks();
  const Camera camera(face, points);
  Landmarks landmarks;
  for (std::size_t i = 0; i < points.size(); ++i) {
    landmarks.points[i] = camera.project(camera.pose(points[i], 1.0f));
  }

  const Mesh mesh = build_person(subject, head, hair);
  const std::vector<cv::Point3f> posed = posed_vertices(mesh, camera);
  std::vector<cv::Point3f> projected = projected_vertices(posed, camera);
  const cv::Rect region = covered(projected, canvas.size());
  if (region.empty()) return landmarks;
  to_samples(projected, region);
  const Raster raster = rasterize(mesh.triangles, projected, region.size() * kSamples);
  const cv::Mat1f open = openness(raster.depth, camera.pixels_per_eye_distance() * kSamples);

  const cv::Matx33f head_from_camera = camera.rotation().t();
  const Lighting light{light_direction(recipe), static_cast<float>(recipe.ambient)};
  const Painter painter(subject, head, hair, head_from_camera * light.to_light,
                        gaze(head_from_camera * cv::Point3f(0, 0, 1)));
  const Scene scene{camera,
                    mesh,
                    posed,
                    vertex_normals(mesh, posed),
                    painter,
                    light,
                    Shadows(mesh, posed, light.to_light)};
  compose(canvas, region, raster, scene, open);
  return landmarks;
}

Canvas paint_backdrop(cv::Size size, Backdrop backdrop) {
  Canvas canvas(size, cv::Vec3f(0.22f, 0.22f, 0.22f));
  if (backdrop == Backdrop::plain) return canvas;
  const bool garden = backdrop == Backdrop::garden;
  const Colour middle = colour_from_srgb(garden ? 0x9DB08A : 0xC3CCD3);
  const Colour edge = colour_from_srgb(garden ? 0x4B6148 : 0x7C8894);
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      const float x = (static_cast<float>(column) + 0.5f) / static_cast<float>(size.width) - 0.5f;
      const float y = (static_cast<float>(row) + 0.5f) / static_cast<float>(size.height) - 0.45f;
      const Colour colour = mix(middle, edge, smooth_step(0.1f, 0.75f, std::hypot(x, y)));
      canvas(row, column) = {colour.x, colour.y, colour.z};
    }
  }
  if (garden) add_discs_of_light(canvas);
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
