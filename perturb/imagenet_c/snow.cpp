// SPDX-License-Identifier: Apache-2.0
// Snow of ImageNet-C as imagecorruptions 1.1 has it (Hendrycks and Dietterich, ICLR 2019; Michaelis et
// al. 2019): the picture whitened a little, plus flakes: a normal field, its middle enlarged, kept where
// it exceeds a threshold, smeared downwards in a random direction; and the same flakes turned by 180
// degrees.
#include <algorithm>
#include <cmath>
#include <vector>

#include "perturb/imagenet_c/parts/corner_zoom.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/line_blur.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {
namespace {

struct Snow {
  float mean, deviation;  // of the field
  double zoom;
  float threshold;
  int radius;    // of the smear
  double sigma;  // of the smear
  float kept;    // share of the picture that is not whitened
};

// The middle of the normal field, enlarged to `size`, with what lies below the threshold set to 0.
cv::Mat flakes(cv::Size size, const Snow& snow, const RandomStream& stream) {
  const ZoomAxis across = middle_enlarged(size.width, snow.zoom);
  const ZoomAxis down = middle_enlarged(size.height, snow.zoom);
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(size.width));
  const int rows = std::min(down.index.back() + 2, size.height);
  cv::Mat field(rows, size.width + 1, CV_32F, cv::Scalar(0));
  for (int y = 0; y < rows; ++y) {
    const auto field_row = static_cast<std::uint64_t>(std::min(y + down.first, size.height - 1));
    stream.fill_normal(field_row * stride, field.ptr<float>(y), static_cast<std::size_t>(size.width));
  }
  cv::Mat enlarged(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    const auto row = static_cast<std::size_t>(y);
    const float* above = field.ptr<float>(down.index[row]) + across.first;
    const float* below = field.ptr<float>(std::min(down.index[row] + 1, rows - 1)) + across.first;
    auto* to = enlarged.ptr<float>(y);
    for (std::size_t x = 0; x < across.index.size(); ++x) {
      const int i = across.index[x];
      const float left = above[i] + down.share[row] * (below[i] - above[i]);
      const float right = above[i + 1] + down.share[row] * (below[i + 1] - above[i + 1]);
      const float value = snow.mean + snow.deviation * (left + across.share[x] * (right - left));
      to[x] = value < snow.threshold ? 0.0F : std::clamp(value, 0.0F, 1.0F);
    }
  }
  return enlarged;
}

Image snowed(const Image& image, const Snow& snow, const RandomStream& stream) {
  const double angle_deg = stream.fork("direction").uniform(0, -135, -45);
  cv::Mat layer = LineBlur(snow.radius, snow.sigma, angle_deg)
                      .apply(flakes(image.bgr().size(), snow, stream.fork("flakes")));
  for (int y = 0; y < layer.rows; ++y)  // flakes have whole pixel values
    std::transform(layer.ptr<float>(y), layer.ptr<float>(y) + layer.cols, layer.ptr<float>(y),
                   [](float value) { return std::nearbyint(255 * value); });

  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const auto* from = image.bgr().ptr<cv::Vec3b>(y);
    const auto* upright = layer.ptr<float>(y);
    const auto* turned = layer.ptr<float>(image.height() - 1 - y) + image.width() - 1;
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < image.width(); ++x) {
      const cv::Vec3f bgr = from[x];
      const float luma = 0.114F * bgr[0] + 0.587F * bgr[1] + 0.299F * bgr[2];
      const float white = (1 - snow.kept) * (1.5F * luma + 127.5F);
      const float added = upright[x] + turned[-x];
      for (int c = 0; c < 3; ++c) {
        to[x][c] = floored(snow.kept * bgr[c] + std::max((1 - snow.kept) * bgr[c], white) + added);
      }
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec snow() {
  static constexpr LevelTables<Snow> kSnow = {{{{.1F, .3F, 3, .5F, 10, 4, .8F},
                                                {.2F, .3F, 2, .5F, 12, 4, .7F},
                                                {.55F, .3F, 4, .9F, 12, 8, .7F},
                                                {.55F, .3F, 4.5, .85F, 12, 8, .65F},
                                                {.55F, .3F, 2.5, .85F, 12, 12, .55F}}},
                                              {{{.1F, .2F, 1, .6F, 8, 3, .95F},
                                                {.1F, .2F, 1, .5F, 10, 4, .9F},
                                                {.15F, .3F, 1.75, .55F, 10, 4, .9F},
                                                {.25F, .3F, 2.25, .6F, 12, 6, .85F},
                                                {.3F, .3F, 1.25, .65F, 14, 12, .8F}}}};
  PerturbationSpec spec = imagenet_c_spec(
      "snow", "whitened, with smeared flakes",
      "(mean, deviation, zoom, threshold, radius px, sigma px, kept) (.1, .3, 3, .5, 10, 4, .8), "
      "(.2, .3, 2, .5, 12, 4, .7), (.55, .3, 4, .9, 12, 8, .7), (.55, .3, 4.5, .85, 12, 8, .65), "
      "(.55, .3, 2.5, .85, 12, 12, .55)");
  spec.random = true;
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "as published: fewer, larger flakes at level 3 than at level 2";
  spec.make = [](const Params& params) -> Perturber {
    return [snow = kSnow.at(params)](const Image& image, const Frame&, const RandomStream& stream) {
      return snowed(image, snow, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
