// SPDX-License-Identifier: Apache-2.0
// Which way does a perturbation move embeddings: the same way for all faces, along one direction, toward
// the face that all have in common?
#include <cmath>

#include <fmt/format.h>

#include "metrics/drift_vectors.h"
#include "metrics/metric.h"
#include "metrics/rate.h"
#include "perturb/random_stream.h"

namespace robench::metrics {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

class DriftDirection : public PreparedMetric {
 public:
  explicit DriftDirection(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed),
        total_(VectorXd::Zero(context.clean.vectors.cols())),
        of_unit_(Eigen::MatrixXd::Zero(units_.count, context.clean.vectors.cols())) {
    const RandomStream stream(context.data.seed, "drift_direction_halves", "", "", 0);
    for (int unit = 0; unit < units_.count; ++unit)
      halves_.push_back(static_cast<std::uint8_t>(stream.block(unit)[0] >> 31));
    for (std::size_t row = 0; row < context.clean.size(); ++row) {
      if (!has_direction(context.clean, row)) continue;
      const VectorXd unit_vector = direction(context.clean, row);
      total_ += unit_vector;
      of_unit_.row(units_.of_sample[row]) += unit_vector.transpose();
    }
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    UnitMean growth(units_.count);
    UnitMean toward(units_.count);
    for (const EmbeddingTable* table : cell.perturbed) add_mean_face(*table, growth, toward);
    const DriftVectors drift = drift_vectors(cell);
    std::string note = is_cosine() ? "of embeddings of unit length" : "of raw embeddings";
    const int subjects = growth.units_with_values();
    if (subjects < SubjectBootstrap::kMinSubjects) add_note(note, too_few_subjects(subjects));
    return {
        share("drift_common_share", common_share(drift), drift,
              "mean product of the shifts of two subjects over the mean square; " + note),
        share("drift_principal_share", principal_share(drift, halves_), drift,
              fmt::format("cross-fitted over two halves of the subjects; {:.2g} where no direction is "
                          "preferred; {}",
                          1.0 / static_cast<double>(total_.size()), note)),
        mean_face(
            "drift_toward_mean_face", toward, "no face moves, or there is no other subject",
            "cosine in the tangent plane at the clean embedding; the mean face is of other subjects"),
        mean_face("mean_face_cosine_change", growth, "no sample ok in both, or no other subject",
                  "cosine to the mean clean embedding of other subjects, perturbed minus clean")};
  }

 private:
  [[nodiscard]] bool is_cosine() const { return context_.card.comparison == Comparison::cosine; }
  static bool has_direction(const EmbeddingTable& table, std::size_t row) {
    return table.ok(row) && !table.vectors.row(static_cast<Index>(row)).isZero(0);
  }
  static VectorXd direction(const EmbeddingTable& table, std::size_t row) {
    return table.vectors.row(static_cast<Index>(row)).cast<double>().normalized().transpose();
  }

  void add_mean_face(const EmbeddingTable& table, UnitMean& growth, UnitMean& toward) const {
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (!has_direction(context_.clean, row) || !has_direction(table, row)) continue;
      const int unit = units_.of_sample[row];
      const VectorXd others = total_ - of_unit_.row(unit).transpose();
      const double length = others.norm();
      // A sum that has cancelled to rounding points nowhere.
      if (!(length > 1e-9)) continue;
      const VectorXd mean = others / length;
      const VectorXd clean = direction(context_.clean, row);
      const VectorXd perturbed = direction(table, row);
      growth.add(unit, (perturbed - clean).dot(mean));
      const VectorXd moved = perturbed - perturbed.dot(clean) * clean;
      const VectorXd to_mean = mean - mean.dot(clean) * clean;
      const double lengths = moved.norm() * to_mean.norm();
      if (lengths > 1e-9) toward.add(unit, moved.dot(to_mean) / lengths);
    }
  }

  [[nodiscard]] DriftVectors drift_vectors(const Cell& cell) const {
    DriftVectors drift;
    drift.units = units_.count;
    const auto rows = static_cast<Index>(context_.clean.size() * cell.perturbed.size());
    drift.shift.resize(rows, context_.clean.vectors.cols());
    Index count = 0;
    for (const EmbeddingTable* table : cell.perturbed) {
      for (std::size_t row = 0; row < table->size(); ++row) {
        if (!has_direction(context_.clean, row) || !has_direction(*table, row)) continue;
        const auto i = static_cast<Index>(row);
        if (is_cosine())
          drift.shift.row(count) =
              table->vectors.row(i).normalized() - context_.clean.vectors.row(i).normalized();
        else
          drift.shift.row(count) = table->vectors.row(i) - context_.clean.vectors.row(i);
        drift.unit.push_back(units_.of_sample[row]);
        ++count;
      }
    }
    drift.shift.conservativeResize(count, Eigen::NoChange);
    return drift;
  }

  static Measure share(const char* name, const DriftShare& share, const DriftVectors& drift,
                       std::string note) {
    if (!std::isfinite(share.value))
      return refused(name, "share", Better::none, "no embedding moves, or too few subjects to tell");
    Measure measure{name,       share.value,  "share",        std::ssize(drift.unit),
                    share.ci95, Better::none, std::move(note)};
    if (measure.ci95) add_note(measure.note, "interval by delete-one-subject jackknife");
    return measure;
  }

  [[nodiscard]] Measure mean_face(const char* name, const UnitMean& values, const char* refusal,
                                  std::string note) const {
    if (values.n() == 0) return refused(name, "1", Better::none, refusal);
    return mean_measure(name, "1", Better::none, values, bootstrap_, std::move(note));
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  std::vector<std::uint8_t> halves_;  // of each unit
  VectorXd total_;                    // of the clean directions
  Eigen::MatrixXd of_unit_;           // the same by unit
};

}  // namespace

MetricSpec drift_direction() {
  MetricSpec spec;
  spec.name = "drift_direction";
  spec.summary = "whether faces move the same way, along one direction, toward the mean face";
  spec.measures = {
      {"drift_common_share", "share", Better::none,
       "share of the squared drift that all faces have in common"},
      {"drift_principal_share", "share", Better::none,
       "share of the drift's variance along its first direction"},
      {"drift_toward_mean_face", "1", Better::none,
       "cosine between the drift and the way to the mean face: 1 = straight to it, 0 = as by chance"},
      {"mean_face_cosine_change", "1", Better::none,
       "by how much the cosine to the mean face has grown"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<DriftDirection>(context); };
  return spec;
}

}  // namespace robench::metrics
