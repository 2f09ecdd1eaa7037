// SPDX-License-Identifier: Apache-2.0
#include "models/face_quality.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

namespace robench {
namespace {

/// A crop of stripes `period` px wide, 200 px a side: 40 px between the eyes.
FaceCrop striped(int period, double factor = 1) {
  cv::Mat pixels(200, 200, CV_8UC3);
  for (int y = 0; y < pixels.rows; ++y)
    for (int x = 0; x < pixels.cols; ++x)
      pixels.at<cv::Vec3b>(y, x) =
          cv::Vec3b::all(cv::saturate_cast<uchar>(x / period % 2 * 200 * factor));
  Landmarks landmarks;
  return {Image(pixels), Frame(landmarks), cv::Matx23d::eye()};
}

FaceCrop blurred(const FaceCrop& crop, double sigma) {
  cv::Mat pixels;
  cv::GaussianBlur(crop.pixels.bgr(), pixels, {0, 0}, sigma);
  return {Image(pixels), crop.frame, crop.crop_from_photo};
}

TEST_SUITE("models") {
  TEST_CASE("face quality: brightness is the mean luma, sharpness falls with blur") {
    CHECK(face_quality(striped(4)).brightness == doctest::Approx(100 / 255.0));
    CHECK(face_quality(striped(4, 0.5)).brightness == doctest::Approx(50 / 255.0));
    const float sharp = face_quality(striped(4)).sharpness;
    // Inside a stripe the Laplacian is 0, at either side of an edge it is +-200 / 255: half of all
    // columns.
    CHECK(sharp == doctest::Approx(200 / 255.0 * std::sqrt(0.5)).epsilon(0.02));
    CHECK(face_quality(blurred(striped(4), 1)).sharpness < 0.7 * sharp);
    CHECK(face_quality(striped(400)).sharpness == 0);
  }
}

}  // namespace
}  // namespace robench
