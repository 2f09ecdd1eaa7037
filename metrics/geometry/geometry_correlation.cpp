// SPDX-License-Identifier: Apache-2.0
// How much of the measured shape of a face can be read from its embedding? Two answers per condition:
// ridge probes (geometry_r2) and the correlation of distances (geometry_rsa). See metrics/GEOMETRY.md.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metrics/geometry_features.h"
#include "metrics/geometry_samples.h"
#include "metrics/metric.h"
#include "metrics/ridge_probe.h"
#include "metrics/rsa.h"
#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr int kFolds = 5;
// Below these, a probe of some hundred dimensions says more about its penalty than about the faces.
constexpr int kMinSamples = 100;
constexpr int kMinSubjects = 100;
// Landmarks are 32-bit floats: a feature that varies less than this does not vary.
constexpr double kMinDeviation = 1e-6;
// The cost of 999 relabellings grows with the square: 0.2 s for 1,000 samples, 3 s for 3,811.
constexpr std::size_t kMaxRsaSamples = 1000;

constexpr char kMeanName[] = "geometry_r2_mean";
constexpr char kRsaName[] = "geometry_rsa";

std::string r2_name(const GeometryFeature& feature) {
  return fmt::format("geometry_r2:{}", feature.name);
}

/// More of the shape in the embedding is "better"; more of the pose is not.
Better better_of(const GeometryFeature& feature) {
  return feature.nuisance() ? Better::none : Better::higher;
}

std::vector<MeasureInfo> measure_infos() {
  std::vector<MeasureInfo> infos{
      {kMeanName, "1", Better::higher, "mean R2 of the probes from embedding to the shape features"},
      {kRsaName, "1", Better::higher, "Spearman correlation of shape distance and embedding distance"}};
  for (const GeometryFeature& feature : geometry_features()) {
    infos.push_back({r2_name(feature), "1", better_of(feature),
                     fmt::format("R2 of the probe for: {}", feature.meaning)});
  }
  return infos;
}

/// "a; b; c" of the parts that are not empty.
std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty() && !part.empty()) text += "; ";
    text += part;
  }
  return text;
}

std::string failed_here(std::ptrdiff_t count) {
  return count > 0 ? fmt::format("{} failed under this condition", count) : "";
}

/// Why so few samples cannot be judged; "" when they can.
std::string too_few(std::ptrdiff_t samples, std::ptrdiff_t subjects) {
  if (samples >= kMinSamples && subjects >= kMinSubjects) return {};
  return fmt::format(
      "{} samples of {} subjects with landmarks and embedding; at least {} of {} are needed", samples,
      subjects, kMinSamples, kMinSubjects);
}

std::vector<bool> varying_columns(const Matrix& features) {
  std::vector<bool> varies;
  for (const auto& column : features.colwise()) {
    const double variance = (column.array() - column.mean()).square().mean();
    varies.push_back(std::sqrt(variance) > kMinDeviation);
  }
  return varies;
}

/// The shape features that vary, each scaled to mean 0 and variance 1.
Matrix standardised_shape(const Matrix& features) {
  const std::vector<bool> varies = varying_columns(features);
  std::vector<Eigen::Index> columns;
  for (std::size_t k = 0; k < varies.size(); ++k) {
    if (varies[k] && !geometry_features()[k].nuisance()) columns.push_back(static_cast<Eigen::Index>(k));
  }
  Matrix shape = features(Eigen::all, columns);
  for (auto column : shape.colwise()) {
    column.array() -= column.mean();
    column /= std::sqrt(column.array().square().mean());
  }
  return shape;
}

/// geometry_r2: probes trained on the clean embeddings, frozen, and judged on each condition.
class ShapeProbes {
 public:
  ShapeProbes(const CleanContext& context, const GeometrySamples& samples, const ResamplingUnits& units)
      : comparison_(context.card.comparison),
        samples_(samples),
        varies_(varying_columns(samples.features)),
        fold_(assign_folds(samples.subject_name, kFolds, context.data.seed)),
        probe_(compared_embeddings(context.clean, samples.row, comparison_), samples.features, fold_,
               kFolds) {
    const SubjectBootstrap bootstrap(units.count, context.data.seed);
    weights_.resize(bootstrap.replicates(), units.count);
    for (int r = 0; r < bootstrap.replicates(); ++r) {
      const std::vector<float> weights = bootstrap.of_replicate(r);
      weights_.row(r) =
          Eigen::Map<const Eigen::RowVectorXf>(weights.data(), std::ssize(weights)).cast<double>();
    }
  }

