// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "tests/support/generated_hair.h"
#include "tests/support/generated_head.h"
#include "tests/support/generated_subject.h"

namespace robench::generated {

/// What a surface is made of; decides how it is painted.
enum class Part : std::uint8_t { face, ear, neck, hair, cloth };

/// A point of a surface at rest, in the units and axes of Head.
struct Vertex {
  cv::Point3f rest;
  cv::Point2f st;  ///< where it lies on its part; for face and hair: angle in radians and height y
  Part part = Part::face;
};

/// Triangles of all parts of one person. Two-sided: the winding has no meaning.
struct Mesh {
  std::vector<Vertex> vertices;
  std::vector<std::array<std::uint32_t, 3>> triangles;

  /// Appends a grid of (rows + 1) x (columns + 1) vertices; `at` gets row and column as shares in 0..1.
  void add_grid(Part part, int rows, int columns,
                const std::function<std::pair<cv::Point3f, cv::Point2f>(float, float)>& at);
};

/// Head, ears, hair, neck and shoulders.
[[nodiscard]] Mesh build_person(const Subject& subject, const Head& head, const Hair& hair);

/// Unit normals of the vertices at `positions`; the sign is left to the one who looks.
[[nodiscard]] std::vector<cv::Point3f> vertex_normals(const Mesh& mesh,
                                                      const std::vector<cv::Point3f>& positions);

}  // namespace robench::generated
