// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/example_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace robench::tests {
namespace {

struct MadeUpCondition {
  std::string perturbation, family, label;
  std::optional<double> severity;
  std::string params;
  double strength;  // sets all numbers of its cells
  bool random = false;
};

const std::vector<MadeUpCondition>& conditions() {
  static const std::vector<MadeUpCondition> kConditions = {
      {"identity", "clean", "identity", 0, "", 0},
      {"gamma", "lighting", "gamma@0", 0, "gamma=1", 0},
      {"gamma", "lighting", "gamma@1", 1, "gamma=1.4", 3.1},
      {"gamma", "lighting", "gamma@3", 3, "gamma=2.2", 9.6},
      {"gamma", "lighting", "gamma@5", 5, "gamma=3.5", 24.3},
      {"side_light", "lighting", "side_light@5 direction=left", 5, "azimuth_deg=60;direction=left",
       25.1},
      {"side_light", "lighting", "side_light@5 direction=right", 5, "azimuth_deg=-60;direction=right",
       31.4},
      {"motion_blur", "blur", "motion_blur length=0.2", std::nullopt, "angle_deg=0;length=0.2", 12.5},
      {"sensor_noise", "noise", "sensor_noise@2", 2, "sigma=0.02", 7.25, true},
      {"chain", "chain", "gamma@3+motion_blur@2", std::nullopt, "gamma@3+motion_blur@2", 38.0},
  };
  return kConditions;
}

/// Four decimals: the golden files then do not depend on how a compiler joins operations.
double rounded(double number) { return std::round(number * 1e4) / 1e4; }

Measure value(std::string name, double number, std::string unit, std::int64_t n, double half_width,
              Better better, std::string note = "") {
  Measure measure{std::move(name), rounded(number), std::move(unit), n, {}, better, std::move(note)};
  if (half_width > 0) {
    measure.ci95 = Interval{rounded(std::max(0.0, number - half_width)), rounded(number + half_width)};
  }
  return measure;
}

/// model 1 drifts less than model 0; the numbers are round on purpose.
std::vector<Measure> measures(const MadeUpCondition& condition, int model, bool capture, int tables) {
  const double scale = model == 0 ? 1.0 : 0.75;
  const double angle = condition.strength * scale;
  const std::int64_t lost = capture && condition.strength > 20 ? 40 : 0;
  const std::int64_t faces = (2958 - lost) * tables;
  const std::string threshold =
      model == 0 ? "threshold 0.412 at FMR 1e-2 on 6,921,300 clean comparisons, budget 69213"
                 : "threshold 0.287 at FMR 1e-2 on 6,921,300 clean comparisons, budget 69213";
  std::vector<Measure> all;
  all.push_back(value("drift_angle_deg", angle, "deg", faces, angle * 0.03, Better::lower));
  all.push_back(
      value("drift_relative:non_mated", angle / 100, "1", faces, angle * 0.0005, Better::lower));
  all.push_back(value("fmr", 0.01, "share", 1497 - lost, 0.004, Better::lower, threshold));
  all.push_back(value("fnmr", 0.009 + angle * angle / 4000, "share", 1495 - lost, 0.005 + angle / 2000,
                      Better::lower, threshold));
  all.push_back(refused("fnmr@fmr=1e-4", "share", Better::lower, "budget 0.3 < 1: too few comparisons"));
  all.push_back(value("eer", 0.011 + angle / 1000, "share", 2992 - lost, 0.004, Better::lower));
  all.push_back(value("auc", 0.9985 - angle / 1000, "share", 2992 - lost, 0.0005, Better::higher));
  all.push_back(value("d_prime", 4.25 - angle / 20, "1", 2992 - lost, 0, Better::higher));
  all.push_back(value("lfw_accuracy", 0.9863 - angle / 500, "share", 2992 - lost, 0.004, Better::higher,
                      "mean over 5 folds, SD 0.0045, SE 0.0020"));
  all.push_back(value("geometry_r2_mean", 0.42 - angle / 200, "1", 1000, 0.05, Better::higher));
  all.push_back(value("geometry_r2:eye_distance_over_face_width", 0.61 - angle / 150, "1", 1000, 0.06,
                      Better::higher));
  all.push_back(value("geometry_rsa", 0.18 - angle / 500, "1", 1000, 0, Better::higher, "p = 0.001"));
  all.push_back(value("failure_to_acquire_rate", (9.0 + static_cast<double>(lost)) / 2967, "share",
                      2967 * tables, 0.001, Better::lower));
  if (lost > 0) {
    all.push_back(
        value("failure_to_acquire_rate:no_face", 31.0 / 2967, "share", 2967, 0, Better::lower));
  }
  all.push_back(capture ? value("wrong_face_rate", static_cast<double>(lost) / 4 / 2967, "share", 2967,
                                0, Better::lower)
                        : refused("wrong_face_rate", "share", Better::lower,
                                  "stage crop: the face is not searched for again"));
  return all;
}

void add_cells(RunRecord& run, int model, const std::string& stage) {
  for (const MadeUpCondition& condition : conditions()) {
    if (stage == "capture" && condition.family == "lighting" && condition.severity != 5.0) continue;
    for (const char* repetition : {"1", "2", "all"}) {
      if (repetition == std::string("2") && !condition.random) continue;
      CellRecord cell;
      cell.model = run.models[static_cast<std::size_t>(model)];
      cell.stage = stage;
      cell.perturbation = condition.perturbation;
      cell.family = condition.family;
      cell.label = condition.label;
      cell.severity = condition.severity;
      cell.params = condition.params;
      cell.repetition = repetition;
      const int tables = condition.random && cell.repetition == "all" ? 2 : 1;
      cell.measures = measures(condition, model, stage == "capture", tables);
      run.cells.push_back(std::move(cell));
    }
  }
}

void add_samples(RunRecord& run) {
  const double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& model : run.models) {
    SampleRecord fine{"Ann_Example/Ann_Example_0001.jpg",
                      0,
                      "Ann_Example",
                      "ok",
                      "",
                      Box{83.5, 92, 87, 87.25},
                      42.125,
                      false,
                      model,
                      SampleSummary{0.031, 0.25, 6, 0.75},
                      "side_light@5 direction=right"};
    SampleRecord fallback = fine;
    fallback.path = "Bo \"B\" Example/Bo, 1.jpg";
    fallback.subject = "Bo \"B\" Example";
    fallback.box = Box{-4, 10, 120, 120};
    fallback.fallback_box = true;
    fallback.summary = SampleSummary{kNaN, kNaN, -1, 0.05};
    fallback.worst_condition = "";
    SampleRecord failed{"broken/=cmd.jpg",
                        1,
                        "",
                        "undecodable",
                        "ends after 12 of 4,096 bytes",
                        std::nullopt,
                        std::nullopt,
                        false,
                        model,
                        std::nullopt,
                        ""};
    SampleRecord absent = failed;
    absent.path = "-empty.png";
    absent.face = 0;
    absent.status = "no_face";
    absent.reason = "the detector found no face";
    run.samples.insert(run.samples.end(), {fine, fallback, failed, absent});
  }
}

