// SPDX-License-Identifier: Apache-2.0
// Spatter of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): drops where a smoothed normal field
// exceeds a threshold. Levels 1 to 3 are water, lit at its edges (Canny's edges and the distance from
// them), in pale turquoise; levels 4 and 5 are brown mud that covers.
#include <array>
#include <cstdint>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/gaussian_filter.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"

namespace robench::imagenet_c {
namespace {

struct Spatter {
  float mean, deviation;  // of the normal field
  double sigma;           // of its Gaussian, px
  float threshold;
  double strength;  // water: largest brightness added; mud: sigma of the drops' edges, px
  bool mud;
};

constexpr std::array<float, 3> kWaterBgr = {238, 238, 175};
constexpr std::array<float, 3> kMudBgr = {20, 42, 63};

// The field, 0 where there is no drop.
cv::Mat drops(cv::Size size, const Spatter& spatter, const RandomStream& stream) {
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(size.width));
  cv::Mat field(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    stream.fill_normal(static_cast<std::uint64_t>(y) * stride, field.ptr<float>(y),
                       static_cast<std::size_t>(size.width));
  }
  field = field * spatter.deviation + spatter.mean;
  field = gaussian_blurred(field, spatter.sigma, spatter.sigma, 4.0, cv::BORDER_REPLICATE);
  cv::threshold(field, field, spatter.threshold, 0, cv::THRESH_TOZERO);
  return field;
}

// How water lights up: bright along the edges of drops, embossed. 8-bit as published.
cv::Mat edge_light(const cv::Mat& drops) {
  cv::Mat edges;
  cv::Canny(drops, edges, 50, 150);
  cv::Mat distance;
  cv::distanceTransform(255 - edges, distance, cv::DIST_L2, 5);
  cv::threshold(distance, distance, 20, 20, cv::THRESH_TRUNC);
  cv::blur(distance, distance, {3, 3});
  cv::Mat light(distance.size(), CV_8U);
  for (int y = 0; y < light.rows; ++y) {
    for (int x = 0; x < light.cols; ++x)
      light.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(distance.at<float>(y, x));
  }
  cv::equalizeHist(light, light);
  const cv::Matx33f emboss(-2, -1, 0, -1, 1, 1, 0, 1, 2);
  cv::filter2D(light, light, CV_8U, emboss);
  cv::blur(light, light, {3, 3});
  return light;
}

// Brightness of water in 0..strength.
cv::Mat water(const cv::Mat& field, const Spatter& spatter) {
  cv::Mat drops(field.size(), CV_8U);
  for (int y = 0; y < field.rows; ++y)
    floor_row(cv::Mat(field.row(y) * 255).ptr<float>(), drops.ptr(y), field.cols);
  cv::Mat light;
  cv::multiply(drops, edge_light(drops), light, 1, CV_32F);
  double brightest = 0;
  cv::minMaxLoc(light, nullptr, &brightest);
  return brightest > 0 ? cv::Mat(light * (spatter.strength / brightest)) : light;
}

// Cover of mud in 0..1: nothing, or at least four fifths.
cv::Mat mud(const cv::Mat& field, const Spatter& spatter) {
  cv::Mat cover;
  cv::threshold(field, cover, spatter.threshold, 1, cv::THRESH_BINARY);
  cover = gaussian_blurred(cover, spatter.strength, spatter.strength, 4.0, cv::BORDER_REPLICATE);
  cv::threshold(cover, cover, 0.8, 0, cv::THRESH_TOZERO);
  return cover;
}

Image spattered(const Image& image, const Spatter& spatter, const RandomStream& stream) {
  const cv::Mat field = drops(image.bgr().size(), spatter, stream);
  const cv::Mat liquid = spatter.mud ? mud(field, spatter) : water(field, spatter);
  const std::array<float, 3>& colour = spatter.mud ? kMudBgr : kWaterBgr;
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const auto* from = image.bgr().ptr<cv::Vec3b>(y);
    const auto* amount = liquid.ptr<float>(y);
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < image.width(); ++x) {
      const float kept = spatter.mud ? 1 - amount[x] : 1.0F;
      for (int c = 0; c < 3; ++c) {
        to[x][c] = floored(kept * static_cast<float>(from[x][c]) +
                           amount[x] * colour[static_cast<std::size_t>(c)]);
      }
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec spatter() {
  static constexpr LevelTables<Spatter> kSpatter = {{{{.65F, .3F, 4, .69F, .6, false},
                                                      {.65F, .3F, 3, .68F, .6, false},
                                                      {.65F, .3F, 2, .68F, .5, false},
                                                      {.65F, .3F, 1, .65F, 1.5, true},
                                                      {.67F, .4F, 1, .65F, 1.5, true}}},
                                                    {{{.62F, .1F, .7, .7F, .5, false},
                                                      {.65F, .1F, .8, .7F, .5, false},
                                                      {.65F, .3F, 1, .69F, .5, false},
                                                      {.65F, .1F, .7, .69F, .6, true},
                                                      {.65F, .1F, .5, .68F, .6, true}}}};
  PerturbationSpec spec = imagenet_c_spec(
      "spatter", "drops of water at levels 1 to 3, of mud at 4 and 5",
      "(mean, deviation, sigma px, threshold, strength, liquid) (.65, .3, 4, .69, .6, water), "
      "(.65, .3, 3, .68, .6, water), (.65, .3, 2, .68, .5, water), (.65, .3, 1, .65, 1.5, mud), "
      "(.67, .4, 1, .65, 1.5, mud)");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "as published: water at levels 1 to 3, mud at 4 and 5";
  spec.make = [](const Params& params) -> Perturber {
    return
        [spatter = kSpatter.at(params)](const Image& image, const Frame&, const RandomStream& stream) {
          return spattered(image, spatter, stream);
        };
  };
  return spec;
}

}  // namespace robench::imagenet_c
