// SPDX-License-Identifier: Apache-2.0
// Generated things behind a person: no photograph stands behind any of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "perturb/face_axes.h"
#include "perturb/random_stream.h"

namespace robench {

/// A layer of paint in linear light. Drawn at up to 40 pixels per inter-eye distance and enlarged to the
/// picture: what hangs behind a person is not in focus. Positions are in inter-eye distances from the
/// midpoint of the eyes, along the picture's rows and columns (walls do not tilt with a head).
class PaintLayer {
 public:
  PaintLayer(const FaceAxes& axes, cv::Size picture);

  /// The part of the world that is seen.
  [[nodiscard]] cv::Rect2d seen() const;
  /// Covers a polygon with a colour (BGR, linear light). opacity in [0, 1].
  void polygon(const std::vector<cv::Point2d>& corners, const cv::Vec3f& bgr, double opacity);
  void disc(cv::Point2d centre, double radius, const cv::Vec3f& bgr, double opacity);
  /// Adds light, as out-of-focus lamps do.
  void lamp(cv::Point2d centre, double radius, const cv::Vec3f& bgr);
  /// Covers everything by a colour of each place.
  void fill(const std::function<cv::Vec3f(cv::Point2d)>& bgr_at, double opacity = 1);
  void blur(double sigma);

  /// At the picture's size: the colours where covered (CV_32FC3), and how far (CV_32F).
  [[nodiscard]] cv::Mat colours() const;
  [[nodiscard]] cv::Mat cover() const;

 private:
  [[nodiscard]] cv::Point2d to_canvas(cv::Point2d world) const;
  void paint(const cv::Mat& mask, cv::Rect area, const cv::Vec3f& bgr, double opacity);
  // A mask of a shape's surroundings, drawn by `draw(mask, offset)`; empty outside of the canvas.
  void with_mask(const cv::Rect2d& bounds, const std::function<void(cv::Mat&, cv::Point2d)>& draw,
                 const std::function<void(const cv::Mat&, cv::Rect)>& use);

  cv::Size picture_;
  double unit_;            // canvas pixels per inter-eye distance
  cv::Point2d origin_;     // of the world, in canvas pixels
  cv::Mat premultiplied_;  // colour times cover
  cv::Mat cover_;
};

/// Random numbers of one cell of an endless grid, one after the other.
class CellNumbers {
 public:
  CellNumbers(const RandomStream& stream, int column, int row);
  double uniform(double low, double high);

 private:
  const RandomStream& stream_;
  std::uint64_t next_;
};

/// Calls `visit(corner, numbers)` for each cell of `size` that `seen` touches. The same cell has the
/// same numbers in every picture. Where faces are tiny the cells grow, so that there are few.
void for_each_cell(const cv::Rect2d& seen, double size, const RandomStream& stream,
                   const std::function<void(cv::Point2d, CellNumbers&)>& visit);

/// Linear light of a hue in [0, 1), saturation and HSV value.
[[nodiscard]] cv::Vec3f paint_of(double hue, double saturation, double value);

/// A whole backdrop: plain, gradient, bricks, foliage or interior.
void paint_backdrop(PaintLayer& layer, const std::string& kind, const RandomStream& stream);

}  // namespace robench
