// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "models/brought_weights.h"
#include "models/digest.h"
#include "models/download.h"
#include "models/embedder.h"
#include "models/model_card.h"
#include "models/store.h"
#include "models/temporary_folder.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/doctor_case.h"
#include "suites/model_check.h"
#include "suites/model_import.h"
#include "suites/suite_options.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kModelsUsage = "robench models fetch|list|check|doctor|import [NAME...] [options]";
/// own: 150 mated and 150 non-mated pairs tell a d' of 3 from one of 3.5.
constexpr std::int64_t kDoctorPairs = 300;
/// Cosine that a vector may lose by the faces beside it: what models/README.md guarantees.
constexpr double kBatchTolerance = 1e-5;

std::vector<ModelCard> cards_of(const std::vector<std::string>& names) {
  std::vector<ModelCard> cards;
  for (const auto& name : names) cards.push_back(find_model_card(name));
  return cards;
}

bool is_there(const ModelCard& card) {
  const auto paths = weight_paths(card);
  return std::all_of(paths.begin(), paths.end(),
                     [](const auto& path) { return std::filesystem::exists(path); });
}

/// Without names: the shipped models, and those whose weights the user has fetched or brought.
std::vector<ModelCard> usable_cards(const std::vector<std::string>& names) {
  if (!names.empty()) return cards_of(names);
  std::vector<ModelCard> cards = cards_of(shipped_card_names());
  for (const auto& others : {on_demand_card_names(), user_card_names()})
    for (const ModelCard& card : cards_of(others))
      if (is_there(card)) cards.push_back(card);
  return cards;
}

