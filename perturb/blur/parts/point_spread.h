// SPDX-License-Identifier: Apache-2.0
// Point-spread functions: where the light of one point lands.
//
// A spread is a CV_32F matrix of odd sides whose shares sum to 1; its centre is the point's own pixel.
// One narrower than a pixel is the single share 1, which gives back every pixel exactly. Beyond its
// edges a picture goes on mirrored: no dark rim, and spreads that are alike to both sides lose no light
// there.
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include "perturb/face_axes.h"

namespace robench {

/// `inter_eye_distances` in pixels, at most the picture's longer side: a wider spread mixes all of it.
[[nodiscard]] double spread_px(const FaceAxes& axes, cv::Size picture, double inter_eye_distances);

/// A disk of even brightness: the image of a point out of focus. Each share is the covered area of
/// its pixel (to 1/17 of a pixel in y, exact in x).
[[nodiscard]] cv::Mat disk_spread(double radius_px);

/// A point that moves along a polyline (pixels, about the centre), in equal times between its corners.
/// Each moment is shared between the four pixels around it, so that the mean is exact and the variance
/// up to 1/4 px^2 larger on either axis. Requires: at least two corners.
[[nodiscard]] cv::Mat path_spread(const std::vector<cv::Point2d>& corners_px);

/// A straight line of `length_px` about the centre; positive angles turn it from horizontal towards the
/// image's bottom right.
[[nodiscard]] cv::Mat line_spread(double length_px, double angle_deg);

/// Every point of `light` (CV_32F, any channels) spread. Takes time in proportion to the non-zero
/// shares, or to the places where they change along a row, whichever is less.
[[nodiscard]] cv::Mat spread_light(const cv::Mat& light, const cv::Mat& spread);

}  // namespace robench
