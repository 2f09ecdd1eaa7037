// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/model_card.h"
#include "perturb/params.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

std::string readme() {
  std::ifstream stream(std::string(ROBENCH_SOURCE_DIR) + "/models/README.md");
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The row that a card must have in the table of shipped models.
std::string row_of(const ModelCard& card) {
  const std::string input =
      fmt::format("{}x{} {}, {}", card.align.width, card.align.height,
                  card.channels == ChannelOrder::bgr ? "BGR" : "RGB", card.align.points);
  const std::string threshold =
      card.threshold ? fmt::format("{} ({})", shortest(*card.threshold), card.threshold_source) : "none";
  const std::string lfw = card.published_lfw ? fmt::format("{} ({})", shortest(*card.published_lfw),
                                                           card.published_lfw_source)
                                             : "none";
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |", card.name, card.backend, input,
                     card.dim, to_string(card.comparison), threshold, lfw, card.licence);
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("the README's table of models is what the cards say") {
    std::vector<std::string> rows;
    std::istringstream lines(readme());
    bool in_table = false;
    for (std::string line; std::getline(lines, line);) {
      if (in_table && line.starts_with("| ")) rows.push_back(line);
      if (in_table && line.empty()) break;
      in_table = in_table || line.starts_with("| name | backend |");
    }
    std::vector<std::string> expected;
    for (const std::string& name : shipped_card_names())
      expected.push_back(row_of(find_model_card(name)));
    CHECK(fmt::format("{}", fmt::join(rows, "\n")) == fmt::format("{}", fmt::join(expected, "\n")));
  }

  TEST_CASE("the README's example is a right card") {
    const std::string text = readme();
    const std::string fence = "```yaml\n";
    const std::size_t start = text.find(fence);
    REQUIRE(start != std::string::npos);
    const std::size_t end = text.find("```", start + fence.size());
    const test::ScratchFolder folder;
    const auto file =
        folder.write("mine.yaml", text.substr(start + fence.size(), end - start - fence.size()));
    const ModelCard card = read_model_card(file);
    CHECK(card.name == "mine");
    CHECK(card.output == "embedding");
    CHECK(card.align.five == std::array<cv::Point2d, 5>{{{38.2946, 51.6963},
                                                         {73.5318, 51.5014},
                                                         {56.0252, 71.7366},
                                                         {41.5493, 92.3655},
                                                         {70.7299, 92.2041}}});
  }
}

}  // namespace robench
