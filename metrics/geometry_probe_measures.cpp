// SPDX-License-Identifier: Apache-2.0
// What the probes read, as measures: R2, its controls and its notes.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/geometry_controls.h"
#include "metrics/geometry_probes.h"
#include "metrics/rate.h"

namespace robench {

using Eigen::Index;

namespace {

constexpr int kPermutations = 999;

/// Mean over `columns` of R2 = 1 - (loss of the reader) / (loss of the training mean), of each row.
Eigen::ArrayXd mean_r2(const Eigen::MatrixXd& reader, const Eigen::MatrixXd& mean,
                       const std::vector<Index>& columns) {
  return (1 - reader(Eigen::all, columns).array() / mean(Eigen::all, columns).array()).rowwise().mean();
}

/// Percentiles of the replicates, which are spread about `value` by the variance that they do not show.
std::optional<Interval> interval_of(const Eigen::ArrayXd& replicates, double value,
                                    double hidden_variance) {
  const double seen = (replicates - replicates.mean()).square().mean();
  const double spread = seen > 0 ? std::sqrt(1 + hidden_variance / seen) : 1;
  const Eigen::ArrayXd widened = value + spread * (replicates - value);
  return percentile_interval({widened.data(), static_cast<std::size_t>(widened.size())});
}

}  // namespace

Measure GeometryProbes::r2(std::string name, const Readings& readings, const Losses& losses,
                           const std::vector<Index>& columns) const {
  const double value = mean_r2(losses.reader.colwise().sum(), losses.mean.colwise().sum(), columns)(0);
  const double hidden = columns.size() == 1 ? readings.between_folds.of_feature[columns.front()]
                                            : readings.between_folds.of_mean;
  return {.name = std::move(name),
          .value = value,
          .unit = "1",
          .n = std::ssize(readings.position),
          .ci95 = interval_of(mean_r2(losses.resampled_reader, losses.resampled_mean, columns), value,
                              hidden),
          .better = Better::higher,
          .note = ""};
}

Measure GeometryProbes::over_nuisance(const Judged& frozen) const {
  const Measure alone = r2(probe_names::kOverNuisance, frozen.readings, frozen.nuisance, shape_);
  Measure gain = r2(probe_names::kOverNuisance, frozen.readings, frozen.own, shape_);
  gain.ci95 =
      interval_of(mean_r2(frozen.own.resampled_reader, frozen.own.resampled_mean, shape_) -
                      mean_r2(frozen.nuisance.resampled_reader, frozen.nuisance.resampled_mean, shape_),
                  gain.value - alone.value, frozen.readings.between_folds.of_mean);
  gain.note = fmt::format(
      "frozen probe {:.3f} minus pose, expression and capture alone {:.3f}, paired; sharpness is not "
      "known here",
      gain.value, alone.value);
  gain.value -= alone.value;
  return gain;
}

Measure GeometryProbes::cross_image(const Readings& readings) const {
  const Index features = samples_.features.cols();
  Matrix sum = Matrix::Zero(weights_.cols(), features), squares = sum;
  std::vector<int> pictures(static_cast<std::size_t>(weights_.cols()), 0);
  for (int i = 0; i < samples_.size(); ++i) {
    sum.row(samples_.unit[i]) += samples_.features.row(i);
    squares.row(samples_.unit[i]) += samples_.features.row(i).cwiseAbs2();
    ++pictures[samples_.unit[i]];
  }
  Readings with_mate;
  with_mate.between_folds = readings.between_folds;
  std::vector<Index> rows;
  for (std::size_t i = 0; i < readings.position.size(); ++i) {
    if (pictures[samples_.unit[readings.position[i]]] < 2) continue;
    with_mate.position.push_back(readings.position[i]);
    rows.push_back(static_cast<Index>(i));
  }
  const int subjects = subjects_at(with_mate.position, samples_);
  if (subjects < kMinGeometrySubjects)
    return refused(probe_names::kCrossImage, "1", Better::higher,
                   fmt::format("{} subjects with a second picture; at least {} are needed", subjects,
                               kMinGeometrySubjects));
  // Mean over the subject's other pictures of (feature - guess)^2, from their sums.
  Matrix error(std::ssize(rows), features), error_of_mean = error;
  for (Index i = 0; i < error.rows(); ++i) {
    const int at = with_mate.position[static_cast<std::size_t>(i)];
    const int unit = samples_.unit[at];
    const Eigen::RowVectorXd own = samples_.features.row(at);
    const Eigen::RowVectorXd mean = (sum.row(unit) - own) / (pictures[unit] - 1);
    const Eigen::RowVectorXd spread =
        (squares.row(unit) - own.cwiseAbs2()) / (pictures[unit] - 1) - mean.cwiseAbs2();
    error.row(i) =
        spread + (mean - readings.prediction.row(rows[static_cast<std::size_t>(i)])).cwiseAbs2();
    error_of_mean.row(i) = spread + (mean - probe_.training_mean().row(fold_[at])).cwiseAbs2();
  }
  Measure measure =
      r2(probe_names::kCrossImage, with_mate, losses(with_mate.position, error, error_of_mean), shape_);
  measure.note = fmt::format(
      "embedding of one picture, landmarks of the subject's other clean pictures; {} subjects with two "
      "or more",
      subjects);
  return measure;
}

std::vector<double> GeometryProbes::p_values(const Readings& readings) const {
  std::vector<int> row_of_unit(static_cast<std::size_t>(weights_.cols()), -1), fold;
  std::vector<double> pictures;
  for (const int i : readings.position) {
    int& row = row_of_unit[samples_.unit[i]];
    if (row < 0) {
      row = static_cast<int>(fold.size());
      fold.push_back(fold_[i]);
      pictures.push_back(0);
    }
    ++pictures[static_cast<std::size_t>(row)];
  }
  Matrix predicted = Matrix::Zero(std::ssize(fold), samples_.features.cols()), truth = predicted;
  for (std::size_t k = 0; k < readings.position.size(); ++k) {
    const int i = readings.position[k];
    const int row = row_of_unit[samples_.unit[i]];
    const double share = 1 / pictures[static_cast<std::size_t>(row)];
    predicted.row(row) += share * readings.prediction.row(static_cast<Index>(k));
    truth.row(row) += share * samples_.features.row(i);
  }
  PredictionTest test =
      test_predictions(predicted, truth, fold, shape_,
                       RandomStream(seed_, "geometry_r2 permutations", "", "", 0), kPermutations);
  test.p.push_back(test.p_mean);
  return test.p;
}

std::string GeometryProbes::error_note(Index feature) const {
  return fmt::format("landmark error makes about {:.0f} % of its variance",
                     100 * std::min(1.0, error_share_[feature]));
}

std::string GeometryProbes::p_note(const Judged& judged) {
  return fmt::format("p = {:.3f} ({} permutations of subjects, one-sided)", judged.p.back(),
                     kPermutations);
}

void GeometryProbes::add_features(const std::string& prefix, const Judged& judged, bool shape_only,
                                  std::vector<Measure>& measures) const {
  for (std::size_t k = 0; k < varies_.size(); ++k) {
    const GeometryFeature& feature = geometry_features()[k];
    if (shape_only && feature.nuisance()) continue;
    const auto column = static_cast<Index>(k);
    if (!judged.refusal.empty() || !varies_[k]) {
      measures.push_back(
          refused(probe_measure_name(prefix, feature), "1", probe_better(feature),
                  judged.refusal.empty() ? "the feature does not vary in this data" : judged.refusal));
      continue;
    }
    measures.push_back(r2(probe_measure_name(prefix, feature), judged.readings, judged.own, {column}));
    Measure& measure = measures.back();
    measure.better = probe_better(feature);
    if (feature.nuisance())
      measure.note = fmt::format("{} rather than shape: not in the mean", to_string(feature.kind));
    add_note(measure.note, fmt::format("p = {:.3f}", judged.p[k]));
    if (!feature.nuisance())
      add_note(measure.note, fmt::format("pose, expression and capture alone {:.3f}",
                                         mean_r2(judged.nuisance.reader.colwise().sum(),
                                                 judged.nuisance.mean.colwise().sum(), {column})(0)));
    add_note(measure.note, error_note(column));
  }
}

void GeometryProbes::add_reliability(std::vector<Measure>& measures) const {
  std::vector<std::optional<Reliability>> results(varies_.size());
  tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t k) {
    results[k] = reliability(samples_.features.col(static_cast<Index>(k)), samples_.unit, bootstrap_);
  });
  for (std::size_t k = 0; k < varies_.size(); ++k) {
    const std::string name = probe_measure_name(probe_names::kIcc, geometry_features()[k]);
    const auto& result = results[k];
    if (!result || result->subjects < kMinGeometrySubjects) {
      measures.push_back(refused(
          name, "1", Better::none,
          fmt::format("{} subjects with a second picture in which it varies; at least {} are needed",
                      result ? result->subjects : 0, kMinGeometrySubjects)));
      continue;
    }
    measures.push_back({.name = name,
                        .value = result->icc,
                        .unit = "1",
                        .n = result->samples,
                        .ci95 = result->ci95,
                        .better = Better::none,
                        .note = fmt::format("{} subjects with two pictures or more", result->subjects)});
  }
}

}  // namespace robench
