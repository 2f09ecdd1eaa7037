// SPDX-License-Identifier: Apache-2.0
// Elastic deformation of ImageNet-C (Simard, Steinkraus and Platt, ICDAR 2003): each pixel is read from
// a place displaced by a uniform random field under a Gaussian. With ImageNet-C's table field and
// Gaussian grow with the picture, as imagecorruptions 1.1 has it; with CIFAR-10-C's, which is in pixels,
// a random affine map comes first.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/gaussian_filter.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_noise.h"
#include "perturb/imagenet_c/parts/pixel_vector.h"

namespace robench::imagenet_c {
namespace {

struct Elastic {
  double gain;
  double sigma;          // of the Gaussian; of each side's length for ImageNet-C, pixels for CIFAR-10-C
  double reach;          // of the uniform field: of the height for ImageNet-C, pixels for CIFAR-10-C
  double corner_jitter;  // of the affine map's three points, pixels
};

cv::Mat uniform_field(cv::Size size, float reach, const RandomStream& stream) {
  const std::uint64_t stride = row_stride_of_random_numbers(static_cast<std::uint64_t>(size.width));
  std::vector<std::uint32_t> words(static_cast<std::size_t>(size.width));
  cv::Mat field(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    stream.fill_words(static_cast<std::uint64_t>(y) * stride, words.data(), words.size());
    auto* to = field.ptr<float>(y);
    for (std::size_t x = 0; x < words.size(); ++x)
      to[x] = reach * 0x1p-31F * static_cast<float>(static_cast<std::int32_t>(words[x]));
  }
  return field;
}

// Coordinates to read from along one axis: `field` smoothed and scaled, plus the pixel's own place.
cv::Mat coordinates(cv::Size size, const Elastic& elastic, bool relative, bool across,
                    const RandomStream& stream) {
  const double reach = relative ? elastic.reach * size.height : elastic.reach;
  const double sigma_x = relative ? elastic.sigma * size.width : elastic.sigma;
  const double sigma_y = relative ? elastic.sigma * size.height : elastic.sigma;
  cv::Mat map = gaussian_blurred(uniform_field(size, static_cast<float>(reach), stream), sigma_x,
                                 sigma_y, 3.0, cv::BORDER_REFLECT);
  const auto gain = static_cast<float>(elastic.gain);
  for (int y = 0; y < size.height; ++y) {
    auto* row = map.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) row[x] = static_cast<float>(across ? x : y) + gain * row[x];
  }
  return map;
}

cv::Mat affinely_jittered(const cv::Mat& picture, double jitter, const RandomStream& stream) {
  const auto middle_x = static_cast<float>(picture.rows / 2);  // as published, rows first
  const auto middle_y = static_cast<float>(picture.cols / 2);
  const auto side = static_cast<float>(std::min(picture.rows, picture.cols) / 3);
  if (side == 0) return picture;
  const std::array<cv::Point2f, 3> from = {cv::Point2f(middle_x + side, middle_y + side),
                                           cv::Point2f(middle_x + side, middle_y - side),
                                           cv::Point2f(middle_x - side, middle_y - side)};
  std::array<cv::Point2f, 3> to = from;
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i].x += static_cast<float>(stream.uniform(2 * i, -jitter, jitter));
    to[i].y += static_cast<float>(stream.uniform(2 * i + 1, -jitter, jitter));
  }
  cv::Mat moved;
  cv::warpAffine(picture, moved, cv::getAffineTransform(from.data(), to.data()), picture.size(),
                 cv::INTER_LINEAR, cv::BORDER_REFLECT_101);
  return moved;
}

// A row or column beyond the picture is that of the mirrored picture.
int mirrored(int place, int length) {
  return place >= 0 && place < length ? place : cv::borderInterpolate(place, length, cv::BORDER_REFLECT);
}

// std::floor without a call into the C library.
int floor_of(float value) {
  const int truncated = static_cast<int>(value);
  return value < static_cast<float>(truncated) ? truncated - 1 : truncated;
}

// Linear interpolation at (x, y) of a CV_32FC4 picture.
PixelVector sample(const cv::Mat& picture, float x, float y) {
  const int left = floor_of(x);
  const int top = floor_of(y);
  const float share_x = x - static_cast<float>(left);
  const float share_y = y - static_cast<float>(top);
  const int x0 = 4 * mirrored(left, picture.cols);
  const int x1 = 4 * mirrored(left + 1, picture.cols);
  const auto* above = picture.ptr<float>(mirrored(top, picture.rows));
  const auto* below = picture.ptr<float>(mirrored(top + 1, picture.rows));
  return between(between(load_pixel(above + x0), load_pixel(above + x1), share_x),
                 between(load_pixel(below + x0), load_pixel(below + x1), share_x), share_y);
}

// v / 255 in single precision, as published: times 255 it lies below v for every second v or so, and is
// rounded down to v - 1. Four channels, see pixel_vector.h.
cv::Mat in_unit_range(const Image& image) {
  cv::Mat table(1, 256, CV_32F);
  for (int v = 0; v < 256; ++v) table.at<float>(v) = static_cast<float>(v) / 255.0F;
  cv::Mat four_channels;
  cv::cvtColor(image.bgr(), four_channels, cv::COLOR_BGR2BGRA);
  cv::Mat picture;
  cv::LUT(four_channels, table, picture);
  return picture;
}

Image deformed(const Image& image, const Elastic& elastic, bool relative, const RandomStream& stream) {
  cv::Mat picture = in_unit_range(image);
  if (elastic.corner_jitter > 0)
    picture = affinely_jittered(picture, elastic.corner_jitter, stream.fork("affine"));
  const cv::Mat map_x = coordinates(picture.size(), elastic, relative, true, stream.fork("x"));
  const cv::Mat map_y = coordinates(picture.size(), elastic, relative, false, stream.fork("y"));
  cv::Mat out(picture.size(), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    auto* to = out.ptr<cv::Vec3b>(y);
    for (int x = 0; x < out.cols; ++x) {
      const PixelVector value = sample(picture, map_x.at<float>(y, x), map_y.at<float>(y, x));
      for (int c = 0; c < 3; ++c)
        to[x][c] = static_cast<std::uint8_t>(std::clamp(value[c], 0.0F, 1.0F) * 255);
    }
  }
  return Image(out);
}

}  // namespace

PerturbationSpec elastic_transform() {
  static constexpr LevelTables<Elastic> kElastic = {{{{12.5, .01, .005, 0},
                                                      {16.25, .01, .005, 0},
                                                      {21.25, .01, .005, 0},
                                                      {25, .01, .005, 0},
                                                      {30, .01, .005, 0}}},
                                                    {{{0, 0, 1, 2.56},
                                                      {1.6, 6.4, 1, 2.24},
                                                      {2.56, 1.92, 1, 1.92},
                                                      {3.2, 1.28, 1, 1.6},
                                                      {3.2, .96, 1, .96}}}};
  PerturbationSpec spec = imagenet_c_spec(
      "elastic_transform", "pixels displaced by a smooth random field",
      "gain 12.5, 16.25, 21.25, 25, 30; sigma 1 % of each side, field +-.5 % of the height");
  spec.random = true;
  spec.keeps_grey = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "CIFAR-10-C's affine part falls from level to level";
  spec.make = [](const Params& params) -> Perturber {
    const bool relative = params.choice("table") == "imagenet_c";
    return [elastic = kElastic.at(params), relative](const Image& image, const Frame&,
                                                     const RandomStream& stream) {
      return deformed(image, elastic, relative, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
