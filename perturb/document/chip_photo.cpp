// SPDX-License-Identifier: Apache-2.0
// The portrait on the chip of a travel document or in the bar code of a licence: few pixels, and those
// in JPEG 2000 at a fixed number of bytes (ITU-T T.800; ICAO Doc 9303 keeps the face as JPEG or JPEG
// 2000, commonly of 15 to 20 kB). The whole picture is brought to 90 pixels between the eyes, the least
// of a full frontal image by ISO/IEC 19794-5:2005, and gets as many bytes an area as the portrait: that
// is 3.25 x 4.16 inter-eye distances (25 x 32 mm on an ID-1 card, 7.7 mm between the eyes; own
// estimate).
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "perturb/face_axes.h"
#include "perturb/jpeg2000_codec.h"
#include "perturb/perturbation.h"

namespace robench::perturbations {
namespace {

constexpr double kPortraitArea = 3.25 * 4.16;  // squared inter-eye distances
constexpr double kMostRatio = 5000;
constexpr double kLongestEnlarged = 1024;  // pixels; a picture with a tiny face is not enlarged beyond

cv::Mat resized(const cv::Mat& bgr, cv::Size size) {
  cv::Mat result;
  const bool smaller = size.width < bgr.cols;
  cv::resize(bgr, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

Image from_chip(const Image& image, double unit_px, double chip_unit_px, double kilobytes) {
  const double longest = std::max(image.width(), image.height());
  const double scale = std::min(chip_unit_px / unit_px, std::max(1.0, kLongestEnlarged / longest));
  const auto side = [&](int px) { return std::max(1, cvRound(px * scale)); };
  const Image small(resized(image.bgr(), {side(image.width()), side(image.height())}));
  const double portrait_px = kPortraitArea * std::pow(scale * unit_px, 2);
  const double ratio = std::clamp(3 * portrait_px / (kilobytes * 1024), 1.0, kMostRatio);
  const Image decoded = decode_jpeg2000(encode_jpeg2000(small, ratio)).value_or(small);
  return Image(resized(decoded.bgr(), image.bgr().size()));
}

}  // namespace

PerturbationSpec chip_photo() {
  PerturbationSpec spec;
  spec.name = "chip_photo";
  spec.summary = "few pixels and JPEG 2000 at a fixed size, as on the chip of a travel document";
  spec.params = {
      {.name = "kilobytes",
       .unit = "kB",
       .summary = "size of the portrait on the chip, 1 kB = 1,024 bytes",
       .min = 0.1,
       .max = 1000},
      {.name = "inter_eye_px",
       .unit = "pixels",
       .summary = "distance of the eyes on the chip",
       .min = 10,
       .max = 200,
       .default_value = 90.0},
  };
  spec.strength = "kilobytes";
  spec.ladder = {10, 4, 1.6, 0.8, 0.4};
  spec.ladder_source =
      "own: from under the 15 to 20 kB of travel documents to what a bar code on a licence holds";
  spec.no_neutral_reason = "resampling and the wavelet round at any size";
  spec.make = [](const Params& params) -> Perturber {
    const double kilobytes = params.number("kilobytes");
    const double chip_unit_px = params.number("inter_eye_px");
    return [=](const Image& image, const Frame& frame, const RandomStream&) {
      const FaceAxes axes(frame, image.bgr().size());
      return from_chip(image, axes.unit_px(), chip_unit_px, kilobytes);
    };
  };
  return spec;
}

}  // namespace robench::perturbations
