// SPDX-License-Identifier: Apache-2.0
// From a face to the numbers that a model gets: the warp into its template, and the tensor.
#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "models/embedder.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Halves the picture while the warp would still shrink it by more than this. Bilinear interpolation
/// looks at 2 x 2 pixels: above a shrinking of 2 it skips pixels, which gives aliasing.
constexpr double kMostShrinking = 2.0;

/// Pixels beside the chip that the prefilter and the interpolation still look at.
constexpr int kMargin = 8;

double scale_of(const cv::Matx23d& similarity) { return std::hypot(similarity(0, 0), similarity(1, 0)); }

/// The part of `pixels` that the chip shows, with a margin; empty when it lies outside.
cv::Rect visible_part(const cv::Mat& pixels, const cv::Matx23d& chip_from_pixels, cv::Size chip) {
  cv::Matx23d pixels_from_chip;
  cv::invertAffineTransform(chip_from_pixels, pixels_from_chip);
  const std::array<cv::Vec3d, 4> corners{cv::Vec3d(0, 0, 1), cv::Vec3d(chip.width, 0, 1),
                                         cv::Vec3d(0, chip.height, 1),
                                         cv::Vec3d(chip.width, chip.height, 1)};
  double left = pixels.cols, top = pixels.rows, right = 0, bottom = 0;
  for (const cv::Vec3d& corner : corners) {
    const cv::Vec2d at = pixels_from_chip * corner;
    left = std::min(left, at[0]);
    top = std::min(top, at[1]);
    right = std::max(right, at[0]);
    bottom = std::max(bottom, at[1]);
  }
  const double margin = kMargin / std::min(1.0, scale_of(chip_from_pixels));
  const cv::Rect2d wanted(cv::Point2d(std::max(0.0, left - margin), std::max(0.0, top - margin)),
                          cv::Point2d(std::min<double>(pixels.cols, right + margin),
                                      std::min<double>(pixels.rows, bottom + margin)));
  return cv::Rect(wanted) & cv::Rect({0, 0}, pixels.size());
}

}  // namespace

Image align_chip(const Image& pixels, const Landmarks& landmarks, const Template& align) {
  const cv::Size size(align.width, align.height);
  cv::Matx23d warp = chip_from_face(align, landmarks);
  cv::Mat source = pixels.bgr();
  if (scale_of(warp) * kMostShrinking < 1) {
    const cv::Rect part = visible_part(source, warp, size);
    if (!part.empty()) {
      source = source(part);
      warp(0, 2) += warp(0, 0) * part.x + warp(0, 1) * part.y;
      warp(1, 2) += warp(1, 0) * part.x + warp(1, 1) * part.y;
    }
    while (scale_of(warp) * kMostShrinking < 1 && std::min(source.cols, source.rows) > 1) {
      // pyrDown keeps the even pixels: pixel p of the half picture is pixel 2p of the whole one.
      cv::Mat half;
      cv::pyrDown(source, half, {}, cv::BORDER_REPLICATE);
      source = half;
      for (int row = 0; row < 2; ++row)
        for (int column = 0; column < 2; ++column) warp(row, column) *= 2;
    }
  }
  cv::Mat chip;
  cv::warpAffine(source, chip, warp, size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return Image(chip);
}

std::vector<float> to_tensor(std::span<const Image> chips, const ModelCard& card) {
  const int height = card.align.height;
  const int width = card.align.width;
  const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  std::vector<float> tensor(chips.size() * 3 * plane);
  float* out = tensor.data();
  cv::Mat channel;
  for (const Image& chip : chips) {
    ROBENCH_ASSERT(chip.height() == height && chip.width() == width);
    for (int c = 0; c < 3; ++c, out += plane) {
      cv::extractChannel(chip.bgr(), channel, card.channels == ChannelOrder::bgr ? c : 2 - c);
      cv::Mat target(height, width, CV_32F, out);
      const double scale = card.scale[static_cast<std::size_t>(c)];
      channel.convertTo(target, CV_32F, scale, -card.mean[static_cast<std::size_t>(c)] * scale);
    }
  }
  return tensor;
}

}  // namespace robench
