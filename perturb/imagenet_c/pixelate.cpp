// SPDX-License-Identifier: Apache-2.0
// Pixelation of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): shrunk by the mean of boxes, enlarged
// again by the nearest pixel; with CIFAR-10-C's table enlarged by boxes too.
//
// To the bit as Pillow does it: weights of 22 binary places, across first and then down, each rounded to
// whole pixel values.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "perturb/imagenet_c/parts/imagenet_c.h"

namespace robench::imagenet_c {
namespace {

constexpr int kPlaces = 22;

// Where a target sample's box begins in the source, and the weights of the samples in it.
struct Box {
  int first;
  std::vector<std::int32_t> weights;
};

std::vector<Box> boxes(int source, int target) {
  const double scale = static_cast<double>(source) / target;
  const double support = 0.5 * std::max(scale, 1.0);
  const double shrink = 1.0 / std::max(scale, 1.0);
  std::vector<Box> all;
  for (int t = 0; t < target; ++t) {
    const double centre = (t + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int last = std::min(static_cast<int>(centre + support + 0.5), source);
    std::vector<double> weights;
    double sum = 0;
    for (int s = first; s < last; ++s) {
      const double place = (s - centre + 0.5) * shrink;
      weights.push_back(place > -0.5 && place <= 0.5 ? 1.0 : 0.0);
      sum += weights.back();
    }
    Box box{first, {}};
    for (const double weight : weights)
      box.weights.push_back(static_cast<std::int32_t>(0.5 + weight * (1.0 / sum) * (1 << kPlaces)));
    all.push_back(std::move(box));
  }
  return all;
}

std::uint8_t rounded(std::int32_t fixed) {
  return static_cast<std::uint8_t>(std::clamp(fixed >> kPlaces, 0, 255));
}

cv::Mat resized_across(const cv::Mat& bgr, int width) {
  if (width == bgr.cols) return bgr;
  const std::vector<Box> columns = boxes(bgr.cols, width);
  cv::Mat out(bgr.rows, width, CV_8UC3);
  for (int y = 0; y < bgr.rows; ++y) {
    std::uint8_t* to = out.ptr(y);
    for (const Box& box : columns) {
      const std::uint8_t* from = bgr.ptr(y) + 3 * box.first;
      std::int32_t blue = 1 << (kPlaces - 1), green = blue, red = blue;
      for (const std::int32_t weight : box.weights) {
        blue += from[0] * weight;
        green += from[1] * weight;
        red += from[2] * weight;
        from += 3;
      }
      *to++ = rounded(blue);
      *to++ = rounded(green);
      *to++ = rounded(red);
    }
  }
  return out;
}

cv::Mat resized_down(const cv::Mat& bgr, int height) {
  if (height == bgr.rows) return bgr;
  cv::Mat out(height, bgr.cols, CV_8UC3);
  std::vector<std::int32_t> sums(3 * static_cast<std::size_t>(bgr.cols));
  const std::vector<Box> rows = boxes(bgr.rows, height);
  for (int y = 0; y < height; ++y) {
    const Box& box = rows[static_cast<std::size_t>(y)];
    std::fill(sums.begin(), sums.end(), 1 << (kPlaces - 1));
    for (std::size_t k = 0; k < box.weights.size(); ++k) {
      const std::uint8_t* from = bgr.ptr(box.first + static_cast<int>(k));
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += from[i] * box.weights[k];
    }
    std::transform(sums.begin(), sums.end(), out.ptr(y), rounded);
  }
  return out;
}

cv::Mat resized_by_boxes(const cv::Mat& bgr, cv::Size size) {
  return resized_down(resized_across(bgr, size.width), size.height);
}

// Source of each target sample; summed step by step, as Pillow does.
std::vector<int> nearest(int source, int target) {
  const double step = static_cast<double>(source) / target;
  std::vector<int> all;
  double place = 0.5 * step;
  for (int t = 0; t < target; ++t, place += step)
    all.push_back(std::min(static_cast<int>(place), source - 1));
  return all;
}

cv::Mat resized_by_nearest(const cv::Mat& bgr, cv::Size size) {
  const std::vector<int> columns = nearest(bgr.cols, size.width);
  const std::vector<int> rows = nearest(bgr.rows, size.height);
  cv::Mat out(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y) {
    const int source = rows[static_cast<std::size_t>(y)];
    if (y > 0 && source == rows[static_cast<std::size_t>(y - 1)]) {
      std::memcpy(out.ptr(y), out.ptr(y - 1), 3 * static_cast<std::size_t>(size.width));
      continue;
    }
    const auto* from = bgr.ptr<cv::Vec3b>(source);
    std::transform(columns.begin(), columns.end(), out.ptr<cv::Vec3b>(y),
                   [&](int x) { return from[x]; });
  }
  return out;
}

cv::Size shrunk(cv::Size size, double scale) {
  return {std::max(static_cast<int>(size.width * scale), 1),
          std::max(static_cast<int>(size.height * scale), 1)};
}

}  // namespace

PerturbationSpec pixelate() {
  static constexpr LevelTables<double> kScale = {{.6, .5, .4, .3, .25}, {.95, .9, .85, .75, .65}};
  PerturbationSpec spec = imagenet_c_spec("pixelate", "shrunk, and enlarged to visible squares",
                                          "scale .6, .5, .4, .3, .25");
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const bool cifar = params.choice("table") == "cifar_c";
    return [scale = kScale.at(params), cifar](const Image& image, const Frame&, const RandomStream&) {
      const cv::Size size = image.bgr().size();
      const cv::Mat small = resized_by_boxes(image.bgr(), shrunk(size, scale));
      return Image(cifar ? resized_by_boxes(small, size) : resized_by_nearest(small, size));
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
