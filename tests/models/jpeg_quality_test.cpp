// SPDX-License-Identifier: Apache-2.0
#include "models/jpeg_quality.h"

#include <doctest/doctest.h>

#include "perturb/jpeg_codec.h"
#include "perturb/random_stream.h"

namespace robench {
TEST_SUITE("models") {
  TEST_CASE("jpeg_quality: the quality that a file was written with") {
    cv::Mat picture(16, 16, CV_8UC3, cv::Scalar(90, 120, 150));
    for (const int quality : {1, 5, 9, 16, 28, 50, 51, 75, 90, 95, 98, 100}) {
      CAPTURE(quality);
      const auto bytes = encode_jpeg(Image(picture), {.quality = static_cast<double>(quality)});
      CHECK(jpeg_quality(bytes) == quality);
    }
  }

  TEST_CASE("jpeg_quality: what is no JPEG has none, and no byte makes it crash") {
    CHECK_FALSE(jpeg_quality({}));
    const std::vector<std::uint8_t> png{0x89, 'P', 'N', 'G', 0, 0, 0, 0};
    CHECK_FALSE(jpeg_quality(png));
    const auto good = encode_jpeg(Image(cv::Mat(16, 16, CV_8UC3, cv::Scalar(1, 2, 3))), {.quality = 50});
    for (std::size_t length = 0; length < good.size(); ++length)
      static_cast<void>(jpeg_quality(std::span(good).first(length)));
    const RandomStream random(1, "hostile", "", "jpeg", 0);
    for (std::uint64_t i = 0; i < 2000; ++i) {
      auto changed = good;
      const auto words = random.block(i);
      changed[words[0] % changed.size()] = static_cast<std::uint8_t>(words[1]);
      if (const auto quality = jpeg_quality(changed)) CHECK((*quality >= 1 && *quality <= 100));
    }
  }

  TEST_CASE("jpeg_quality: the table of an EXIF thumbnail is not the picture's") {
    const Image picture(cv::Mat(16, 16, CV_8UC3, cv::Scalar(90, 120, 150)));
    const auto fine = encode_jpeg(picture, {.quality = 90});
    const auto coarse = encode_jpeg(picture, {.quality = 10});
    std::vector<std::uint8_t> file{0xFF,
                                   0xD8,
                                   0xFF,
                                   0xE1,
                                   static_cast<std::uint8_t>((coarse.size() + 2) >> 8),
                                   static_cast<std::uint8_t>((coarse.size() + 2) & 0xFF)};
    file.insert(file.end(), coarse.begin(), coarse.end());
    file.insert(file.end(), fine.begin() + 2, fine.end());
    CHECK(jpeg_quality(file) == 90);
  }
}
}  // namespace robench
