// SPDX-License-Identifier: Apache-2.0
// Our corruptions of ImageNet-C against numbers recorded from imagecorruptions 1.1
// (tests/peers/record_imagecorruptions.py): means of 8 x 8 blocks of a generated head of 250 px.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "perturb/condition.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

constexpr int kGrid = 8;
constexpr std::size_t kBlocks = kGrid * kGrid;

struct Recorded {
  std::string name;
  int level = 0;
  std::vector<double> numbers;
};

std::vector<Recorded> recorded() {
  std::ifstream file(ROBENCH_TESTS_DIR "/perturb/imagenet_c_recorded.txt");
  REQUIRE(file.good());
  std::vector<Recorded> all;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Recorded entry;
    words >> entry.name >> entry.level;
    for (double hundredths = 0; words >> hundredths;) entry.numbers.push_back(hundredths / 100);
    all.push_back(std::move(entry));
  }
  return all;
}

const GeneratedFace& head() {
  static const GeneratedFace face = [] {
    FaceRecipe recipe;
    recipe.subject = 3;
    recipe.size_px = 250;
    recipe.inter_eye_px = 50;
    return render_face(recipe);
  }();
  return face;
}

Image corrupted(const Recorded& entry, const std::string& sample) {
  if (entry.level == 0) return head().image;
  const Step step = step_at_severity(entry.name, entry.level, {}, SeveritySet::imagenet_c);
  return PreparedCondition({{step}, Stage::crop}, 1)
      .apply(head().image, Frame(head().landmarks), sample, 0)
      .image;
}

// In the order of the file: rows of blocks of B, G, R.
std::vector<double> block_means(const Image& image) {
  std::vector<double> means;
  for (int y = 0; y < kGrid; ++y) {
    for (int x = 0; x < kGrid; ++x) {
      const cv::Point from(x * image.width() / kGrid, y * image.height() / kGrid);
      const cv::Point to((x + 1) * image.width() / kGrid, (y + 1) * image.height() / kGrid);
      const cv::Scalar mean = cv::mean(image.bgr()(cv::Rect(from, to)));
      for (int c = 0; c < 3; ++c) means.push_back(mean[c]);
    }
  }
  return means;
}

double deviation_of_values(const Image& image) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(image.bgr().reshape(1), mean, deviation);
  return deviation[0];
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("imagenet_c: what draws nothing has the recorded means of blocks") {
  int compared = 0;
  for (const Recorded& entry : recorded()) {
    if (entry.numbers.size() != 3 * kBlocks) continue;
    CAPTURE(entry.name);
    CAPTURE(entry.level);
    const std::vector<double> means = block_means(corrupted(entry, "sample"));
    double worst = 0;
    for (std::size_t i = 0; i < means.size(); ++i)
      worst = std::max(worst, std::abs(means[i] - entry.numbers[i]));
    // Saturation often gives whole values, which imagecorruptions rounds down to either side.
    CHECK(worst < (entry.name == "saturate" ? 0.6 : 0.1));
    ++compared;
  }
  CHECK(compared == 41);  // the clean picture, and eight corruptions at five levels
}

TEST_CASE("imagenet_c: what is random has the recorded means of blocks and contrast, over draws") {
  constexpr int kDraws = 16;
  constexpr int kRecordedDraws = 48;
  const double scatter = std::sqrt(1.0 / kDraws + 1.0 / kRecordedDraws);
  int compared = 0;
  for (const Recorded& entry : recorded()) {
    if (entry.numbers.size() != 3 + kBlocks) continue;
    CAPTURE(entry.name);
    CAPTURE(entry.level);
    std::vector<double> means(kBlocks);
    double deviation = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      const Image image = corrupted(entry, std::to_string(draw));
      const std::vector<double> channels = block_means(image);
      for (std::size_t i = 0; i < 3 * kBlocks; ++i) means[i / 3] += channels[i] / (3 * kDraws);
      deviation += deviation_of_values(image) / kDraws;
    }
    double squares = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) squares += std::pow(means[i] - entry.numbers[3 + i], 2);
    CHECK(std::sqrt(squares / kBlocks) < 3 * entry.numbers[0] * scatter + 0.2);
    CHECK(std::abs(deviation - entry.numbers[1]) < 3 * entry.numbers[2] * scatter + 0.3);
    ++compared;
  }
  CHECK(compared == 55);
}

TEST_SUITE_END();
