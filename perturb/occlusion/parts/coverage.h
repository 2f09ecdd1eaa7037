// SPDX-License-Identifier: Apache-2.0
// From shapes to the share of each pixel that they cover, without jagged edges.
#pragma once

#include <functional>
#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"

namespace robench {

/// The share of each pixel in [0, 1] that a shape covers, over a rectangle of the picture.
struct Coverage {
  cv::Rect area;
  cv::Mat1f share;  // of the size of `area`; empty where the shape misses the picture
};

using Outline = std::vector<cv::Point2f>;  // closed, face units

/// A smooth curve through the points (centripetal enough for outlines: uniform Catmull-Rom), `per_span`
/// points for each of them; the open curve ends at the last one.
[[nodiscard]] Outline smooth_curve(const Outline& through, bool closed, int per_span = 8);

/// What lies inside of an outline (winding number not zero), with an edge that is blurred by a Gaussian
/// of `softness` inter-eye distances.
[[nodiscard]] Coverage outline_coverage(const FaceAxes& axes, const Outline& outline, cv::Rect canvas,
                                        float softness);

/// What has a negative distance; the edge is ramped over one pixel or `softness`, whichever is more.
/// `box` holds the shape. Distances, box and softness are in face units.
[[nodiscard]] Coverage distance_coverage(const FaceAxes& axes, cv::Rect2f box, cv::Rect canvas,
                                         float softness,
                                         const std::function<float(cv::Point2f)>& distance);

/// Distance to a line from a to b that is ra thick at a and rb at b (radii); negative inside.
[[nodiscard]] float capsule_distance(cv::Point2f p, cv::Point2f a, cv::Point2f b, float ra, float rb);

/// The pixels of the canvas around a box in face units.
[[nodiscard]] cv::Rect pixels_around(const FaceAxes& axes, cv::Rect2f box, cv::Rect canvas);

/// Gaussian blur by `sigma_px`; the border continues, since what is cut off there goes on outside.
[[nodiscard]] cv::Mat1f blurred(const cv::Mat1f& values, float sigma_px);

}  // namespace robench
