// SPDX-License-Identifier: Apache-2.0
// Zoom blur of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): the mean of the picture and of
// enlargements of its middle, each by linear interpolation. As published, the unenlarged picture counts
// twice, and the enlargements are cut at the top left, not around their centre.
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/corner_zoom.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/imagenet_c/parts/pixel_vector.h"
#include "perturb/vector_clones.h"

namespace robench::imagenet_c {
namespace {

// Factors 1, 1 + step, ... below `stop`, in double precision as numpy.arange counts them.
std::vector<double> zoom_factors(double stop, double step) {
  const int count = static_cast<int>(std::ceil((stop - 1) / step));
  const double spacing = (1 + step) - 1;
  std::vector<double> factors;
  for (int i = 0; i < count; ++i) factors.push_back(1 + i * spacing);
  return factors;
}

// Pixels of four floats, the last unused, so that one is a register.
constexpr int kLanes = 4;

ROBENCH_VECTOR_CLONES void blend_rows(const float* above, const float* below, float share, int count,
                                      float* out) {
  for (int i = 0; i < count; ++i) out[i] = above[i] + share * (below[i] - above[i]);
}

void add_enlarged(const float* row, const ZoomAxis& axis, float* sum) {
  for (std::size_t x = 0; x < axis.index.size(); ++x) {
    const float* left = row + kLanes * axis.index[x];
    const PixelVector value = between(load_pixel(left), load_pixel(left + kLanes), axis.share[x]);
    store_pixel(load_pixel(sum + kLanes * x) + value, sum + kLanes * x);
  }
}

struct Layer {
  ZoomAxis across;
  ZoomAxis down;
};

// The sum over all layers of row y.
void add_layers(const cv::Mat& picture, const std::vector<Layer>& layers, int y, std::vector<float>& row,
                float* sum) {
  for (const Layer& layer : layers) {
    const int source = layer.down.first + layer.down.index[static_cast<std::size_t>(y)];
    const int next = std::min(source + 1, picture.rows - 1);
    const int start = kLanes * layer.across.first;
    const int count =
        kLanes * std::min(layer.across.index.back() + 2, picture.cols - layer.across.first);
    blend_rows(picture.ptr<float>(source) + start, picture.ptr<float>(next) + start,
               layer.down.share[static_cast<std::size_t>(y)], count, row.data());
    add_enlarged(row.data(), layer.across, sum);
  }
}

Image zoomed(const Image& image, const std::vector<double>& factors) {
  std::vector<Layer> layers;
  for (const double factor : factors)
    layers.push_back({middle_enlarged(image.width(), factor), middle_enlarged(image.height(), factor)});
  cv::Mat four_channels;
  cv::cvtColor(image.bgr(), four_channels, cv::COLOR_BGR2BGRA);
  cv::Mat picture;
  four_channels.convertTo(picture, CV_32F);

  const auto row_values = static_cast<std::size_t>(kLanes * (image.width() + 1));
  std::vector<float> row(row_values);
  std::vector<float> sum(row_values);
  const float scale = 1.0F / static_cast<float>(factors.size() + 1);
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    std::copy_n(picture.ptr<float>(y), kLanes * image.width(), sum.begin());
    add_layers(picture, layers, y, row, sum.data());
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < image.width(); ++x) {
      const float* pixel = &sum[static_cast<std::size_t>(kLanes * x)];
      to[x] = {floored(scale * pixel[0]), floored(scale * pixel[1]), floored(scale * pixel[2])};
    }
  }
  return Image(out);
}

struct Zoom {
  double stop;
  double step;
};

}  // namespace

PerturbationSpec zoom_blur() {
  static constexpr LevelTables<Zoom> kZoom = {
      {{{1.11, .01}, {1.16, .01}, {1.21, .02}, {1.26, .02}, {1.31, .03}}},
      {{{1.06, .01}, {1.11, .01}, {1.16, .01}, {1.21, .01}, {1.26, .01}}}};
  PerturbationSpec spec = imagenet_c_spec(
      "zoom_blur", "mean of enlargements of the picture's middle",
      "factors from 1 in steps of .01, .01, .02, .02, .03 to 1.11, 1.16, 1.21, 1.26, 1.31");
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.make = [](const Params& params) -> Perturber {
    const Zoom& zoom = kZoom.at(params);
    return [factors = zoom_factors(zoom.stop, zoom.step)](
               const Image& image, const Frame&, const RandomStream&) { return zoomed(image, factors); };
  };
  return spec;
}

}  // namespace robench::imagenet_c
