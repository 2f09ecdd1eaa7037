// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "perturb/error.h"
#include "reports/run_record.h"

namespace robench {
namespace {

using nlohmann::json;

constexpr int kSchemaWithoutSummaries = 1;

[[noreturn]] void fail(SourcePlace place, std::string message, std::string hint = {}) {
  throw ConfigError({Diagnostic{std::move(place), std::move(message), std::move(hint), {}}});
}

/// A value of the document that knows where it stands, so that every complaint can say so.
class Node {
 public:
  Node(const json& value, const std::string& file, std::string pointer)
      : value_(value), file_(file), pointer_(std::move(pointer)) {}

  /// Requires of the user: an object with exactly these keys, and any of the optional ones.
  void expect_keys(std::initializer_list<std::string_view> keys,
                   std::initializer_list<std::string_view> optional = {}) const {
    if (!value_.is_object()) complain("expected an object");
    for (const auto& [key, ignored] : value_.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end() &&
          std::find(optional.begin(), optional.end(), key) == optional.end()) {
        fail({file_}, fmt::format("{}: unknown key '{}'", pointer_or_root(), key));
      }
    }
    for (const std::string_view key : keys) {
      if (!value_.contains(key)) {
        fail({file_}, fmt::format("{}: key '{}' is missing", pointer_or_root(), key));
      }
    }
  }

  [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }
  [[nodiscard]] Node at(const char* key) const { return {value_.at(key), file_, pointer_ + "/" + key}; }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) complain("expected a string");
    return value_.get<std::string>();
  }

  [[nodiscard]] bool boolean() const {
    if (!value_.is_boolean()) complain("expected true or false");
    return value_.get<bool>();
  }

  /// null is NaN: a value that is not available.
  [[nodiscard]] double number_or_nan() const {
    if (value_.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (!value_.is_number()) complain("expected a number or null");
    return value_.get<double>();
  }

  [[nodiscard]] std::optional<double> number_or_none() const {
    if (value_.is_null()) return std::nullopt;
    return number_or_nan();
  }

  [[nodiscard]] std::int64_t whole(std::int64_t low, std::int64_t high) const {
    const bool too_large =
        value_.is_number_unsigned() && value_.get<std::uint64_t>() > static_cast<std::uint64_t>(high);
    if (!value_.is_number_integer() || too_large || value_.get<std::int64_t>() < low ||
        value_.get<std::int64_t>() > high) {
      complain("expected a whole number in its range");
    }
    return value_.get<std::int64_t>();
  }

  [[nodiscard]] std::uint64_t unsigned_whole() const {
    if (!value_.is_number_unsigned()) complain("expected a whole number, 0 or more");
    return value_.get<std::uint64_t>();
  }

  [[nodiscard]] json object() const {
    if (!value_.is_object()) complain("expected an object");
    return value_;
  }

  [[nodiscard]] bool is_null() const { return value_.is_null(); }

  /// Every element through `read`, a function of Node.
  template <typename Read>
  [[nodiscard]] auto list(Read read) const {
    if (!value_.is_array()) complain("expected a list");
    std::vector<decltype(read(*this))> result;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      result.push_back(read(Node(value_[i], file_, fmt::format("{}/{}", pointer_, i))));
    }
    return result;
  }

  [[nodiscard]] std::vector<double> numbers(std::size_t count) const {
    auto result = list([](const Node& node) { return node.number_or_nan(); });
    if (result.size() != count) complain(fmt::format("expected {} numbers", count));
    return result;
  }

  [[noreturn]] void complain(const std::string& expectation) const {
    fail({file_}, fmt::format("{}: {}, found {}", pointer_or_root(), expectation, value_.type_name()));
  }

 private:
  [[nodiscard]] std::string pointer_or_root() const { return pointer_.empty() ? "/" : pointer_; }

  const json& value_;
  const std::string& file_;
  std::string pointer_;  // RFC 6901
};

std::string node_text(const Node& node) { return node.text(); }

int whole_int(const Node& node, int low) {
  return static_cast<int>(node.whole(low, std::numeric_limits<int>::max()));
}

Better better(const Node& node) {
  const std::string word = node.text();
  for (const Better value : {Better::lower, Better::higher, Better::none}) {
    if (word == to_string(value)) return value;
  }
  node.complain("expected lower, higher or none");
}