int bring_models(const std::vector<std::string>& names, const std::string& weights) {
  if (names.size() != 1)
    throw ConfigError("--weights belongs to one model", std::string("usage: ") + kModelsUsage);
  const ModelCard card = find_model_card(names.front());
  const auto bring = [&](const std::filesystem::path& file) {
    const auto place = bring_weights(card, file);
    const bool pinned = std::none_of(card.local_files.begin(), card.local_files.end(),
                                     [](const LocalFile& one) { return one.sha256.empty(); });
    fmt::print(stderr, "{} (sha256 {}{})\n", place.string(), pinned ? "as pinned, " : "",
               remembered_sha256_of_file(place));
    if (!pinned)
      fmt::print(
          stderr,
          "the card pins no hash: compare it with the source's, and write it into a copy of the card\n");
    return 0;
  };
  // A card that takes no weights says so before anything is fetched.
  if (weights.find("://") == std::string::npos || card.local_files.empty()) return bring(weights);
  const TemporaryFolder folder(model_folder(), ".fetch-", "ROBENCH_CACHE=DIR chooses another folder");
  const LocalFile& wanted = card.local_files.front();
  const auto file = folder.path() / wanted.path.filename();
  download(weights, card.local_files.size() == 1 ? wanted.sha256 : "", file,
           [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  return bring(file);
}

int fetch_models(const std::vector<std::string>& names) {
  std::vector<PackageFile> files;
  for (const ModelCard& card : cards_of(names.empty() ? shipped_card_names() : names)) {
    if (!card.download.empty() && !is_there(card))
      throw EnvironmentError(fmt::format("robench does not fetch the weights of '{}'", card.name),
                             how_to_bring(card));
    files.insert(files.end(), card.files.begin(), card.files.end());
  }
  if (names.empty()) {
    const auto photographs = sample_photographs();
    files.insert(files.end(), photographs.begin(), photographs.end());
  }
  fetch(files, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  return 0;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string state_of(const ModelCard& card) {
  if (card.files.empty() && card.local_files.empty()) return "built in";
  if (!card.local_files.empty()) {
    if (is_there(card)) return "present";
    return card.download.empty() ? "file missing" : "bring your own file: " + card.download;
  }
  const bool fetched = std::all_of(card.files.begin(), card.files.end(), is_fetched);
  return fetched ? "fetched" : contains(on_demand_card_names(), card.name) ? "on demand" : "not fetched";
}

int list_models(std::vector<std::string> names) {
  if (names.empty()) {
    names = shipped_card_names();
    for (const auto& others : {on_demand_card_names(), user_card_names()})
      names.insert(names.end(), others.begin(), others.end());
  }
  for (const ModelCard& card : cards_of(names))
    fmt::print("{:<22} {:<12} {:>5}-d  {:<12} {}\n", card.name, card.backend, card.dim, state_of(card),
               card.licence);
  return 0;
}

/// A picture of smooth structure: enough to see that a network answers, without any face.
Image test_chip(const ModelCard& card, int shift) {
  cv::Mat pixels(card.align.height, card.align.width, CV_8UC3);
  for (int y = 0; y < pixels.rows; ++y)
    for (int x = 0; x < pixels.cols; ++x)
      pixels.at<cv::Vec3b>(y, x) = {static_cast<uchar>(x * 255 / pixels.cols),
                                    static_cast<uchar>(y * 255 / pixels.rows),
                                    static_cast<uchar>(((x + shift) ^ y) & 255)};
  return Image(pixels);
}

std::string batch_fault(Embedder& embedder, const std::vector<Image>& chips,
                        const EmbeddingMatrix& both) {
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const EmbeddingMatrix alone = embedder.embed(std::span(chips).subspan(i, 1));
    const double cosine =
        similarity(Comparison::cosine, alone.row(0).data(),
                   both.row(static_cast<Eigen::Index>(i)).data(), static_cast<int>(both.cols()));
    if (cosine < 1 - kBatchTolerance)
      return fmt::format(
          "the vector of a face depends on the faces beside it (cosine {:.6f}); write "
          "`output: {{ batch_invariant: false }}`",
          cosine);
  }
  return {};
}

/// Empty when the model answers as its card says.
std::string fault_of(const ModelCard& card) {
  const std::vector<Image> chips{test_chip(card, 0), test_chip(card, 64)};
  const auto embedder = load_embedder(card);
  const EmbeddingMatrix first = embedder->embed(chips);
  const EmbeddingMatrix again = embedder->embed(chips);
  if (first.rows() != 2 || first.cols() != card.dim)
    return fmt::format("gives {} x {} numbers for 2 chips, the card says {}-d", first.rows(),
                       first.cols(), card.dim);
  if (!first.allFinite()) return "gives numbers that are not finite";
  if (first != again) return "gives different numbers for equal input";
  if (first.row(0).norm() == 0) return "gives the zero vector";
  return batch_fault(*embedder, chips, first);
}

int check_models(const std::vector<std::string>& names) {
  int broken = 0;
  for (const ModelCard& card : usable_cards(names)) {
    std::string verdict = "ok: hash right, loads, right dimension, finite, repeatable, alike in a batch";
    try {
      const std::string fault = fault_of(card);
      if (!fault.empty()) verdict = "BROKEN: " + fault, ++broken;
    } catch (const EnvironmentError& error) {
      verdict = std::string("UNUSABLE: ") + error.what();
      ++broken;
    }
    fmt::print("{:<22} {}\n", card.name, verdict);
  }
  fmt::print(stderr,
             "not judged without faces: the card's recipe (channel order, range, template); "
             "`robench models check NAME --data SPEC` does\n");
  return broken == 0 ? 0 : 3;
}

/// 1 where a model is worse than published: as a gate that fails.
int check_models_on(const std::vector<std::string>& names, const po::variables_map& values) {
  if (names.empty())
    throw ConfigError("--data needs the name of a model", std::string("usage: ") + kModelsUsage);
  const DataSpec data = parse_data_option(values["data"].as<std::string>());
  const Store store(cache_folder() / "store");
  bool lower = false;
  for (const auto& name : names) {
    const ModelCheck check =
        check_on_data(name, data, values["detector"].as<std::string>(), run_options(values), store);
    fmt::print("{}{}", name == names.front() ? "" : "\n", check_text(check));
    lower = lower || judge(check).verdict == Verdict::lower;
  }
  return lower ? 1 : 0;
}

/// 1 where a field of the card is wrong or the network has a defect.
int cure_model(const std::vector<std::string>& names, const po::variables_map& values) {
  if (names.size() != 1 || values.count("data") == 0)
    throw ConfigError("doctor needs one model and --data", std::string("usage: ") + kModelsUsage);
  RunOptions options = run_options(values);
  if (options.limit == 0) options.limit = kDoctorPairs;
  const Store store(cache_folder() / "store");
  const DoctorCase patient =
      doctor_case(names.front(), parse_data_option(values["data"].as<std::string>()),
                  values["detector"].as<std::string>(), options, store);
  fmt::print("{}: {}\n", patient.card.name, patient.described);
  std::fflush(stdout);
  const Diagnosis diagnosis = diagnose(patient.card, patient.data, load_embedder);
  fmt::print("{}", diagnosis_text(patient.card, diagnosis));
  return diagnosis.cure.empty() && diagnosis.defects.empty() && diagnosis.own.does_not_run.empty() ? 0
                                                                                                   : 1;
}

std::string text_option(const po::variables_map& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

int import_file(const std::vector<std::string>& files, const po::variables_map& values) {
  if (files.size() != 1 || values.count("card") == 0)
    throw ConfigError("import needs one file and --card", std::string("usage: ") + kModelsUsage);
  const ImportRequest request{files.front(), text_option(values, "card"),
                              values["out"].as<std::string>(), text_option(values, "output"),
                              text_option(values, "like")};
  fmt::print("{}", import_text(import_model(request)));
  return 0;
}

}  // namespace

int models_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kModelsUsage,
      "fetch: brings the weights (and the sample photographs) from their packages, "
      "hashes compared; with\n"
      "       --weights FILE, takes over a file that you downloaded.\n"
      "list:  what there is.\n"
      "check: does each model load and answer as its card says? With --data: does it "
      "reach there what is\n"
      "       published of it?\n"
      "doctor: which line of a card is wrong? Needs --data.\n"
      "import: dlib's .dat or a model.json of TensorFlow.js becomes CARD.pt and CARD.yaml; done "
      "when both agree.",
      "robench models check null_model");
  command.positional("ACTION")
      .positional("NAMES", -1)
      .option("weights", po::value<std::string>(),
              "fetch: the file, or its address, of one model that robench does not ship")
      .option("data", po::value<std::string>(),
              "check, doctor: sample | images:DIR | manifest:FILE | folders:DIR | lfw:ROOT,PAIRS")
      .option("detector", po::value<std::string>()->default_value("dlib_hog"),
              "with --data: finds the faces")
      .option("limit", po::value<std::int64_t>()->default_value(0),
              "with --data: a seeded sample of N trials; 0 = all, for doctor 300")
      .option("threads", po::value<int>()->default_value(0), "workers; 0 = all cores")
      .option("card", po::value<std::string>(), "import: name of the new card")
      .option("like", po::value<std::string>(), "import: card whose recipe is taken over")
      .option("output", po::value<std::string>(), "import: node of a graph model with several outputs")
      .option("out,o", po::value<std::string>()->default_value("."), "import: folder to write");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string action = required_argument(*values, "ACTION", kModelsUsage);
  const auto names = values->count("NAMES") > 0 ? (*values)["NAMES"].as<std::vector<std::string>>()
                                                : std::vector<std::string>{};
  const std::string weights = text_option(*values, "weights");
  if (!weights.empty() && action != "fetch") throw ConfigError("--weights belongs to `models fetch`");
  if (action == "fetch") return weights.empty() ? fetch_models(names) : bring_models(names, weights);
  if (action == "list") return list_models(names);
  if (action == "check")
    return values->count("data") > 0 ? check_models_on(names, *values) : check_models(names);
  if (action == "doctor") return cure_model(names, *values);
  if (action == "import") return import_file(names, *values);
  throw ConfigError("unknown action '" + action + "'",
                    suggestion(action, {"fetch", "list", "check", "doctor", "import"}));
}

}  // namespace robench
