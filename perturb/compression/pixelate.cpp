// SPDX-License-Identifier: Apache-2.0
// A mosaic: square blocks, each filled with the mean of what it covers, as an editor or a broadcaster
// hides a face. The side is a share of the inter-eye distance, so it is no whole number of pixels: a
// pixel on a border belongs to both blocks by area, when averaging and when filling.
// Means are of encoded values, because mosaic filters (and ImageNet-C's pixelate) average these; a
// sensor with few pixels averages light, which is another perturbation (low_resolution).
// Blocks hang from the pixel corner nearest to the midpoint of the eyes, upright as the picture is, so
// that a crop and its photograph agree and blocks of one pixel are exactly the picture.
#include <algorithm>
#include <cmath>
#include <vector>

#include "perturb/face_axes.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

// The blocks along one side of the picture.
struct Blocks {
  std::vector<int> first;       // block of each pixel's near corner, from 0
  std::vector<float> in_first;  // share of the pixel in that block; the rest is in the next one
  std::vector<float> per_size;  // 1 / pixels in each block, at the picture's border less than elsewhere
};

// Blocks of `side` >= 1 pixels, one of which begins at pixel corner `origin`.
Blocks blocks_along(int pixels, double origin, double side) {
  Blocks blocks;
  const double first_block = std::floor(-origin / side);
  std::vector<float> sizes;
  for (int i = 0; i < pixels; ++i) {
    const double block = std::floor((i - origin) / side);
    const double in_first = std::clamp(origin + (block + 1) * side - i, 0.0, 1.0);
    const int index = static_cast<int>(block - first_block);
    sizes.resize(static_cast<std::size_t>(index) + 2, 0.0F);
    sizes[static_cast<std::size_t>(index)] += static_cast<float>(in_first);
    sizes[static_cast<std::size_t>(index) + 1] += static_cast<float>(1 - in_first);
    blocks.first.push_back(index);
    blocks.in_first.push_back(static_cast<float>(in_first));
  }
  for (const float size : sizes) blocks.per_size.push_back(size > 0 ? 1 / size : 0.0F);
  return blocks;
}

// Means of the blocks along each row: one column per block.
cv::Mat row_means(const cv::Mat& bgr, const Blocks& columns) {
  cv::Mat means(bgr.rows, static_cast<int>(columns.per_size.size()), CV_32FC3, cv::Scalar::all(0));
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    auto* to = means.ptr<cv::Vec3f>(y);
    for (std::size_t x = 0; x < columns.first.size(); ++x) {
      const cv::Vec3f value = from[x];
      const int block = columns.first[x];
      to[block] += value * columns.in_first[x];
      to[block + 1] += value * (1 - columns.in_first[x]);
    }
    for (std::size_t block = 0; block < columns.per_size.size(); ++block)
      to[block] *= columns.per_size[block];
  }
  return means;
}

cv::Mat block_means(const cv::Mat& bgr, const Blocks& columns, const Blocks& rows) {
  const cv::Mat of_rows = row_means(bgr, columns);
  cv::Mat means(static_cast<int>(rows.per_size.size()), of_rows.cols, CV_32FC3, cv::Scalar::all(0));
  for (int y = 0; y < bgr.rows; ++y) {
    const int block = rows.first[static_cast<std::size_t>(y)];
    const float share = rows.in_first[static_cast<std::size_t>(y)];
    means.row(block) += of_rows.row(y) * share;
    means.row(block + 1) += of_rows.row(y) * (1 - share);
  }
  for (int block = 0; block < means.rows; ++block)
    means.row(block) *= rows.per_size[static_cast<std::size_t>(block)];
  return means;
}

Image filled(const cv::Mat& means, const Blocks& columns, const Blocks& rows) {
  const cv::Size size(static_cast<int>(columns.first.size()), static_cast<int>(rows.first.size()));
  cv::Mat out(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y) {
    const int block = rows.first[static_cast<std::size_t>(y)];
    const float share = rows.in_first[static_cast<std::size_t>(y)];
    const cv::Mat line = means.row(block) * share + means.row(block + 1) * (1 - share);
    const auto* from = line.ptr<cv::Vec3f>();
    auto* to = out.ptr<cv::Vec3b>(y);
    for (std::size_t x = 0; x < columns.first.size(); ++x) {
      const float in_first = columns.in_first[x];
      const cv::Vec3f value =
          from[columns.first[x]] * in_first + from[columns.first[x] + 1] * (1 - in_first);
      for (int c = 0; c < 3; ++c) to[x][c] = static_cast<std::uint8_t>(value[c] + 0.5F);
    }
  }
  return Image(out);
}

Image mosaic(const Image& image, const FaceAxes& axes, double block) {
  const double side = std::max(1.0, block * static_cast<double>(axes.unit_px()));
  const cv::Point2f eyes = axes.to_pixel({0, 0});
  const Blocks columns = blocks_along(image.width(), std::round(eyes.x + 0.5F), side);
  const Blocks rows = blocks_along(image.height(), std::round(eyes.y + 0.5F), side);
  return filled(block_means(image.bgr(), columns, rows), columns, rows);
}

}  // namespace

PerturbationSpec pixelate() {
  PerturbationSpec spec;
  spec.name = "pixelate";
  spec.summary = "a mosaic of square blocks, each the mean of what it covers";
  spec.params = {{.name = "block",
                  .unit = "inter-eye distances",
                  .summary = "side of a block; below one pixel the picture stays",
                  .min = 0,
                  .max = 5}};
  spec.keeps_grey = true;
  spec.strength = "block";
  spec.ladder = {0.0625, 0.1, 0.16, 0.25, 0.4};
  spec.ladder_source = "own: 16, 10, 6.3, 4 and 2.5 blocks between the eyes, the R5 series of ISO 3";
  spec.neutral = 0.0;
  spec.make = [](const Params& params) -> Perturber {
    return
        [block = params.number("block")](const Image& image, const Frame& frame, const RandomStream&) {
          return mosaic(image, FaceAxes(frame, image.bgr().size()), block);
        };
  };
  return spec;
}

}  // namespace robench::perturbations
