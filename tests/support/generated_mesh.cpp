// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generated_mesh.h"

#include <cmath>
#include <numbers>

namespace robench::generated {
namespace {

constexpr float kMeshPi = std::numbers::pi_v<float>;

// Rows close together at both ends, where a closed surface curves most.
float dense_ends(float share) { return mix(share, 0.5f - 0.5f * std::cos(kMeshPi * share), 0.7f); }

void add_skull(Mesh& mesh, const Head& head) {
  mesh.add_grid(Part::face, 240, 190, [&](float v, float u) {
    // Two thirds of the columns are in front.
    const float turn = 2.0f * u - 1.0f;
    const float angle = kMeshPi * (0.75f * turn + 0.25f * turn * turn * turn);
    const float y = mix(head.crown_y(), head.chin_y(), dense_ends(v));
    return std::pair(head.surface(angle, y), cv::Point2f(angle, y));
  });
}

// A shell with rim and hollow, turned outwards; st = (radius, angle).
void add_ear(Mesh& mesh, const Head& head, float side) {
  static const Curve relief(
      {{0.0f, -0.05f}, {0.35f, -0.04f}, {0.55f, 0.03f}, {0.68f, 0.0f}, {0.86f, 0.06f}, {1.0f, -0.03f}});
  constexpr float kCentreY = 0.27f;
  const float lean = 32.0f * kMeshPi / 180.0f;
  const cv::Point3f back(std::sin(lean), 0.0f, -std::cos(lean));
  const cv::Point3f out(std::cos(lean), 0.0f, std::sin(lean));
  const cv::Point3f down(0.0f, 0.99f, 0.14f);
  const cv::Point3f root(head.half_width(kCentreY) - 0.02f, kCentreY, -0.98f);
  const cv::Point3f centre = root + 0.2f * back;
  mesh.add_grid(Part::ear, 14, 40, [&](float v, float u) {
    const float angle = kMeshPi * (2.0f * u + 1.0f);  // the seam is where the ear meets the head
    const float lobe = smooth_step(0.0f, 1.0f, std::sin(angle));
    const float wide = mix(0.27f, 0.24f, lobe) * std::cos(angle);
    const float high = mix(0.43f, 0.36f, lobe) * std::sin(angle);
    cv::Point3f p = centre + v * wide * back + v * high * down + mix(1.0f, 0.5f, lobe) * relief(v) * out;
    p.x *= side;
    return std::pair(p, cv::Point2f(v, angle));
  });
}

// Cross-sections of neck and shoulders.
cv::Point3f body_surface(float angle, float y, float swell) {
  static const Curve width({{1.0f, 0.62f},
                            {1.9f, 0.63f},
                            {2.3f, 0.72f},
                            {2.55f, 1.0f},
                            {2.8f, 1.55f},
                            {3.1f, 2.3f},
                            {3.5f, 2.9f},
                            {4.2f, 3.2f},
                            {9.0f, 3.4f}});
  static const Curve front(
      {{1.0f, -0.35f}, {1.9f, -0.42f}, {2.5f, -0.42f}, {3.2f, -0.1f}, {4.5f, 0.2f}, {9.0f, 0.2f}});
  static const Curve back({{1.0f, -1.7f}, {2.2f, -1.8f}, {3.2f, -2.3f}, {9.0f, -2.4f}});
  const float middle = -1.1f;
  const float depth = std::cos(angle) >= 0.0f ? front(y) - middle : middle - back(y);
  return {(width(y) + swell) * std::sin(angle), y, middle + (depth + swell) * std::cos(angle)};
}

void add_body(Mesh& mesh) {
  mesh.add_grid(Part::neck, 50, 60, [](float v, float u) {
    const float angle = kMeshPi * (2.0f * u - 1.0f);
    const float y = mix(1.0f, 3.2f, v);
    return std::pair(body_surface(angle, y, 0.0f), cv::Point2f(angle, y));
  });
  mesh.add_grid(Part::cloth, 60, 80, [](float v, float u) {
    const float angle = kMeshPi * (2.0f * u - 1.0f);
    const float collar = 2.45f + 0.35f * smooth_step(0.3f, 1.0f, std::cos(angle));
    const float y = mix(collar, 9.0f, v * v);
    const float swell = 0.09f * smooth_step(0.0f, 0.05f, v) - 0.03f;  // a rounded hem
    return std::pair(body_surface(angle, y, swell), cv::Point2f(angle, y - collar));
  });
}

}  // namespace

void Mesh::add_grid(Part part, int rows, int columns,
                    const std::function<std::pair<cv::Point3f, cv::Point2f>(float, float)>& at) {
  const auto first = static_cast<std::uint32_t>(vertices.size());
  const auto stride = static_cast<std::uint32_t>(columns + 1);
  for (int row = 0; row <= rows; ++row) {
    for (int column = 0; column <= columns; ++column) {
      const auto [rest, st] = at(static_cast<float>(row) / static_cast<float>(rows),
                                 static_cast<float>(column) / static_cast<float>(columns));
      vertices.push_back({rest, st, part});
    }
  }
  for (std::uint32_t row = 0; row < static_cast<std::uint32_t>(rows); ++row) {
    for (std::uint32_t column = 0; column < static_cast<std::uint32_t>(columns); ++column) {
      const std::uint32_t corner = first + row * stride + column;
      triangles.push_back({corner, corner + 1, corner + stride});
      triangles.push_back({corner + 1, corner + stride + 1, corner + stride});
    }
  }
}

Mesh build_person(const Subject& subject, const Head& head, const Hair& hair) {
  Mesh mesh;
  add_skull(mesh, head);
  add_ear(mesh, head, -1.0f);
  add_ear(mesh, head, 1.0f);
  add_body(mesh);
  mesh.add_grid(Part::hair, 110, 150, [&](float v, float u) {
    const float angle = kMeshPi * (2.0f * u - 1.0f);
    const float y = mix(head.crown_y(), 1.5f, 1.0f - std::cos(0.5f * kMeshPi * v));
    return std::pair(hair.cap(head, angle, y), cv::Point2f(angle, y));
  });
  if (subject.hair_style == HairStyle::long_hair) {
    mesh.add_grid(Part::hair, 60, 90, [&](float v, float u) {
      const cv::Point2f st = hair.fall_st(v, u);
      return std::pair(hair.fall(st), st);
    });
  }
  if (subject.hair_style == HairStyle::bun) {
    mesh.add_grid(Part::hair, 30, 50, [&](float v, float u) {
      const cv::Point2f st(kMeshPi * (2.0f * u - 1.0f), kMeshPi * v);
      return std::pair(hair.bun(st), st);
    });
  }
  return mesh;
}

std::vector<cv::Point3f> vertex_normals(const Mesh& mesh, const std::vector<cv::Point3f>& positions) {
  std::vector<cv::Point3f> normals(positions.size(), cv::Point3f(0, 0, 0));
  for (const auto& [a, b, c] : mesh.triangles) {
    const cv::Point3f n = (positions[b] - positions[a]).cross(positions[c] - positions[a]);
    normals[a] += n;
    normals[b] += n;
    normals[c] += n;
  }
  for (cv::Point3f& n : normals) n = unit(n);
  return normals;
}

}  // namespace robench::generated
