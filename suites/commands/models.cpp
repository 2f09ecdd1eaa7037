// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>

#include "models/embedder.h"
#include "models/model_card.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"

namespace robench {
namespace {

constexpr const char* kUsage = "robench models fetch|list|check [NAME...]";

std::vector<ModelCard> wanted_cards(const std::vector<std::string>& names) {
  std::vector<ModelCard> cards;
  for (const auto& name : names.empty() ? shipped_card_names() : names)
    cards.push_back(find_model_card(name));
  return cards;
}

int fetch_models(const std::vector<std::string>& names) {
  std::vector<PackageFile> files;
  for (const ModelCard& card : wanted_cards(names))
    files.insert(files.end(), card.files.begin(), card.files.end());
  if (names.empty()) {
    const auto photographs = sample_photographs();
    files.insert(files.end(), photographs.begin(), photographs.end());
  }
  fetch(files, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  return 0;
}

std::string state_of(const ModelCard& card) {
  if (card.files.empty() && card.local_files.empty()) return "built in";
  for (const auto& file : card.local_files)
    if (!std::filesystem::exists(file.path)) return "file missing";
  if (!card.local_files.empty()) return "present";
  for (const auto& file : card.files)
    if (!is_fetched(file)) return "not fetched";
  return "fetched";
}

int list_models(const std::vector<std::string>& names) {
  for (const ModelCard& card : wanted_cards(names))
    fmt::print("{:<14} {:<12} {:<12} {:>5}-d  {}\n", card.name, state_of(card), card.backend, card.dim,
               card.licence);
  return 0;
}

/// A picture of smooth structure: enough to see that a network answers, without any face.
Image test_chip(const ModelCard& card) {
  cv::Mat pixels(card.align.height, card.align.width, CV_8UC3);
  for (int y = 0; y < pixels.rows; ++y)
    for (int x = 0; x < pixels.cols; ++x)
      pixels.at<cv::Vec3b>(y, x) = {static_cast<uchar>(x * 255 / pixels.cols),
                                    static_cast<uchar>(y * 255 / pixels.rows),
                                    static_cast<uchar>((x ^ y) & 255)};
  return Image(pixels);
}

/// Empty when the model answers as its card says.
std::string fault_of(const ModelCard& card) {
  const std::vector<Image> chips(2, test_chip(card));
  const auto embedder = load_embedder(card);
  const EmbeddingMatrix first = embedder->embed(chips);
  const EmbeddingMatrix again = embedder->embed(chips);
  if (first.rows() != 2 || first.cols() != card.dim)
    return fmt::format("gives {} x {} numbers for 2 chips, the card says {}-d", first.rows(),
                       first.cols(), card.dim);
  if (!first.allFinite()) return "gives numbers that are not finite";
  if (first != again) return "gives different numbers for equal input";
  if (first.row(0).norm() == 0) return "gives the zero vector";
  return {};
}

int check_models(const std::vector<std::string>& names) {
  int broken = 0;
  for (const ModelCard& card : wanted_cards(names)) {
    std::string verdict = "ok: hash right, loads, right dimension, finite, repeatable";
    try {
      const std::string fault = fault_of(card);
      if (!fault.empty()) verdict = "BROKEN: " + fault, ++broken;
    } catch (const EnvironmentError& error) {
      verdict = std::string("UNUSABLE: ") + error.what();
      ++broken;
    }
    fmt::print("{:<14} {}\n", card.name, verdict);
  }
  return broken == 0 ? 0 : 3;
}

}  // namespace

int models_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kUsage,
      "fetch: brings the weights (and the sample photographs) from their packages, hashes compared.\n"
      "list: what there is. check: does each model load and answer as its card says?",
      "robench models check null_model");
  command.positional("ACTION").positional("NAMES", -1);
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string action = required_argument(*values, "ACTION", kUsage);
  const auto names = values->count("NAMES") > 0 ? (*values)["NAMES"].as<std::vector<std::string>>()
                                                : std::vector<std::string>{};
  if (action == "fetch") return fetch_models(names);
  if (action == "list") return list_models(names);
  if (action == "check") return check_models(names);
  throw ConfigError("unknown action '" + action + "'", suggestion(action, {"fetch", "list", "check"}));
}

}  // namespace robench
