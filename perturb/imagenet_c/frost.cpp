// SPDX-License-Identifier: Apache-2.0
// Frost of ImageNet-C (Hendrycks and Dietterich, ICLR 2019): picture and a random part of a picture of
// ice, weighted and added, clipped. ImageNet-C takes photographs whose rights are not ours to give; here
// the ice is generated (frost_plates.h), so results are not comparable with published ones.
#include <algorithm>
#include <array>

#include <opencv2/imgproc.hpp>

#include "perturb/imagenet_c/parts/frost_plates.h"
#include "perturb/imagenet_c/parts/imagenet_c.h"
#include "perturb/imagenet_c/parts/pixel_floor.h"

namespace robench::imagenet_c {
namespace {

struct Frost {
  float picture;  // weight
  float ice;      // weight
};

using Plates = std::array<cv::Mat, 5>;

// A part of a random plate as large as the picture; the plate is enlarged where it is smaller.
cv::Mat random_part(cv::Size size, const Plates& plates, const RandomStream& stream) {
  cv::Mat plate = plates[static_cast<std::size_t>(5 * stream.uniform(0))];
  const double scale = std::max(static_cast<double>(size.width) / plate.cols,
                                static_cast<double>(size.height) / plate.rows);
  if (scale > 1) {
    cv::Mat enlarged;
    cv::resize(plate, enlarged, {}, 1.1 * scale, 1.1 * scale, cv::INTER_CUBIC);
    plate = enlarged;
  }
  const auto x = static_cast<int>(stream.uniform(1) * (plate.cols - size.width + 1));
  const auto y = static_cast<int>(stream.uniform(2) * (plate.rows - size.height + 1));
  return plate(cv::Rect({x, y}, size));
}

Image frosted(const Image& image, const Frost& frost, const Plates& plates, const RandomStream& stream) {
  const cv::Mat ice = random_part(image.bgr().size(), plates, stream);
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  for (int y = 0; y < image.height(); ++y) {
    const std::uint8_t* from = image.bgr().ptr(y);
    const std::uint8_t* over = ice.ptr(y);
    std::uint8_t* to = out.ptr(y);
    for (int i = 0; i < 3 * image.width(); ++i)
      to[i] =
          floored(frost.picture * static_cast<float>(from[i]) + frost.ice * static_cast<float>(over[i]));
  }
  return Image(out);
}

}  // namespace

PerturbationSpec frost() {
  static constexpr LevelTables<Frost> kFrost = {
      {{{1, .4F}, {.8F, .6F}, {.7F, .7F}, {.65F, .7F}, {.6F, .75F}}},
      {{{1, .2F}, {1, .3F}, {.9F, .4F}, {.85F, .4F}, {.75F, .45F}}}};
  PerturbationSpec spec =
      imagenet_c_spec("frost", "frost (generated): a picture of ice laid over",
                      "weights (picture, ice) (1, .4), (.8, .6), (.7, .7), (.65, .7), (.6, .75)");
  spec.random = true;
  spec.depends_on_pixels_reason = kPixelsOfACrop;
  spec.not_monotone_reason = "as published: the picture's weight falls while the ice's grows";
  spec.make = [](const Params& params) -> Perturber {
    return [frost = kFrost.at(params), &plates = frost_plates()](const Image& image, const Frame&,
                                                                 const RandomStream& stream) {
      return frosted(image, frost, plates, stream);
    };
  };
  return spec;
}

}  // namespace robench::imagenet_c
