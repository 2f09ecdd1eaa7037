// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_probes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/rate.h"

namespace robench {
namespace {

using Matrix = GeometryProbes::Matrix;
using Eigen::Index;

constexpr int kFolds = 5;
constexpr Index kStripReplicates = 64;  // that one thread takes at a time
constexpr double kMinDeviation = 1e-6;
// Faces whose landmark error is propagated: its mean square settles with few.
constexpr int kErrorFaces = 100;

/// Out of fold squared errors of a reader of pose, expression and capture alone.
Matrix errors_of_nuisance(const Matrix& features, const std::vector<int>& fold) {
  Matrix nuisance = standardised_columns(features, true);
  if (nuisance.cols() == 0) nuisance = Matrix::Zero(features.rows(), 1);
  const RidgeProbe reader(nuisance, features, fold, kFolds);
  return (reader.predict(nuisance, fold) - features).cwiseAbs2();
}

/// Share of each feature's variance that the error of the landmarks makes.
Eigen::VectorXd shares_of_error(const EvaluationData& data, const GeometrySamples& samples) {
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(samples.features.cols());
  int faces = 0;
  const int step = std::max(1, samples.size() / kErrorFaces);
  for (int i = 0; i < samples.size(); i += step) {
    const auto error = landmark_uncertainty(data.faces[samples.row[i]].face.landmarks, *samples.mean);
    if (!error) continue;
    squares += error->cwiseAbs2();
    ++faces;
  }
  const Matrix centred = samples.features.rowwise() - samples.features.colwise().mean();
  const Eigen::VectorXd variance =
      centred.colwise().squaredNorm().transpose() / static_cast<double>(samples.size());
  return squares.cwiseQuotient(variance) / std::max(1, faces);
}

}  // namespace

std::string probe_measure_name(std::string_view prefix, const GeometryFeature& feature) {
  return fmt::format("{}:{}", prefix, feature.name);
}

Better probe_better(const GeometryFeature& feature) {
  return feature.nuisance() ? Better::none : Better::higher;
}

int subjects_at(const std::vector<int>& position, const GeometrySamples& samples) {
  std::set<int> units;
  for (const int i : position) units.insert(samples.unit[i]);
  return static_cast<int>(units.size());
}

std::string too_few_for_geometry(std::ptrdiff_t samples, std::ptrdiff_t subjects) {
  if (subjects >= kMinGeometrySubjects) return {};
  return fmt::format("{} samples of {} subjects with landmarks and embedding; at least {} are needed",
                     samples, subjects, kMinGeometrySubjects);
}

std::vector<bool> varying_columns(const Matrix& features) {
  std::vector<bool> varies;
  for (const auto& column : features.colwise()) {
    const double variance = (column.array() - column.mean()).square().mean();
    varies.push_back(std::sqrt(variance) > kMinDeviation);
  }
  return varies;
}

Matrix standardised_columns(const Matrix& features, bool nuisance) {
  const std::vector<bool> varies = varying_columns(features);
  std::vector<Index> columns;
  for (std::size_t k = 0; k < varies.size(); ++k) {
    if (varies[k] && geometry_features()[k].nuisance() == nuisance)
      columns.push_back(static_cast<Index>(k));
  }
  Matrix chosen = features(Eigen::all, columns);
  for (auto column : chosen.colwise()) {
    column.array() -= column.mean();
    column /= std::sqrt(column.array().square().mean());
  }
  return chosen;
}

std::vector<MeasureInfo> GeometryProbes::infos() {
  std::vector<MeasureInfo> infos{{probe_names::kMean, "1", Better::higher,
                                  "mean R2 of the frozen probes from embedding to the shape features"},
                                 {probe_names::kRefitMean, "1", Better::higher,
                                  "the same of probes trained anew on the condition's embeddings"},
                                 {probe_names::kOverNuisance, "1", Better::higher,
                                  "geometry_r2_mean minus that of pose, expression and capture alone"},
                                 {probe_names::kCrossImage, "1", Better::higher,
                                  "mean R2 for the features of another picture of the same subject"}};
  for (const GeometryFeature& feature : geometry_features())
    infos.push_back({probe_measure_name(probe_names::kFrozen, feature), "1", probe_better(feature),
                     fmt::format("R2 of the frozen probe for: {}", feature.meaning)});
  for (const GeometryFeature& feature : geometry_features())
    if (!feature.nuisance())
      infos.push_back({probe_measure_name(probe_names::kRefit, feature), "1", probe_better(feature),
                       fmt::format("R2 of the probe trained anew for: {}", feature.meaning)});
  for (const GeometryFeature& feature : geometry_features())
    infos.push_back({probe_measure_name(probe_names::kIcc, feature), "1", Better::none,
                     fmt::format("ICC(1) over the pictures of a subject, clean: {}", feature.meaning)});
  return infos;
}

GeometryProbes::GeometryProbes(const CleanContext& context, const GeometrySamples& samples,
                               const ResamplingUnits& units)
    : comparison_(context.card.comparison),
      seed_(context.data.seed),
      samples_(samples),
      varies_(varying_columns(samples.features)),
      fold_(assign_folds(samples.subject_name, kFolds, seed_)),
      probe_(compared_embeddings(context.clean, samples.row, comparison_), samples.features, fold_,
             kFolds),
      nuisance_error_(errors_of_nuisance(samples.features, fold_)),
      bootstrap_(units.count, seed_),
      weights_(bootstrap_.replicates(), units.count),
      error_share_(shares_of_error(context.data, samples)) {
  for (std::size_t k = 0; k < varies_.size(); ++k)
    if (varies_[k] && !geometry_features()[k].nuisance()) shape_.push_back(static_cast<Index>(k));
  std::vector<int> everybody(static_cast<std::size_t>(samples.size()));
  std::iota(everybody.begin(), everybody.end(), 0);
  const Matrix clean = compared_embeddings(context.clean, samples.row, comparison_);
  between_folds_ = between_folds(probe_, clean, everybody, probe_.predict(clean, fold_));
  for (int r = 0; r < bootstrap_.replicates(); ++r) {
    const std::vector<float> weights = bootstrap_.of_replicate(r);
    weights_.row(r) =
        Eigen::Map<const Eigen::RowVectorXf>(weights.data(), std::ssize(weights)).cast<double>();
  }
}

GeometryProbes::Readings GeometryProbes::read(const Cell& cell, bool refit) const {
  Matrix prediction = Matrix::Zero(samples_.size(), samples_.features.cols()), error = prediction;
  Eigen::VectorXd repetitions = Eigen::VectorXd::Zero(samples_.size());
  Readings readings;
  // Frozen: a perturbation adds errors, but what the probes learned of each other is as it was on clean
  // pictures.
  if (!refit) readings.between_folds = between_folds_;
  for (const EmbeddingTable* table : cell.perturbed) {
    std::vector<int> position, row, fold;
    for (int i = 0; i < samples_.size(); ++i) {
      if (!is_comparable(*table, samples_.row[i], comparison_)) continue;
      position.push_back(i);
      row.push_back(samples_.row[i]);
      fold.push_back(fold_[i]);
    }
    if (refit && subjects_at(position, samples_) < kMinGeometrySubjects) continue;
    const Matrix embeddings = compared_embeddings(*table, row, comparison_);
    const Matrix measured = samples_.features(position, Eigen::all);
    std::optional<RidgeProbe> anew;
    if (refit) anew.emplace(embeddings, measured, fold, kFolds);
    const RidgeProbe& probe = anew ? *anew : probe_;
    const Matrix predicted = probe.predict(embeddings, fold);
    // One repetition speaks for all: the mean of several varies less.
    if (refit && readings.between_folds.of_feature.size() == 0)
      readings.between_folds = between_folds(probe, embeddings, position, predicted);
    prediction(position, Eigen::all) += predicted;
    error(position, Eigen::all) += (predicted - measured).cwiseAbs2();
    for (const int i : position) ++repetitions[i];
  }
  for (int i = 0; i < samples_.size(); ++i)
    if (repetitions[i] > 0) readings.position.push_back(i);
  const Eigen::VectorXd times = repetitions(readings.position).cwiseInverse();
  readings.prediction = times.asDiagonal() * prediction(readings.position, Eigen::all);
  readings.squared_error = times.asDiagonal() * error(readings.position, Eigen::all);
  return readings;
}

GeometryProbes::Losses GeometryProbes::losses(const std::vector<int>& position, const Matrix& error,
                                              const Matrix& error_of_mean) const {
  Losses losses;
  losses.reader = losses.mean = Matrix::Zero(weights_.cols(), error.cols());
  for (std::size_t i = 0; i < position.size(); ++i) {
    const int unit = samples_.unit[position[i]];
    losses.reader.row(unit) += error.row(static_cast<Index>(i));
    losses.mean.row(unit) += error_of_mean.row(static_cast<Index>(i));
  }
  losses.resampled_reader.resize(weights_.rows(), error.cols());
  losses.resampled_mean.resize(weights_.rows(), error.cols());
  tbb::parallel_for(Index{0}, (weights_.rows() + kStripReplicates - 1) / kStripReplicates, [&](Index k) {
    const Index first = k * kStripReplicates;
    const Index count = std::min(kStripReplicates, weights_.rows() - first);
    const auto weights = weights_.middleRows(first, count);
    losses.resampled_reader.middleRows(first, count).noalias() = weights * losses.reader;
    losses.resampled_mean.middleRows(first, count).noalias() = weights * losses.mean;
  });
  return losses;
}

GeometryProbes::Matrix GeometryProbes::errors_of_mean(const std::vector<int>& position) const {
  Matrix error(std::ssize(position), samples_.features.cols());
  for (std::size_t i = 0; i < position.size(); ++i)
    error.row(static_cast<Index>(i)) =
        (samples_.features.row(position[i]) - probe_.training_mean().row(fold_[position[i]]))
            .cwiseAbs2();
  return error;
}

FoldCovariance GeometryProbes::between_folds(const RidgeProbe& probe, const Matrix& embeddings,
                                             const std::vector<int>& position,
                                             const Matrix& predicted) const {
  std::vector<int> fold, unit;
  for (const int i : position) {
    fold.push_back(fold_[i]);
    unit.push_back(samples_.unit[i]);
  }
  const Matrix residual = predicted - samples_.features(position, Eigen::all);
  return fold_covariance(probe, {embeddings, residual, fold, unit},
                         errors_of_mean(position).colwise().sum(), shape_);
}

GeometryProbes::Losses GeometryProbes::losses(const std::vector<int>& position,
                                              const Matrix& error) const {
  return losses(position, error, errors_of_mean(position));
}

GeometryProbes::Judged GeometryProbes::judge(const Cell& cell, bool refit) const {
  Judged judged{.readings = read(cell, refit), .refusal = {}, .own = {}, .nuisance = {}, .p = {}};
  const std::vector<int>& position = judged.readings.position;
  judged.refusal = too_few_for_geometry(std::ssize(position), subjects_at(position, samples_));
  if (judged.refusal.empty() && shape_.empty()) judged.refusal = "no feature varies in this data";
  if (!judged.refusal.empty()) return judged;
  judged.own = losses(position, judged.readings.squared_error);
  judged.nuisance = losses(position, nuisance_error_(position, Eigen::all));
  judged.p = p_values(judged.readings);
  return judged;
}

std::vector<Measure> GeometryProbes::means_of(const Judged& frozen, const Judged& refit,
                                              bool clean) const {
  if (!frozen.refusal.empty()) {
    std::vector<Measure> none;
    for (const char* name : {probe_names::kMean, probe_names::kRefitMean, probe_names::kOverNuisance,
                             probe_names::kCrossImage})
      none.push_back(refused(name, "1", Better::higher, frozen.refusal));
    return none;
  }
  // Of several repetitions, only those with enough subjects each are read anew.
  std::vector<Measure> means = {
      r2(probe_names::kMean, frozen.readings, frozen.own, shape_),
      refit.refusal.empty() ? r2(probe_names::kRefitMean, refit.readings, refit.own, shape_)
                            : refused(probe_names::kRefitMean, "1", Better::higher, refit.refusal),
      over_nuisance(frozen), cross_image(frozen.readings)};
  const std::vector<int>& position = frozen.readings.position;
  add_note(means[0].note,
           fmt::format("{} features, {} subjects", shape_.size(), subjects_at(position, samples_)));
  add_note(means[0].note, samples_.left_out);
  if (const auto failed = samples_.size() - std::ssize(position); failed > 0)
    add_note(means[0].note, fmt::format("{} failed under this condition", failed));
  if (clean) means[1].note = "clean: the frozen probes themselves";
  add_note(means[0].note, p_note(frozen));
  if (refit.refusal.empty()) add_note(means[1].note, p_note(refit));
  return means;
}

std::vector<Measure> GeometryProbes::evaluate(const Cell& cell) const {
  const bool clean = cell.condition.is_clean();
  const Judged frozen = judge(cell, false);
  // On the clean embeddings both probes are the same.
  const std::optional<Judged> anew = clean ? std::nullopt : std::optional(judge(cell, true));
  const Judged& refit = anew ? *anew : frozen;
  std::vector<Measure> measures = means_of(frozen, refit, clean);
  add_features(probe_names::kFrozen, frozen, false, measures);
  add_features(probe_names::kRefit, refit, true, measures);
  if (clean) add_reliability(measures);
  return measures;
}

}  // namespace robench