void add_summaries(RunRecord& run) {
  for (const int model : {0, 1}) {
    const double scale = model == 0 ? 1.0 : 0.75;
    for (const char* scope : {"gamma", "family:lighting", "all"}) {
      SummaryRecord record{run.models[static_cast<std::size_t>(model)], "crop", scope, {}};
      record.measures.push_back(
          value("mean_error:fnmr", 0.05 * scale, "share", 4485, 0.01, Better::lower));
      record.measures.push_back(
          value("mean_error:drift_angle_deg", 12.3 * scale, "deg", 8874, 0.4, Better::lower));
      if (record.scope == "gamma")
        record.measures.push_back(
            model == 0 ? value("breakdown_severity", 4.2, "severity", 4485, 0.3, Better::higher)
                       : refused("breakdown_severity", "severity", Better::higher,
                                 "> 5: the limit is not passed; FNMR limit 0.1"));
      if (record.scope == "all")
        record.measures.push_back(
            value("rank:fnmr", 2.0 - model, "1", 4485, 0, Better::lower, "of 2 models by mean error"));
      run.summaries.push_back(std::move(record));
    }
  }
  run.summaries.push_back(
      {"all", "crop", "all", {value("ranking_flip_rate:fnmr", 0.004, "share", 1000, 0, Better::lower)}});
}

