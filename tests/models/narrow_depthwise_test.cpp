// SPDX-License-Identifier: Apache-2.0
// Depthwise convolutions of narrow maps, which take our own kernel, and of wide ones, which take
// OpenCV's, against the sum written out.
#include <doctest/doctest.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "tests/models/onnx_bytes.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

const std::vector<float> kFilters = {1, 2,  3,  -4, 5, -6, 7, 8,     -9, 0.5F, 0,  -0.5F, 1, 0,
                                     1, -2, -2, -2, 0, 0,  1, 0.25F, -3, 2,    -1, 4,     2};
const std::vector<float> kBias = {100, -40, 7};
const std::vector<float> kSlopes = {0.25F, -0.5F, 0.1F};

/// A picture without any symmetry.
Image picture(int height, int width, int seed) {
  cv::Mat pixels(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        pixels.at<cv::Vec3b>(y, x)[c] =
            static_cast<std::uint8_t>((seed * 31 + y * 17 + x * 29 + c * 71 + x * y * 3) % 256);
  return Image(pixels);
}

double summed(const cv::Mat& pixels, int channel, int at_y, int at_x) {
  double sum = kBias[static_cast<std::size_t>(channel)];
  for (int dy = 0; dy < 3; ++dy)
    for (int dx = 0; dx < 3; ++dx) {
      const int y = at_y + dy - 1, x = at_x + dx - 1;
      if (y < 0 || x < 0 || y >= pixels.rows || x >= pixels.cols) continue;
      sum += kFilters[static_cast<std::size_t>(9 * channel + 3 * dy + dx)] *
             pixels.at<cv::Vec3b>(y, x)[channel];
    }
  return sum < 0 ? sum * kSlopes[static_cast<std::size_t>(channel)] : sum;
}

std::vector<double> expected_of(const Image& image, int stride) {
  std::vector<double> values;
  for (int channel = 0; channel < 3; ++channel)
    for (int y = 0; y < image.height(); y += stride)
      for (int x = 0; x < image.width(); x += stride)
        values.push_back(summed(image.bgr(), channel, y, x));
  return values;
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("onnx: depthwise convolutions of maps of any width are the sum written out") {
    for (const int stride : {1, 2})
      for (const auto& [height, width] :
           {std::pair(9, 7), {14, 14}, {1, 1}, {8, 17}, {6, 18}, {13, 40}}) {
        CAPTURE(stride);
        CAPTURE(height);
        CAPTURE(width);
        const test::ScratchFolder folder;
        const std::string bytes =
            test::depthwise_model(static_cast<std::uint64_t>(height), static_cast<std::uint64_t>(width),
                                  static_cast<std::uint64_t>(stride), kFilters, kBias, kSlopes);
        const std::vector<Image> chips = {picture(height, width, 1), picture(height, width, 2)};
        ModelCard card;
        card.name = "depthwise";
        card.backend = "onnx";
        card.local_files = {{folder.write("depthwise.onnx", bytes), sha256(bytes)}};
        card.align.width = width;
        card.align.height = height;
        card.dim = static_cast<int>(expected_of(chips[0], stride).size());
        const EmbeddingMatrix found = load_embedder(card)->embed(chips);
        for (std::size_t i = 0; i < chips.size(); ++i) {
          const std::vector<double> expected = expected_of(chips[i], stride);
          double worst = 0;
          for (std::size_t k = 0; k < expected.size(); ++k)
            worst = std::max(worst,
                             std::abs(found(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) -
                                      expected[k]));
          CHECK(worst < 2e-3);  // of sums of about 5,000 in 32-bit floats
        }
      }
  }
}

}  // namespace robench
