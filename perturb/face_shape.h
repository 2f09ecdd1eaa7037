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

/// A generic head under the face of a picture: an ellipsoid with nose, eye sockets, brows, cheeks, lips
/// and chin, placed by the landmarks and so following roll and yaw. It is nobody's shape; it is enough
/// for light that falls on "a head", not for a likeness. Around the head lies a wide dome, so that
/// light changes slowly there and the outline, which is only roughly known, does not show.
///
/// Its numbers are own: fitted to surface normals that photometric stereo (Woodham 1980) finds in the
/// pictures of ten subjects of the Extended Yale Face Database B (Georghiades et al. 2001); median angle
/// between the two 11.5 degrees, 22.8 for a head of anthropometric means. Those pictures
/// end before the ears, so the width was held near the adult mean (Farkas, "Anthropometry of the Head
/// and Face", 1994; over the mean inter-eye distance of 63 mm).
class FaceShape {
 public:
  explicit FaceShape(const FaceAxes& axes);

  /// Normals of the places along a line in face units, as many as `row` is wide.
  void surface_along(const FaceLine& line, SurfaceRow& row) const;
  /// Height of the surface of each place along a line over the plane through the axis of the head, in
  /// inter-eye distances; 0 outside of the head.
  void height_along(const FaceLine& line, std::vector<float>& height) const;
  /// The same for the pixels of row y.
  void surface_of_row(int y, SurfaceRow& row) const { surface_along(axes_.row(y), row); }
  void height_of_row(int y, std::vector<float>& height) const { height_along(axes_.row(y), height); }
  /// Height of the ellipsoid in the middle of the head.
  [[nodiscard]] float front() const { return depth_; }

 private:
  // A smooth bump h (1 - r^2)^2 for r < 1 on the ellipsoid; r = distance over the radii.
  struct Bump {
    cv::Point2f centre;  // face units
    cv::Point2f radius;
    float height;
  };
  [[nodiscard]] static bool misses(const Bump& bump, const FaceLine& line, std::size_t width);
  static void add_slopes(const Bump& bump, const FaceLine& line, SurfaceRow& row);
  static void add_height(const Bump& bump, const FaceLine& line, std::vector<float>& height);

  FaceAxes axes_;
  cv::Point2f centre_;  // of the ellipsoid, face units
  float half_width_;
  float half_height_;
  float depth_;
  std::vector<Bump> bumps_;
};

}  // namespace robench
