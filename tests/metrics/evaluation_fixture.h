// SPDX-License-Identifier: Apache-2.0
// Small data with known answers: who is who in one line, embeddings as plain numbers.
#pragma once

#include <cmath>
#include <initializer_list>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metrics/metric.h"
#include "metrics/threshold.h"
#include "metrics/trial.h"
#include "perturb/random_stream.h"

namespace robench::test {

/// One sample per name, each in a photograph and session of its own; "" = unknown subject.
inline std::vector<Sample> samples_of(const std::vector<std::string>& subjects) {
  std::vector<Sample> samples;
  for (const std::string& subject : subjects) {
    Sample sample;
    sample.id = "photo" + std::to_string(samples.size());
    sample.photograph = sample.id;
    sample.subject = subject;
    samples.push_back(sample);
  }
  return samples;
}

inline EvaluationData data_of(std::vector<Sample> samples, std::vector<Trial> listed = {},
                              TrialRequest request = {}, std::uint64_t seed = 7) {
  std::vector<AcquiredFace> faces(samples.size());
  return make_evaluation_data(std::move(samples), std::move(faces), std::move(listed), request, seed);
}

/// `subjects` subjects s0, s1, ... with `each` samples, one after the other.
inline std::vector<std::string> repeated_subjects(int subjects, int each) {
  std::vector<std::string> names;
  for (int s = 0; s < subjects; ++s)
    for (int k = 0; k < each; ++k) names.push_back("s" + std::to_string(s));
  return names;
}

/// Rows of equal length, all ok.
inline EmbeddingTable table_of(const std::vector<std::vector<float>>& rows) {
  EmbeddingTable table;
  table.status.assign(rows.size(), Status::ok);
  table.vectors.resize(std::ssize(rows), rows.empty() ? 2 : std::ssize(rows[0]));
  for (Eigen::Index r = 0; r < table.vectors.rows(); ++r)
    for (Eigen::Index c = 0; c < table.vectors.cols(); ++c) table.vectors(r, c) = rows[r][c];
  return table;
}

/// Unit vectors in the plane.
inline EmbeddingTable table_of_angles(const std::vector<double>& degrees) {
  std::vector<std::vector<float>> rows;
  for (double angle : degrees) {
    const double radians = angle * std::numbers::pi / 180;
    rows.push_back({static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))});
  }
  return table_of(rows);
}

inline EmbeddingTable random_table(int rows, int dim, std::uint64_t seed) {
  EmbeddingTable table;
  table.status.assign(rows, Status::ok);
  table.vectors.resize(rows, dim);
  const RandomStream stream(seed, "random_table", "", "", 0);
  stream.fill_normal(0, table.vectors.data(), static_cast<std::size_t>(table.vectors.size()));
  return table;
}

inline void fail(EmbeddingTable& table, std::size_t row, Status status = Status::no_face) {
  table.status[row] = status;
  table.vectors.row(static_cast<Eigen::Index>(row)).setZero();
}

inline ModelCard card_of(Comparison comparison = Comparison::cosine,
                         std::optional<double> threshold = std::nullopt) {
  ModelCard card;
  card.name = "planted";
  card.comparison = comparison;
  card.threshold = threshold;
  return card;
}

inline ThresholdRule from_card() {
  ThresholdRule rule;
  rule.from = ThresholdRule::From::card;
  return rule;
}

inline ThresholdRule from_data(double fmr) {
  ThresholdRule rule;
  rule.fmr = fmr;
  return rule;
}

inline const Measure* find(const std::vector<Measure>& measures, const std::string& name) {
  for (const Measure& measure : measures)
    if (measure.name == name) return &measure;
  return nullptr;
}

/// The measures of one metric on one cell, threshold included.
inline std::vector<Measure> evaluate(const std::string& metric, const ModelCard& card,
                                     const EvaluationData& data, const EmbeddingTable& clean,
                                     const std::vector<const EmbeddingTable*>& perturbed,
                                     const ThresholdRule& rule, Stage stage = Stage::crop) {
  const Threshold threshold = make_threshold(rule, card, data, clean);
  const auto prepared = find_metric(metric)->prepare({card, data, clean, threshold});
  Condition condition;
  condition.stage = stage;
  return prepared->evaluate({condition, perturbed});
}

/// No number without its n, and none missing without its reason.
inline void check_honest(const std::vector<Measure>& measures) {
  for (const Measure& measure : measures) {
    CAPTURE(measure.name);
    CHECK_FALSE(measure.unit.empty());
    if (std::isnan(measure.value)) {
      CHECK_FALSE(measure.note.empty());
      CHECK_FALSE(measure.ci95.has_value());
    } else {
      CHECK(std::isfinite(measure.value));
    }
    if (!measure.ci95) continue;
    CHECK(std::isfinite(measure.ci95->low));
    CHECK(std::isfinite(measure.ci95->high));
    CHECK(measure.ci95->low <= measure.ci95->high);
  }
}

}  // namespace robench::test
