// SPDX-License-Identifier: Apache-2.0
#include "perturb/image.h"

#include <doctest/doctest.h>

using namespace robench;

TEST_SUITE_BEGIN("perturb");

TEST_CASE("pictures are equal when size and pixels are, also as parts of larger ones") {
  cv::Mat large(20, 30, CV_8UC3, cv::Scalar(1, 2, 3));
  const Image part(large(cv::Rect(5, 5, 10, 8)));
  const Image whole(cv::Mat(8, 10, CV_8UC3, cv::Scalar(1, 2, 3)));
  CHECK(part == whole);
  CHECK(part.width() == 10);
  CHECK(part.height() == 8);

  cv::Mat changed = whole.bgr().clone();
  changed.at<cv::Vec3b>(7, 9)[2] = 4;
  CHECK_FALSE(Image(changed) == whole);
  CHECK_FALSE(Image(cv::Mat(10, 8, CV_8UC3, cv::Scalar(1, 2, 3))) == whole);
}

TEST_SUITE_END();