Measure measure_record(const Node& node) {
  node.expect_keys({"name", "value", "unit", "n", "ci95", "better", "note"});
  Measure result;
  result.name = node.at("name").text();
  result.value = node.at("value").number_or_nan();
  result.unit = node.at("unit").text();
  result.n = node.at("n").whole(0, std::numeric_limits<std::int64_t>::max());
  if (!node.at("ci95").is_null()) {
    const auto ends = node.at("ci95").numbers(2);
    result.ci95 = Interval{ends[0], ends[1]};
  }
  result.better = better(node.at("better"));
  result.note = node.at("note").text();
  return result;
}

CellRecord cell_record(const Node& node) {
  node.expect_keys({"model", "stage", "perturbation", "family", "label", "severity", "params",
                    "repetition", "measures"});
  CellRecord result;
  result.model = node.at("model").text();
  result.stage = node.at("stage").text();
  result.perturbation = node.at("perturbation").text();
  result.family = node.at("family").text();
  result.label = node.at("label").text();
  result.severity = node.at("severity").number_or_none();
  result.params = node.at("params").text();
  result.repetition = node.at("repetition").text();
  result.measures = node.at("measures").list(measure_record);
  return result;
}

SampleSummary summary(const Node& node) {
  node.expect_keys({"drift_median", "drift_p95", "worst_condition", "typicality_p"});
  return {node.at("drift_median").number_or_nan(), node.at("drift_p95").number_or_nan(),
          whole_int(node.at("worst_condition"), -1), node.at("typicality_p").number_or_nan()};
}

SampleRecord sample_record(const Node& node) {
  node.expect_keys({"path", "face", "subject", "status", "reason", "box", "inter_eye_px", "fallback_box",
                    "model", "summary", "worst_condition"},
                   {"brightness", "sharpness"});
  SampleRecord result;
  result.path = node.at("path").text();
  result.face = whole_int(node.at("face"), 0);
  result.subject = node.at("subject").text();
  result.status = node.at("status").text();
  result.reason = node.at("reason").text();
  if (!node.at("box").is_null()) {
    const auto box = node.at("box").numbers(4);
    result.box = Box{box[0], box[1], box[2], box[3]};
  }
  result.inter_eye_px = node.at("inter_eye_px").number_or_none();
  if (node.has("brightness")) result.brightness = node.at("brightness").number_or_none();
  if (node.has("sharpness")) result.sharpness = node.at("sharpness").number_or_none();
  result.fallback_box = node.at("fallback_box").boolean();
  result.model = node.at("model").text();
  if (!node.at("summary").is_null()) result.summary = summary(node.at("summary"));
  result.worst_condition = node.at("worst_condition").text();
  return result;
}

SummaryRecord summary_record(const Node& node) {
  node.expect_keys({"model", "stage", "scope", "measures"});
  return {node.at("model").text(), node.at("stage").text(), node.at("scope").text(),
          node.at("measures").list(measure_record)};
}

/// An empty list, or as many counts as the record makes bins of.
std::vector<std::int64_t> counts(const Node& node, std::size_t bins) {
  auto result = node.list(
      [](const Node& count) { return count.whole(0, std::numeric_limits<std::int64_t>::max()); });
  if (!result.empty() && result.size() != bins) node.complain(fmt::format("expected {} counts", bins));
  return result;
}

CurveRecord curve_record(const Node& node) {
  node.expect_keys({"model", "stage", "label", "scores", "det", "drift_deg"});
  CurveRecord result{node.at("model").text(), node.at("stage").text(), node.at("label").text(), {}};
  const Node scores = node.at("scores");
  scores.expect_keys({"low", "high", "mated", "non_mated"});
  const Histogram bins{scores.at("low").number_or_nan(), scores.at("high").number_or_nan(), {}};
  result.curves.mated = result.curves.non_mated = bins;
  result.curves.mated.counts = counts(scores.at("mated"), BinnedCurves::kScoreBins);
  result.curves.non_mated.counts = counts(scores.at("non_mated"), BinnedCurves::kScoreBins);
  const Node det = node.at("det");
  det.expect_keys({"fmr", "fnmr"});
  const auto number = [](const Node& rate) { return rate.number_or_nan(); };
  result.curves.fmr = det.at("fmr").list(number);
  result.curves.fnmr = det.at("fnmr").numbers(result.curves.fmr.size());
  const Node drift = node.at("drift_deg");
  drift.expect_keys({"low", "high", "counts"});
  result.curves.drift_deg = {drift.at("low").number_or_nan(), drift.at("high").number_or_nan(),
                             counts(drift.at("counts"), BinnedCurves::kDriftBins)};
  return result;
}