  /// The mean of the shape features, then each feature.
  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const {
    const Losses losses = losses_of(cell);
    const auto n = std::ssize(losses.unit);
    const auto subjects = std::ssize(std::set(losses.unit.begin(), losses.unit.end()));
    const std::string refusal = too_few(n, subjects);

    std::vector<Measure> measures(1);
    std::vector<Eigen::Index> shape;
    for (std::size_t k = 0; k < varies_.size(); ++k) {
      const GeometryFeature& feature = geometry_features()[k];
      const Better better = better_of(feature);
      const auto column = static_cast<Eigen::Index>(k);
      if (!refusal.empty() || !varies_[k]) {
        const std::string reason = refusal.empty() ? "the feature does not vary in this data" : refusal;
        measures.push_back(refused(r2_name(feature), "1", better, reason));
        continue;
      }
      measures.push_back(r2(r2_name(feature), better, losses, {column}));
      if (feature.nuisance()) measures.back().note = "pose rather than shape: not in the mean";
      if (!feature.nuisance()) shape.push_back(column);
    }
    if (shape.empty()) {
      const std::string reason = refusal.empty() ? "no feature varies in this data" : refusal;
      measures[0] = refused(kMeanName, "1", Better::higher, reason);
    } else {
      measures[0] = r2(kMeanName, Better::higher, losses, shape);
      measures[0].note = joined({fmt::format("{} features, {} subjects", shape.size(), subjects),
                                 samples_.left_out, failed_here(samples_.size() - n)});
    }
    return measures;
  }

 private:
  /// Squared errors of the frozen probes and of the training means on the samples judged.
  struct Losses {
    Matrix probe, mean;                      // summed over samples: unit x feature
    Matrix resampled_probe, resampled_mean;  // summed in each replicate: replicate x feature
    std::vector<int> unit;                   // of each sample judged
  };

  /// A sample counts once: its squared errors are averaged over the repetitions in which it is ok.
  [[nodiscard]] Losses losses_of(const Cell& cell) const {
    Matrix error = Matrix::Zero(samples_.size(), samples_.features.cols());
    std::vector<int> repetitions(samples_.size(), 0);
    for (const EmbeddingTable* table : cell.perturbed) {
      std::vector<int> position, row, fold;
      for (int i = 0; i < samples_.size(); ++i) {
        if (!is_comparable(*table, samples_.row[i], comparison_)) continue;
        position.push_back(i);
        row.push_back(samples_.row[i]);
        fold.push_back(fold_[i]);
        ++repetitions[i];
      }
      const Matrix predicted = probe_.predict(compared_embeddings(*table, row, comparison_), fold);
      const Matrix measured = samples_.features(position, Eigen::all);
      error(position, Eigen::all) += (predicted - measured).cwiseAbs2();
    }

    Losses losses;
    losses.probe = losses.mean = Matrix::Zero(weights_.cols(), error.cols());
    for (int i = 0; i < samples_.size(); ++i) {
      if (repetitions[i] == 0) continue;
      const int unit = samples_.unit[i];
      losses.unit.push_back(unit);
      losses.probe.row(unit) += error.row(i) / repetitions[i];
      losses.mean.row(unit) +=
          (samples_.features.row(i) - probe_.training_mean().row(fold_[i])).cwiseAbs2();
    }
    losses.resampled_probe = weights_ * losses.probe;
    losses.resampled_mean = weights_ * losses.mean;
    return losses;
  }

  /// Mean over `columns` of R2 = 1 - (loss of the probe) / (loss of the training mean).
  [[nodiscard]] static Measure r2(const std::string& name, Better better, const Losses& losses,
                                  const std::vector<Eigen::Index>& columns) {
    const auto mean_r2 = [&](const auto& probe, const auto& mean) {
      return (1 - probe(Eigen::all, columns).array() / mean(Eigen::all, columns).array())
          .rowwise()
          .mean()
          .eval();
    };
    const Eigen::RowVectorXd probe = losses.probe.colwise().sum();
    const Eigen::RowVectorXd mean = losses.mean.colwise().sum();
    const Eigen::ArrayXd replicates = mean_r2(losses.resampled_probe, losses.resampled_mean);
    return {
        .name = name,
        .value = mean_r2(probe, mean)(0),
        .unit = "1",
        .n = std::ssize(losses.unit),
        .ci95 = percentile_interval({replicates.data(), static_cast<std::size_t>(replicates.size())}),
        .better = better,
        .note = ""};
  }

  Comparison comparison_;
  const GeometrySamples& samples_;
  std::vector<bool> varies_;  // of each feature
  std::vector<int> fold_;     // of each sample
  RidgeProbe probe_;
  Matrix weights_;  // bootstrap: replicate x unit
};

