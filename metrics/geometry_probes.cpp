// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_probes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "metrics/geometry_controls.h"
#include "metrics/rate.h"

namespace robench {
namespace {

using Matrix = GeometryProbes::Matrix;
using Eigen::Index;

constexpr int kFolds = 5;
constexpr int kPermutations = 999;
constexpr double kMinDeviation = 1e-6;
// Faces whose landmark error is propagated: its mean square settles with few.
constexpr int kErrorFaces = 100;

constexpr char kMean[] = "geometry_r2_mean";
constexpr char kRefitMean[] = "geometry_r2_refit_mean";
constexpr char kOverNuisance[] = "geometry_r2_over_nuisance";
constexpr char kCrossImage[] = "geometry_r2_cross_image_mean";
constexpr char kFrozen[] = "geometry_r2";
constexpr char kRefit[] = "geometry_r2_refit";
constexpr char kIcc[] = "geometry_icc";

std::string named(std::string_view prefix, const GeometryFeature& feature) {
  return fmt::format("{}:{}", prefix, feature.name);
}

/// More of the shape in the embedding is "better"; more of the pose is not.
Better better_of(const GeometryFeature& feature) {
  return feature.nuisance() ? Better::none : Better::higher;
}

int subjects_of(const std::vector<int>& position, const GeometrySamples& samples) {
  std::set<int> units;
  for (const int i : position) units.insert(samples.unit[i]);
  return static_cast<int>(units.size());
}

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
  std::vector<MeasureInfo> infos{
      {kMean, "1", Better::higher, "mean R2 of the frozen probes from embedding to the shape features"},
      {kRefitMean, "1", Better::higher, "the same of probes trained anew on the condition's embeddings"},
      {kOverNuisance, "1", Better::higher,
       "geometry_r2_mean minus that of pose, expression and capture alone"},
      {kCrossImage, "1", Better::higher,
       "mean R2 for the features of another picture of the same subject"}};
  for (const GeometryFeature& feature : geometry_features())
    infos.push_back({named(kFrozen, feature), "1", better_of(feature),
                     fmt::format("R2 of the frozen probe for: {}", feature.meaning)});
  for (const GeometryFeature& feature : geometry_features())
    if (!feature.nuisance())
      infos.push_back({named(kRefit, feature), "1", better_of(feature),
                       fmt::format("R2 of the probe trained anew for: {}", feature.meaning)});
  for (const GeometryFeature& feature : geometry_features())
    infos.push_back({named(kIcc, feature), "1", Better::none,
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
  for (int r = 0; r < bootstrap_.replicates(); ++r) {
    const std::vector<float> weights = bootstrap_.of_replicate(r);
    weights_.row(r) =
        Eigen::Map<const Eigen::RowVectorXf>(weights.data(), std::ssize(weights)).cast<double>();
  }
}

GeometryProbes::Readings GeometryProbes::read(const Cell& cell, bool refit) const {
  Matrix prediction = Matrix::Zero(samples_.size(), samples_.features.cols()), error = prediction;
  Eigen::VectorXd repetitions = Eigen::VectorXd::Zero(samples_.size());
  for (const EmbeddingTable* table : cell.perturbed) {
    std::vector<int> position, row, fold;
    for (int i = 0; i < samples_.size(); ++i) {
      if (!is_comparable(*table, samples_.row[i], comparison_)) continue;
      position.push_back(i);
      row.push_back(samples_.row[i]);
      fold.push_back(fold_[i]);
    }
    if (refit && subjects_of(position, samples_) < kMinGeometrySubjects) continue;
    const Matrix embeddings = compared_embeddings(*table, row, comparison_);
    const Matrix measured = samples_.features(position, Eigen::all);
    const Matrix predicted =
        refit ? RidgeProbe(embeddings, measured, fold, kFolds).predict(embeddings, fold)
              : probe_.predict(embeddings, fold);
    prediction(position, Eigen::all) += predicted;
    error(position, Eigen::all) += (predicted - measured).cwiseAbs2();
    for (const int i : position) ++repetitions[i];
  }
  Readings readings;
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
  losses.resampled_reader = weights_ * losses.reader;
  losses.resampled_mean = weights_ * losses.mean;
  return losses;
}

GeometryProbes::Losses GeometryProbes::losses(const std::vector<int>& position,
                                              const Matrix& error) const {
  Matrix error_of_mean(error.rows(), error.cols());
  for (std::size_t i = 0; i < position.size(); ++i)
    error_of_mean.row(static_cast<Index>(i)) =
        (samples_.features.row(position[i]) - probe_.training_mean().row(fold_[position[i]]))
            .cwiseAbs2();
  return losses(position, error, error_of_mean);
}

namespace {

/// Mean over `columns` of R2 = 1 - (loss of the reader) / (loss of the training mean), of each row.
Eigen::ArrayXd mean_r2(const Matrix& reader, const Matrix& mean, const std::vector<Index>& columns) {
  return (1 - reader(Eigen::all, columns).array() / mean(Eigen::all, columns).array()).rowwise().mean();
}

std::optional<Interval> interval_of(const Eigen::ArrayXd& replicates) {
  return percentile_interval({replicates.data(), static_cast<std::size_t>(replicates.size())});
}

}  // namespace

Measure GeometryProbes::r2(std::string name, const Readings& readings, const Losses& losses,
                           const std::vector<Index>& columns) const {
  return {.name = std::move(name),
          .value = mean_r2(losses.reader.colwise().sum(), losses.mean.colwise().sum(), columns)(0),
          .unit = "1",
          .n = std::ssize(readings.position),
          .ci95 = interval_of(mean_r2(losses.resampled_reader, losses.resampled_mean, columns)),
          .better = Better::higher,
          .note = ""};
}

Measure GeometryProbes::over_nuisance(const Readings& readings, const Losses& of_probe) const {
  const Losses of_nuisance = losses(readings.position, nuisance_error_(readings.position, Eigen::all));
  const Measure alone = r2(kOverNuisance, readings, of_nuisance, shape_);
  Measure gain = r2(kOverNuisance, readings, of_probe, shape_);
  gain.ci95 = interval_of(mean_r2(of_probe.resampled_reader, of_probe.resampled_mean, shape_) -
                          mean_r2(of_nuisance.resampled_reader, of_nuisance.resampled_mean, shape_));
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
  std::vector<Index> rows;
  for (std::size_t i = 0; i < readings.position.size(); ++i) {
    if (pictures[samples_.unit[readings.position[i]]] < 2) continue;
    with_mate.position.push_back(readings.position[i]);
    rows.push_back(static_cast<Index>(i));
  }
  const int subjects = subjects_of(with_mate.position, samples_);
  if (subjects < kMinGeometrySubjects)
    return refused(kCrossImage, "1", Better::higher,
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
  Measure measure = r2(kCrossImage, with_mate, losses(with_mate.position, error, error_of_mean), shape_);
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

void GeometryProbes::add_features(const std::string& prefix, const Readings& readings,
                                  const Losses& of_probe, bool shape_only,
                                  std::vector<Measure>& measures) const {
  const int subjects = subjects_of(readings.position, samples_);
  const std::string refusal = too_few_for_geometry(std::ssize(readings.position), subjects);
  std::vector<double> p;
  std::optional<Losses> nuisance;
  if (refusal.empty() && !shape_.empty()) {
    p = p_values(readings);
    nuisance = losses(readings.position, nuisance_error_(readings.position, Eigen::all));
    add_note(measures.back().note, fmt::format("p = {:.3f} ({} permutations of subjects, one-sided)",
                                               p.back(), kPermutations));
  }
  for (std::size_t k = 0; k < varies_.size(); ++k) {
    const GeometryFeature& feature = geometry_features()[k];
    if (shape_only && feature.nuisance()) continue;
    const auto column = static_cast<Index>(k);
    if (!refusal.empty() || !varies_[k]) {
      measures.push_back(refused(named(prefix, feature), "1", better_of(feature),
                                 refusal.empty() ? "the feature does not vary in this data" : refusal));
      continue;
    }
    measures.push_back(r2(named(prefix, feature), readings, of_probe, {column}));
    Measure& measure = measures.back();
    measure.better = better_of(feature);
    if (feature.nuisance())
      measure.note = fmt::format("{} rather than shape: not in the mean", to_string(feature.kind));
    if (p.empty()) continue;
    add_note(measure.note, fmt::format("p = {:.3f}", p[k]));
    if (!feature.nuisance())
      add_note(measure.note, fmt::format("pose, expression and capture alone {:.3f}",
                                         mean_r2(nuisance->reader.colwise().sum(),
                                                 nuisance->mean.colwise().sum(), {column})(0)));
    add_note(measure.note, error_note(column));
  }
}

void GeometryProbes::add_reliability(std::vector<Measure>& measures) const {
  for (std::size_t k = 0; k < varies_.size(); ++k) {
    const std::string name = named(kIcc, geometry_features()[k]);
    const auto result =
        reliability(samples_.features.col(static_cast<Index>(k)), samples_.unit, bootstrap_);
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

std::vector<Measure> GeometryProbes::evaluate(const Cell& cell) const {
  const Readings frozen = read(cell, false);
  // On the clean embeddings both probes are the same.
  const Readings refit = cell.condition.is_clean() ? frozen : read(cell, true);
  const auto subjects = subjects_of(frozen.position, samples_);
  std::string refusal = too_few_for_geometry(std::ssize(frozen.position), subjects);
  if (refusal.empty() && shape_.empty()) refusal = "no feature varies in this data";
  // Of several repetitions, only those with enough subjects each are read anew.
  const std::string refit_refusal =
      refusal.empty()
          ? too_few_for_geometry(std::ssize(refit.position), subjects_of(refit.position, samples_))
          : refusal;

  const Losses frozen_losses = losses(frozen.position, frozen.squared_error);
  const Losses refit_losses = losses(refit.position, refit.squared_error);
  std::vector<Measure> means, of_frozen(1), of_refit(1);
  if (!refusal.empty()) {
    for (const char* name : {kMean, kRefitMean, kOverNuisance, kCrossImage})
      means.push_back(refused(name, "1", Better::higher, refusal));
  } else {
    means = {r2(kMean, frozen, frozen_losses, shape_),
             refit_refusal.empty() ? r2(kRefitMean, refit, refit_losses, shape_)
                                   : refused(kRefitMean, "1", Better::higher, refit_refusal),
             over_nuisance(frozen, frozen_losses), cross_image(frozen)};
    add_note(means[0].note, fmt::format("{} features, {} subjects", shape_.size(), subjects));
    add_note(means[0].note, samples_.left_out);
    if (const auto failed = samples_.size() - std::ssize(frozen.position); failed > 0)
      add_note(means[0].note, fmt::format("{} failed under this condition", failed));
    if (cell.condition.is_clean()) means[1].note = "clean: the frozen probes themselves";
  }
  add_features(kFrozen, frozen, frozen_losses, false, of_frozen);
  add_features(kRefit, refit, refit_losses, true, of_refit);
  if (refusal.empty()) {
    add_note(means[0].note, of_frozen.front().note);
    if (refit_refusal.empty()) add_note(means[1].note, of_refit.front().note);
  }
  std::vector<Measure> measures = std::move(means);
  std::move(of_frozen.begin() + 1, of_frozen.end(), std::back_inserter(measures));
  std::move(of_refit.begin() + 1, of_refit.end(), std::back_inserter(measures));
  if (cell.condition.is_clean()) add_reliability(measures);
  return measures;
}

}  // namespace robench
