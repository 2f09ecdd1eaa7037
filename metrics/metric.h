// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "metrics/rate.h"
#include "metrics/threshold.h"
#include "metrics/trial.h"
#include "models/embedding_table.h"
#include "models/model_card.h"
#include "perturb/condition.h"

namespace robench {

/// What is known of a model before any perturbed condition is judged. Outlives the metrics.
struct CleanContext {
  const ModelCard& card;
  const EvaluationData& data;
  const EmbeddingTable& clean;
  const Threshold& threshold;
};

/// What the probes of a perturbed table are compared with: the clean references, or the same table where
/// the perturbation is applied to both sides.
[[nodiscard]] inline const EmbeddingTable& references(const CleanContext& context,
                                                      const EmbeddingTable& perturbed) {
  return context.data.apply_to == ApplyTo::both ? perturbed : context.clean;
}

/// Adds to a note that the references are not clean, where they are not.
inline void note_references(const CleanContext& context, std::string& note) {
  if (context.data.apply_to == ApplyTo::both) add_note(note, "references perturbed like the probes");
}

/// One (model, condition): the unit of work and of report.
struct Cell {
  const Condition& condition;
  /// One table per repetition that is judged: one of them, or all for the pooled row.
  std::vector<const EmbeddingTable*> perturbed;
  /// Of a capture-stage cell, the tables of the same condition in the crop stage, repetition by
  /// repetition; empty where the suite does not run both.
  std::vector<const EmbeddingTable*> in_crop_stage{};
};

/// The rows of one condition, for a metric that must see all of them.
struct JudgedCell {
  const Condition* condition = nullptr;
  std::vector<Measure>* measures = nullptr;  // of every metric
};

/// A metric ready to judge the cells of one model. evaluate() is pure and safe from several threads.
class PreparedMetric {
 public:
  virtual ~PreparedMetric() = default;
  [[nodiscard]] virtual std::vector<Measure> evaluate(const Cell& cell) const = 0;
  /// Called once all conditions are judged, with those of one repetition (or those of all repetitions
  /// pooled) in the order of the suite: p-values are adjusted here. May change its own rows only.
  virtual void finish(std::span<const JudgedCell> /*cells*/) const {}
};

/// A measure that a metric can return, for `robench list` and the README.
struct MeasureInfo {
  std::string name;
  std::string unit;
  Better better = Better::none;
  std::string summary;
};

struct MetricSpec {
  std::string name;  // file stem = YAML name
  std::string summary;
  std::vector<MeasureInfo> measures;
  /// Does the work that all conditions share (folds, probes, clean scores).
  std::function<std::unique_ptr<PreparedMetric>(const CleanContext&)> prepare;
};

/// Every metric, in the order of names. Built from the file names by CMake.
[[nodiscard]] const std::vector<MetricSpec>& metric_registry();
[[nodiscard]] const MetricSpec* find_metric(std::string_view name);
[[nodiscard]] std::vector<std::string> metric_names();

/// What samples.csv says of one face under one model.
struct SampleSummary {
  double drift_median = 0;  // 1 - cosine over the perturbed conditions; NaN without any
  double drift_p95 = 0;
  int worst_condition = -1;  // index into the conditions given; -1 = none
  double typicality_p = 0;   // conformal p of the leave-one-out kNN distance; small = atypical here
};
/// 1 - cosine of each row of the clean and the perturbed table; NaN where either is not ok.
[[nodiscard]] std::vector<float> drift_of_samples(const EmbeddingTable& clean,
                                                  const EmbeddingTable& perturbed);
/// drift: one vector of drift_of_samples() per perturbed condition (first repetition).
[[nodiscard]] std::vector<SampleSummary> summarise_samples(const EmbeddingTable& clean,
                                                           const std::vector<std::vector<float>>& drift);

}  // namespace robench