/// geometry_rsa: are faces of similar shape near each other among the embeddings?
class ShapeDistances {
 public:
  ShapeDistances(const CleanContext& context, const GeometrySamples& samples)
      : comparison_(context.card.comparison),
        samples_(samples),
        subset_(one_sample_per_subject(context.data, samples, kMaxRsaSamples)) {
    const Matrix shape = standardised_shape(samples.features(subset_, Eigen::all));
    if (shape.cols() == 0) return;
    rsa_.emplace(shape, RandomStream(context.data.seed, "geometry_rsa", "", "", 0));
  }

  /// Several repetitions: of the samples that are ok in all of them, the mean of the correlations.
  [[nodiscard]] Measure evaluate(const Cell& cell) const {
    if (!rsa_) return refuse("no feature varies in this data");
    std::vector<int> kept, row;
    for (int i = 0; i < std::ssize(subset_); ++i) {
      const int candidate = samples_.row[subset_[i]];
      const auto comparable = [&](const EmbeddingTable* table) {
        return is_comparable(*table, candidate, comparison_);
      };
      if (!std::all_of(cell.perturbed.begin(), cell.perturbed.end(), comparable)) continue;
      kept.push_back(i);
      row.push_back(candidate);
    }
    if (std::ssize(kept) < kMinSubjects) {
      return refuse(fmt::format("{} subjects with landmarks and embedding; at least {} are needed",
                                kept.size(), kMinSubjects));
    }
    std::vector<Rsa::Points> repetitions;
    for (const EmbeddingTable* table : cell.perturbed) {
      repetitions.push_back(compared_embeddings(*table, row, comparison_));
    }
    const std::optional<Rsa::Result> result = rsa_->compare(kept, repetitions);
    if (!result) return refuse("all faces have the same embedding");
    const std::string test =
        fmt::format("p = {:.3f} ({} permutations, one-sided)", result->p, rsa_->permutations());
    const std::string pairs = fmt::format(
        "{} pairs, one sample per subject; interval by jackknife over subjects", result->pairs);
    return {.name = kRsaName,
            .value = result->r,
            .unit = "1",
            .n = result->items,
            .ci95 = result->ci95,
            .better = Better::higher,
            .note = joined({test, pairs, failed_here(std::ssize(subset_) - std::ssize(kept))})};
  }

 private:
  [[nodiscard]] static Measure refuse(std::string reason) {
    return refused(kRsaName, "1", Better::higher, std::move(reason));
  }

  Comparison comparison_;
  const GeometrySamples& samples_;
  std::vector<int> subset_;  // positions in samples_
  std::optional<Rsa> rsa_;   // absent when no shape feature varies
};

class PreparedGeometry : public PreparedMetric {
 public:
  PreparedGeometry(const CleanContext& context, GeometrySamples samples, const ResamplingUnits& units)
      : samples_(std::move(samples)), probes_(context, samples_, units), distances_(context, samples_) {}

  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> measures = probes_.evaluate(cell);
    measures.insert(measures.begin() + 1, distances_.evaluate(cell));
    return measures;
  }

 private:
  GeometrySamples samples_;
  ShapeProbes probes_;
  ShapeDistances distances_;
};

class RefusedGeometry : public PreparedMetric {
 public:
  explicit RefusedGeometry(std::string reason) : reason_(std::move(reason)) {}

  [[nodiscard]] std::vector<Measure> evaluate(const Cell&) const override {
    std::vector<Measure> measures;
    for (const MeasureInfo& info : measure_infos()) {
      measures.push_back(refused(info.name, info.unit, info.better, reason_));
    }
    return measures;
  }

 private:
  std::string reason_;
};

std::unique_ptr<PreparedMetric> prepare(const CleanContext& context) {
  const ResamplingUnits units = resampling_units(context.data);
  GeometrySamples samples =
      geometry_samples(context.data, context.clean, context.card.comparison, units);
  const std::string refusal = too_few(samples.size(), samples.subjects());
  if (!refusal.empty()) return std::make_unique<RefusedGeometry>(joined({refusal, samples.left_out}));
  return std::make_unique<PreparedGeometry>(context, std::move(samples), units);
}

}  // namespace

namespace metrics {

MetricSpec geometry_correlation() {
  return {.name = "geometry_correlation",
          .summary = "How much of the shape of a face can be read from its embedding",
          .measures = measure_infos(),
          .prepare = prepare};
}

}  // namespace metrics
}  // namespace robench