/// Two bell-like histograms that come closer to each other from condition to condition, and a DET curve.
void add_curves(RunRecord& run) {
  for (const std::string& model : run.models) {
    for (const auto& [label, centre] : {std::pair("identity", 30), std::pair("gamma@3", 27),
                                        std::pair("gamma@5", 24), std::pair("sensor_noise@2", 26)}) {
      CurveRecord record{model, "crop", label, {}};
      BinnedCurves& curves = record.curves;
      curves.mated = curves.non_mated = {-0.2, 1, std::vector<std::int64_t>(BinnedCurves::kScoreBins)};
      for (int bin = 0; bin < static_cast<int>(BinnedCurves::kScoreBins); ++bin) {
        curves.mated.counts[static_cast<std::size_t>(bin)] =
            std::max(0, 240 - 40 * std::abs(bin - centre));
        curves.non_mated.counts[static_cast<std::size_t>(bin)] =
            std::max(0, 300 - 50 * std::abs(bin - 14));
      }
      curves.fmr = {0, 0.0005, 0.005, 0.05, 0.5, 1};
      for (const double fmr : curves.fmr)
        curves.fnmr.push_back(rounded((1 - fmr) * (40 - centre) / 100));
      if (record.label != "identity") {
        curves.drift_deg = {0, 120, std::vector<std::int64_t>(BinnedCurves::kDriftBins)};
        for (int bin = 0; bin < static_cast<int>(BinnedCurves::kDriftBins); ++bin)
          curves.drift_deg.counts[static_cast<std::size_t>(bin)] =
              std::max(0, 500 - 100 * std::abs(bin - (36 - centre)));
      }
      run.curves.push_back(std::move(record));
    }
  }
}

nlohmann::json provenance() {
  return {
      {"robench", "0.1.0"},
      {"suite_text", "suite: lighting\nmodels: [dlib_resnet, faceplugin]\n"},
      {"data", {{"samples", 2967}, {"subjects", 1680}, {"sha256", std::string(64, 'd')}}},
      {"models",
       {{"dlib_resnet",
         {{"weights_sha256", std::string(64, 'a')}, {"dim", 128}, {"licence", "CC0-1.0"}}},
        {"faceplugin", {{"weights_sha256", std::string(64, 'b')}, {"dim", 512}, {"licence", "MIT"}}}}},
      {"perturbations", {{"gamma", 1}, {"side_light", 2}}},
      {"thresholds",
       {{"dlib_resnet", {{"value", 0.412}, {"halves", {0.41, 0.414}}, {"target_fmr", 0.01}}},
        {"faceplugin", {{"value", nullptr}, {"reason", "no card threshold"}}}}},
      {"batch_size", 32}};
}

}  // namespace

RunRecord example_run() {
  RunRecord run;
  run.suite = "lighting";
  run.data = "lfw";
  run.seed = 20261123;
  run.models = {"dlib_resnet", "faceplugin"};
  for (const int model : {0, 1}) {
    for (const char* stage : {"crop", "capture"}) add_cells(run, model, stage);
  }
  add_samples(run);
  add_summaries(run);
  add_curves(run);
  run.gates = {{"lfw_accuracy of dlib_resnet on identity >= 0.98", true, "98.63 % (n = 2,992)"},
               {"fnmr of faceplugin on gamma@5 <= 0.05", false, "9.20 % (n = 1,495)"}};
  run.notes = {"3000 listed pairs in 5 folds",
               "9 of 2967 faces were not detected and needed a fall-back box",
               "crop stage: aligned by clean landmarks, a lower bound on drift"};
  run.provenance = provenance();
  run.execution = {{"threads", 2}, {"host", "example"}};
  return run;
}

RunRecord example_run_without_pairs() {
  RunRecord run = example_run();
  run.data = "sample";
  run.notes.clear();
  run.summaries.clear();
  for (CellRecord& cell : run.cells) {
    for (Measure& measure : cell.measures) {
      const std::string kReason =
          "no mated comparison: no known subject has samples from two photographs";
      if (measure.name.rfind("fnmr", 0) == 0 || measure.name == "eer" || measure.name == "auc" ||
          measure.name == "d_prime") {
        measure = refused(measure.name, measure.unit, measure.better, kReason);
      }
      if (measure.name.rfind("drift", 0) == 0) measure.n = 21;
      if (measure.name == "lfw_accuracy") {
        const double share = cell.severity == 0.0 ? 0.0 : 4.0 / 21;
        measure = value("self_non_match_rate", share, "share", 21, 0.15, Better::lower,
                        "each sample against its own perturbed picture; not an FNMR");
      }
    }
  }
  return run;
}

CellRecord& cell_of(RunRecord& run, const std::string& model, const std::string& stage,
                    const std::string& label) {
  for (CellRecord& cell : run.cells) {
    if (cell.model == model && cell.stage == stage && cell.label == label && cell.repetition == "all") {
      return cell;
    }
  }
  throw std::logic_error("the example has no such cell");
}

Measure& measure_of(CellRecord& cell, const std::string& name) {
  const auto found = std::find_if(cell.measures.begin(), cell.measures.end(),
                                  [&](const Measure& measure) { return measure.name == name; });
  if (found == cell.measures.end()) throw std::logic_error("the example has no such measure");
  return *found;
}

}  // namespace robench::tests
