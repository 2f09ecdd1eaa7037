// SPDX-License-Identifier: Apache-2.0
// perturb <- models <- metrics <- reports <- suites: a folder includes from itself and from its left.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 5> kLayers = {"perturb", "models", "metrics", "reports",
                                                     "suites"};

std::size_t layer_index(std::string_view name) {
  return static_cast<std::size_t>(std::find(kLayers.begin(), kLayers.end(), name) - kLayers.begin());
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("no arrow points to the right") {
    const std::regex include(R"re(^\s*#include "([a-z_]+)/)re");
    int files = 0;
    for (std::size_t layer = 0; layer < kLayers.size(); ++layer) {
      for (const auto& entry :
           fs::recursive_directory_iterator(fs::path(ROBENCH_SOURCE_DIR) / kLayers[layer])) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".h") continue;
        ++files;
        std::ifstream in(entry.path());
        std::smatch match;
        for (std::string line; std::getline(in, line);) {
          if (!std::regex_search(line, match, include)) continue;
          INFO(entry.path().string() << ": " << line);
          CHECK(layer_index(match[1].str()) <= layer);
        }
      }
    }
    CHECK(files > 50);
  }

  TEST_CASE("torch, dlib, imgcodecs and dnn stay behind their modules") {
    const std::regex heavy(R"re(#include <(torch/|dlib/|opencv2/(imgcodecs|dnn)))re");
    const std::set<std::string> modules = {"backends", "detectors", "codecs", "importers"};
    for (const auto layer : kLayers) {
      for (const auto& entry : fs::recursive_directory_iterator(fs::path(ROBENCH_SOURCE_DIR) / layer)) {
        if (entry.is_directory() || modules.contains(entry.path().parent_path().filename())) continue;
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) {
          INFO(entry.path().string() << ": " << line);
          CHECK_FALSE(std::regex_search(line, heavy));
        }
      }
    }
  }
}
