// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"

namespace robench {

/// Unit normals of one row of pixels: x to image right along the eyes, y down the face, z to the camera.
struct SurfaceRow {
  std::vector<float> nx, ny, nz;

  explicit SurfaceRow(std::size_t width) : nx(width), ny(width), nz(width) {}
};

/// A generic head under the face of a picture: a spheroid with nose, eye sockets, brows, cheeks, lips
/// and chin, placed by the landmarks and so following roll and yaw. It is nobody's shape; it is enough
/// for light that falls on "a head", not for a likeness. Around the head lies a wide dome, so that
/// light changes slowly there and the outline, which is only roughly known, does not show.
///
/// Dimensions are own: estimates of adult proportions, in inter-eye distances (about 63 mm).
class FaceShape {
 public:
  explicit FaceShape(const FaceAxes& axes);

  /// Normals of the pixels of row y, as many as `row` is wide.
  void surface_of_row(int y, SurfaceRow& row) const;
  /// Height of the surface of each pixel of row y over the plane through the axis of the head, in
  /// inter-eye distances; 0 outside of the head.
  void height_of_row(int y, std::vector<float>& height) const;
  /// Height of the spheroid in the middle of the head.
  [[nodiscard]] float front() const { return half_width_; }

 private:
  // A smooth bump h (1 - r^2)^2 for r < 1 on the spheroid; r = distance over the radii.
  struct Bump {
    cv::Point2f centre;  // face units
    cv::Point2f radius;
    float height;
  };
  [[nodiscard]] static bool misses(const Bump& bump, const FaceLine& line, std::size_t width);
  static void add_slopes(const Bump& bump, const FaceLine& line, SurfaceRow& row);
  static void add_height(const Bump& bump, const FaceLine& line, std::vector<float>& height);

  FaceAxes axes_;
  cv::Point2f centre_;  // of the spheroid, face units
  float half_width_;    // and half depth
  float half_height_;
  std::vector<Bump> bumps_;
};

}  // namespace robench