GateRecord gate_record(const Node& node) {
  node.expect_keys({"text", "passed", "found"});
  return {node.at("text").text(), node.at("passed").boolean(), node.at("found").text()};
}

/// The place of byte `offset` (from 0) of `content`.
SourcePlace place_of(const std::string& file, const std::string& content, std::size_t offset) {
  const std::string_view before = std::string_view(content).substr(0, std::min(offset, content.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');  // npos + 1 == 0: the first line
  return {file, static_cast<int>(lines) + 1, static_cast<int>(before.size() - (line_start + 1)) + 1};
}

json parse(const std::string& file, const std::string& content) {
  try {
    return json::parse(content);
  } catch (const json::parse_error& error) {
    fail(place_of(file, content, error.byte == 0 ? 0 : error.byte - 1), "not JSON");
  } catch (const json::out_of_range&) {
    fail({file}, "a number is too large");
  }
}

std::string content_of(const std::filesystem::path& file) {
  const char* const hint = "give the run.json that `robench suite` wrote, or its folder";
  if (!std::filesystem::exists(file)) fail({file.string()}, "there is no such run", hint);
  std::ifstream stream(file, std::ios::binary);
  if (!std::filesystem::is_regular_file(file) || !stream)
    fail({file.string()}, "cannot read the run", hint);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void expect_run(const json& document, const std::string& file) {
  const bool is_run = document.is_object() && document.contains("format") &&
                      document["format"] == RunRecord::kFormat && document.contains("schema") &&
                      document["schema"].is_number_integer();
  if (!is_run) {
    fail(
        {file},
        fmt::format("not a run of robench: no \"format\": \"{}\" with a \"schema\"", RunRecord::kFormat),
        "give the run.json that `robench suite` wrote");
  }
  const json& schema = document["schema"];
  if (schema < kSchemaWithoutSummaries || schema > RunRecord::kSchema) {
    fail({file},
         fmt::format("/schema: this robench reads schema 1 to {}, found {}", RunRecord::kSchema,
                     schema.dump()),
         "use the robench that wrote the file, or run the suite again");
  }
}

}  // namespace

RunRecord read_run(const std::filesystem::path& path) {
  const std::string file = path.string();
  const json document = parse(file, content_of(path));
  expect_run(document, file);
  const Node root(document, file, "");
  const bool has_summaries = document["schema"] != kSchemaWithoutSummaries;
  if (has_summaries)
    root.expect_keys({"format", "schema", "suite", "data", "seed", "private", "models", "cells",
                      "samples", "summaries", "gates", "notes", "findings", "provenance", "execution"},
                     {"outcomes", "curves"});
  else
    root.expect_keys({"format", "schema", "suite", "data", "seed", "private", "models", "cells",
                      "samples", "gates", "notes", "findings", "provenance", "execution"});
  RunRecord run;
  run.suite = root.at("suite").text();
  run.data = root.at("data").text();
  run.seed = root.at("seed").unsigned_whole();
  run.is_private = root.at("private").boolean();
  run.models = root.at("models").list(node_text);
  run.cells = root.at("cells").list(cell_record);
  run.samples = root.at("samples").list(sample_record);
  if (has_summaries) run.summaries = root.at("summaries").list(summary_record);
  if (root.has("curves")) run.curves = root.at("curves").list(curve_record);
  run.gates = root.at("gates").list(gate_record);
  run.notes = root.at("notes").list(node_text);
  run.findings = root.at("findings").list(node_text);
  run.provenance = root.at("provenance").object();
  if (root.has("outcomes")) run.outcomes = root.at("outcomes").object();
  run.execution = root.at("execution").object();
  return run;
}

}  // namespace robench
