// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "metrics/binned_curves.h"
#include "metrics/measure.h"
#include "metrics/metric.h"
#include "models/face.h"
#include "perturb/condition.h"

namespace robench {

/// The measures of one model under one condition and repetition.
struct CellRecord {
  std::string model;
  std::string stage;         // "crop" or "capture"
  std::string perturbation;  // "identity", "gamma", "chain"
  std::string family;
  std::string label;               // for people: "gamma@3"
  std::optional<double> severity;  // empty for physical values and chains
  std::string params;
  std::string repetition;  // "1", "2", ... or "all"
  std::vector<Measure> measures;
};

/// One face under one model, for samples.csv.
struct SampleRecord {
  std::string path;  // sample id without "#k"
  int face = 0;      // k
  std::string subject;
  std::string status;
  std::string reason;
  std::optional<Box> box;
  std::optional<double> inter_eye_px;
  bool fallback_box = false;
  std::string model;
  std::optional<SampleSummary> summary;
  std::string worst_condition;
  std::optional<double> brightness{};  // of the clean face, 0..1
  std::optional<double> sharpness{};  // of the clean face: SD of the Laplacian at 40 px between the eyes
};

/// Measures of one model over the conditions of a run.
struct SummaryRecord {
  std::string model;  // "all": of the models together
  std::string stage;
  std::string scope;  // a perturbation, "family:NAME" or "all"
  std::vector<Measure> measures;
};

/// What the curves of one model under one condition are drawn from.
struct CurveRecord {
  std::string model;
  std::string stage;
  std::string label;
  BinnedCurves curves;
};

/// A face under a condition, for report.html of a run that may show it. Never part of run.json, which
/// travels: a page that is made from a run.json later shows none.
struct ExamplePicture {
  std::string family;  // "" = the clean picture
  std::string label;
  std::string sample;
  std::vector<std::uint8_t> jpeg;
};

/// The outcome of one `require:` gate.
struct GateRecord {
  std::string text;  // as in the suite: "lfw_accuracy of dlib_resnet on identity >= 0.98"
  bool passed = false;
  std::string found;  // "0.9863 (n = 3000)"
};

/// A whole run: everything that the documents show, and everything needed to run it again.
/// Nothing here depends on time, threads, machine or paths, except `execution`.
struct RunRecord {
  static constexpr int kSchema = 4;  // 2: summaries, 3: outcomes, 4: curves
  static constexpr const char* kFormat = "robench-run";
  std::string suite;
  std::string data;  // "lfw", "sample", ...
  std::uint64_t seed = 0;
  bool is_private = false;
  std::vector<std::string> models;
  std::vector<CellRecord> cells;  // by model, then stage, then condition in suite order, then repetition
  std::vector<SampleRecord> samples;
  std::vector<SummaryRecord> summaries;  // by model, stage and scope
  std::vector<CurveRecord> curves;       // by model and condition
  std::vector<ExamplePicture> pictures;  // not in run.json
  std::vector<GateRecord> gates;
  std::vector<std::string> notes;     // trials left out, fall-back boxes, "aligned by clean landmarks"
  std::vector<std::string> findings;  // see findings.h
  nlohmann::json provenance;  // suite text, hashes of data, models, perturbation versions, thresholds
  nlohmann::json outcomes;    // sidecars of the run and their hashes, see outcome_files.h; null = none
  nlohmann::json execution;   // start, durations, threads, host, paths, command line, cache hits
};

/// Canonical run.json: keys sorted, shortest round-trip numbers, NaN as null, a newline at the end.
[[nodiscard]] std::string run_json(const RunRecord& run);
/// Reads run.json back, exactly. Throws ConfigError, with the place or the JSON pointer: not readable,
/// not JSON, not a run, a newer schema, a key that is missing or unknown, a value of a wrong type.
[[nodiscard]] RunRecord read_run(const std::filesystem::path& file);

}  // namespace robench
