// SPDX-License-Identifier: Apache-2.0
// From the text of a suite to a Suite. Grammar: suites/README.md.
#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "models/model_card.h"
#include "models/source_text.h"
#include "models/yaml_reader.h"
#include "reports/writer.h"
#include "suites/suite.h"
#include "suites/suite_conditions.h"
#include "suites/suite_data.h"
#include "suites/suite_groups.h"
#include "suites/suite_require.h"
#include "suites/suite_severities.h"
#include "suites/suite_summaries.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kDefaultSeed = 1;
constexpr int kMaxRepetitions = 1000;
constexpr std::size_t kMaxName = 64;

bool is_file_name(const std::string& name) {
  const auto is_alnum = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kMaxName && is_alnum(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool looks_like_path(const std::string& text) {
  return text.find('/') != std::string::npos || text.ends_with(".yaml") || text.ends_with(".yml");
}

/// The metric that computes `measure`: the usual slip is to list the number instead of its metric.
std::string metric_of_measure(const std::string& measure) {
  for (const MetricSpec& spec : metric_registry()) {
    for (const MeasureInfo& info : spec.measures) {
      if (info.name == measure) return spec.name;
    }
  }
  return {};
}

class SuiteReader {
 public:
  SuiteReader(std::string text, const fs::path& file)
      : yaml_(std::move(text), file.string()), folder_(fs::absolute(file).parent_path()) {
    suite_.file = file;
  }

  Suite read() {
    const YamlNode& root = yaml_.root();
    if (yaml_.check_keys(root,
                         {"suite",     "seed",     "data",        "trials",       "threshold",
                          "models",    "stage",    "perturb",     "severity_set", "imagenet_c_size",
                          "calibrate", "apply_to", "repetitions", "groups",       "metrics",
                          "report",    "require",  "acquisition", "summaries",    "keep"},
                         "a suite")) {
      read_head(root);
      suite_.data = read_data(yaml_, root.find("data"), folder_);
      read_trials(root.find("trials"));
      read_threshold(root.find("threshold"));
      read_models(root);
      read_severities(
          yaml_, root, [&](const std::string& card) { return card_location(card); }, suite_);
      if (yaml_.optional_choice(root, "apply_to", {"probe", "both"}) == "both")
        suite_.apply_to = ApplyTo::both;
      const std::vector<Stage> stages = read_stages(root);
      if (const YamlNode* perturb = yaml_.require(root, "perturb")) read_perturb(*perturb, stages);
      if (const YamlNode* groups = root.find("groups")) suite_.groups = read_groups(yaml_, *groups);
      read_outputs(root);
      check_groups(root);
      read_acquisition(root.find("acquisition"));
      read_kept(root);
      if (const YamlNode* require = root.find("require"))
        suite_.gates = read_gates(yaml_, *require, suite_, model_names_);
      if (const YamlNode* summaries = root.find("summaries"))
        suite_.summaries = read_summaries(yaml_, *summaries, suite_, model_names_);
    }
    yaml_.finish();
    suite_.text = yaml_.text();
    return std::move(suite_);
  }

 private:
  [[nodiscard]] fs::path beside_suite(const std::string& written) const {
    return (folder_ / written).lexically_normal();
  }

  void read_head(const YamlNode& root) {
    if (const auto name = yaml_.require_text(root, "suite")) {
      suite_.name = *name;
      if (!is_file_name(*name))
        yaml_.fail(*root.find("suite"), fmt::format("'{}' cannot be a suite's name", *name),
                   fmt::format("letters, digits, '-', '_' and '.', at most {}", kMaxName));
    }
    suite_.seed = kDefaultSeed;
    if (root.find("seed") != nullptr) {
      if (const YamlNode* seed = yaml_.require(root, "seed"))
        suite_.seed = yaml_.unsigned_of(*seed).value_or(kDefaultSeed);
    }
    suite_.repetitions =
        static_cast<int>(yaml_.optional_integer(root, "repetitions", 1, kMaxRepetitions).value_or(1));
  }

  /// Where the card of a model is, as written or, for a path, beside the suite.
  [[nodiscard]] std::string card_location(const std::string& written) const {
    return looks_like_path(written) ? beside_suite(written).string() : written;
  }

  void read_trials(const YamlNode* trials) {
    if (trials == nullptr) return;
    if (trials->is_map()) {
      if (!yaml_.check_keys(*trials, {"sample"}, "'trials'")) return;
      suite_.trials.kind = TrialRequest::Kind::sample;
      suite_.trials.count = yaml_.require_integer(*trials, "sample", 1, 1'000'000'000).value_or(1);
      return;
    }
    const bool known = trials->is_scalar() && (trials->text == "listed" || trials->text == "all");
    if (!known)
      yaml_.fail(*trials, fmt::format("'trials': expected listed, all or {{ sample: N }}, found {}",
                                      described(*trials)));
    else if (trials->text == "all")
      suite_.trials.kind = TrialRequest::Kind::all;
  }

  void read_threshold(const YamlNode* threshold) {
    if (threshold == nullptr || !yaml_.check_keys(*threshold, {"fmr", "from"}, "'threshold'")) return;
    const YamlNode* fmr = threshold->find("fmr");
    if (const auto rate = yaml_.optional_number(*threshold, "fmr")) {
      suite_.threshold.fmr = *rate;
      if (*rate <= 0 || *rate >= 1)
        yaml_.fail(*fmr, fmt::format("'fmr' must lie between 0 and 1, found {}", fmr->text));
    }
    const YamlNode* from = threshold->find("from");
    if (from != nullptr) read_threshold_source(*threshold);
    if (fmr != nullptr && suite_.threshold.from != ThresholdRule::From::data)
      yaml_.fail(*fmr, fmt::format("'fmr' has no effect with 'from: {}'", from->text),
                 "leave it out, or write 'from: data'");
  }

  void read_threshold_source(const YamlNode& threshold) {
    const auto source = yaml_.require_text(threshold, "from");
    if (!source || *source == "data") return;
    if (*source == "card") {
      suite_.threshold.from = ThresholdRule::From::card;
      return;
    }
    const YamlNode& place = *threshold.find("from");
    if (!source->ends_with(".json")) {
      const std::string near = closest_match(*source, {"data", "card"});
      yaml_.fail(place, fmt::format("unknown threshold source '{}'", *source),
                 near.empty() ? "known: data, card, the run.json of another run"
                              : fmt::format("did you mean '{}'?", near));
      return;
    }
    suite_.threshold.from = ThresholdRule::From::run;
    suite_.threshold.run_file = *source;
    suite_.threshold_run = beside_suite(*source);
    std::error_code ignored;
    if (!fs::is_regular_file(suite_.threshold_run, ignored)) fail_missing(place, *source);
  }

  void fail_missing(const YamlNode& place, const std::string& written) {
    yaml_.fail(place, fmt::format("there is no file '{}'", written),
               fs::path(written).is_relative() ? "paths are relative to the suite file" : "");
  }

  void read_models(const YamlNode& root) {
    const YamlNode* models = yaml_.require(root, "models");
    if (models == nullptr || !is_filled_list("models", *models, "[dlib_resnet, faceplugin]")) return;
    for (const YamlNode& node : models->items) {
      if (const auto written = yaml_.text_of(node)) read_model(node, *written);
    }
  }

  void read_model(const YamlNode& node, const std::string& written) {
    const bool is_path = looks_like_path(written);
    // As the user sees it from here, for messages about the card itself.
    const std::string shown = is_path ? (suite_.file.parent_path() / written).string() : written;
    std::error_code ignored;
    if (is_path && !fs::exists(shown, ignored)) {
      fail_missing(node, written);
      return;
    }
    try {
      const std::string name = find_model_card(shown).name;
      if (std::find(model_names_.begin(), model_names_.end(), name) != model_names_.end())
        yaml_.fail(node, fmt::format("the model '{}' is listed twice", name));
      model_names_.push_back(name);
      suite_.models.push_back(card_location(written));
    } catch (const ConfigError& error) {
      yaml_.fail(node, error);
    }
  }

  void read_perturb(const YamlNode& perturb, const std::vector<Stage>& stages) {
    suite_.conditions = read_conditions(yaml_, perturb, stages, suite_.severity_set);
    if (!suite_.calibration) return;
    for (const Condition& condition : suite_.conditions) {
      if (condition.needs_other_face()) {
        yaml_.fail(
            perturb,
            fmt::format("'{}' cannot be calibrated: it needs another person's face", condition.label()),
            "give it a severity in a suite of its own");
        return;
      }
      for (const Step& step : condition.steps) {
        if (!step.severity || *step.severity == 0 || *step.severity >= 1) continue;
        yaml_.fail(perturb,
                   fmt::format("'{}': severity {} has no set point", step.perturbation,
                               shortest(*step.severity)),
                   "calibrated severities are 0, or lie between 1 and 5");
        return;
      }
    }
  }

  std::vector<Stage> read_stages(const YamlNode& root) {
    const std::string stage =
        yaml_.optional_choice(root, "stage", {"crop", "capture", "both"}).value_or("crop");
    if (stage != "crop" && suite_.crop_px)
      yaml_.fail(*root.find("stage"),
                 fmt::format("'stage: {}' perturbs whole photographs, which are not resampled to {} px",
                             stage, *suite_.crop_px),
                 "write 'stage: crop'");
    if (stage == "both") return {Stage::crop, Stage::capture};
    return {stage == "crop" ? Stage::crop : Stage::capture};
  }

  void read_outputs(const YamlNode& root) {
    suite_.metrics = metric_names();
    suite_.reports = {"markdown", "csv"};
    if (root.find("metrics") != nullptr)
      suite_.metrics = read_names(root, "metrics", "metric", metric_names(), "[drift, verification]");
    if (root.find("report") != nullptr)
      suite_.reports = read_names(root, "report", "report", writer_names(), "[markdown, csv]");
  }

  void read_kept(const YamlNode& root) {
    if (root.find("keep") == nullptr) return;
    const auto kept = read_names(root, "keep", "output", {"vectors", "pictures"}, "[vectors, pictures]");
    const auto asked = [&](const char* name) {
      return std::find(kept.begin(), kept.end(), name) != kept.end();
    };
    suite_.keep_vectors = asked("vectors");
    suite_.keep_pictures = asked("pictures");
  }

  /// Columns without a metric that uses them, or the other way round, are a slip.
  void check_groups(const YamlNode& root) {
    const YamlNode* metrics = root.find("metrics");
    if (metrics == nullptr) return;
    const auto uses_groups = [](const std::string& metric) {
      return metric == "groups" || metric == "group_interaction";
    };
    const bool used = std::any_of(suite_.metrics.begin(), suite_.metrics.end(), uses_groups);
    const YamlNode* groups = root.find("groups");
    if (groups != nullptr && !used)
      yaml_.fail(*groups, "'groups' has no effect: none of the metrics uses groups",
                 "add groups or group_interaction to 'metrics'");
    if (groups == nullptr && used)
      yaml_.fail(*metrics, "a metric needs groups of people, and the suite names none",
                 "add `groups: [COLUMN]` with a column of the manifest");
  }

  bool is_filled_list(const char* key, const YamlNode& node, const char* example) {
    if (node.is_list() && !node.items.empty()) return true;
    yaml_.fail(node,
               node.is_list() ? fmt::format("'{}' is an empty list", key)
                              : fmt::format("'{}': expected a list, found {}", key, described(node)),
               fmt::format("write {}: {}", key, example));
    return false;
  }

  std::vector<std::string> read_names(const YamlNode& root, const char* key, const char* what,
                                      const std::vector<std::string>& known, const char* example) {
    const YamlNode* list = yaml_.require(root, key);
    if (list == nullptr || !is_filled_list(key, *list, example)) return {};
    std::vector<std::string> names;
    for (const YamlNode& node : list->items) {
      const auto name = yaml_.text_of(node);
      if (!name) continue;
      if (std::find(known.begin(), known.end(), *name) == known.end()) {
        const std::string metric = list == root.find("metrics") ? metric_of_measure(*name) : "";
        yaml_.fail(node, fmt::format("unknown {} '{}'", what, *name),
                   metric.empty() ? suggestion(*name, known)
                                  : fmt::format("it is a number that the metric '{}' gives", metric));
      } else if (std::find(names.begin(), names.end(), *name) != names.end()) {
        yaml_.fail(node, fmt::format("the {} '{}' is listed twice", what, *name));
      }
      names.push_back(*name);
    }
    return names;
  }

  void read_acquisition(const YamlNode* acquisition) {
    if (acquisition == nullptr ||
        !yaml_.check_keys(*acquisition, {"detector", "detector_file", "multi_face", "no_face"},
                          "'acquisition'"))
      return;
    if (const auto detector = yaml_.optional_choice(*acquisition, "detector", detector_names()))
      suite_.detector = *detector;
    read_detector_file(*acquisition);
    if (const auto choice = yaml_.optional_choice(*acquisition, "multi_face",
                                                  {"largest", "central", "nearest", "refuse", "all"}))
      read_face_choice(*acquisition->find("multi_face"), *choice);
    if (const auto rule = yaml_.optional_choice(*acquisition, "no_face", {"fail", "centre_box"}))
      suite_.no_face = *rule == "fail" ? NoFace::fail : NoFace::centre_box;
  }

  /// From here on the detector is called `NAME:FILE`.
  void read_detector_file(const YamlNode& acquisition) {
    const YamlNode* file = acquisition.find("detector_file");
    const bool needed = detector_needs_file(suite_.detector);
    if (file == nullptr && needed)
      yaml_.fail(*acquisition.find("detector"),
                 fmt::format("'{}' needs the file of its weights", suite_.detector),
                 "add `detector_file: FILE`");
    if (file == nullptr) return;
    if (!needed) {
      yaml_.fail(*file, fmt::format("'{}' takes no 'detector_file'", suite_.detector));
      return;
    }
    const auto written = yaml_.require_text(acquisition, "detector_file");
    if (!written) return;
    const fs::path path = beside_suite(*written);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) fail_missing(*file, *written);
    suite_.detector += ":" + path.string();
  }

  void read_face_choice(const YamlNode& place, const std::string& choice) {
    if (choice == "largest") suite_.face_choice = FaceChoice::largest;
    if (choice == "central") suite_.face_choice = FaceChoice::central;
    if (choice == "nearest") suite_.face_choice = FaceChoice::nearest_to_hint;
    if (choice == "refuse") suite_.face_choice = FaceChoice::refuse;
    // What a folder of photographs does by itself; elsewhere the data say who a photograph shows.
    if (choice == "all" && suite_.data.kind != "images")
      yaml_.fail(
          place,
          fmt::format("'multi_face: all' needs 'data: {{ images: DIR }}', not '{}'", suite_.data.kind),
          "choose largest, central, nearest or refuse");
  }

  YamlReader yaml_;
  fs::path folder_;
  Suite suite_;
  std::vector<std::string> model_names_;  // as their cards say
};

}  // namespace

Suite parse_suite(const std::string& text, const fs::path& file) {
  return SuiteReader(text, file).read();
}

Suite read_suite(const fs::path& file) {
  return parse_suite(read_source_text(file, YamlReader::kMaxBytes), file);
}

}  // namespace robench
