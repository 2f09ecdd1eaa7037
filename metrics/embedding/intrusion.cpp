// SPDX-License-Identifier: Apache-2.0
// How far an embedding moved towards the person who was put into the picture: with c the clean
// embedding, p the perturbed one and i the intruder's own clean one, the share of the way from c to i,
//   (p - c) . (i - c) / |i - c|^2,
// on the model's own scale (unit length where it compares by cosine). 0 = not at all, 1 = all of the
// way.
#include <optional>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr const char* kAccepted = "moved_toward_intruder";
constexpr const char* kWrongFace = "moved_toward_intruder:wrong_face";

class Intrusion : public PreparedMetric {
 public:
  explicit Intrusion(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    return {moved(cell, kAccepted, Status::ok), moved(cell, kWrongFace, Status::wrong_face)};
  }

 private:
  using Vector = Eigen::VectorXd;

  [[nodiscard]] Measure moved(const Cell& cell, const char* name, Status status) const {
    UnitMean values(units_.count);
    bool has_intruder = false;
    for (const EmbeddingTable* table : cell.perturbed) {
      has_intruder |= !table->intruder.empty();
      for (std::size_t row = 0; row < table->intruder.size(); ++row) {
        if (table->status[row] != status) continue;
        if (const auto share = share_of_the_way(*table, row)) values.add(units_.of_sample[row], *share);
      }
    }
    const auto refuse = [&](const char* reason) { return refused(name, "1", Better::lower, reason); };
    if (!has_intruder) return refuse("the condition puts no other face into the picture");
    if (values.n() == 0)
      return refuse(status == Status::ok ? "no sample was acquired both clean and perturbed"
                                         : "no wrong face was chosen");
    return mean_measure(name, "1", Better::lower, values, bootstrap_, "");
  }

  /// nullopt where one of the three has no embedding, or the two persons have the same.
  [[nodiscard]] std::optional<double> share_of_the_way(const EmbeddingTable& table,
                                                       std::size_t row) const {
    const std::int64_t intruder = table.intruder[row];
    if (intruder == EmbeddingTable::kNoIntruder || !context_.clean.ok(row)) return std::nullopt;
    if (!context_.clean.ok(static_cast<std::size_t>(intruder))) return std::nullopt;
    const auto clean = scaled(context_.clean, static_cast<std::int64_t>(row));
    const auto perturbed = scaled(table, static_cast<std::int64_t>(row));
    const auto other = scaled(context_.clean, intruder);
    if (!clean || !perturbed || !other) return std::nullopt;
    const Vector way = *other - *clean;
    if (!(way.squaredNorm() > 0)) return std::nullopt;
    return (*perturbed - *clean).dot(way) / way.squaredNorm();
  }

  /// nullopt for a vector of length 0.
  [[nodiscard]] std::optional<Vector> scaled(const EmbeddingTable& table, std::int64_t row) const {
    Vector vector = table.vectors.row(row).transpose().cast<double>();
    const double length = vector.norm();
    if (!(length > 0)) return std::nullopt;
    if (context_.card.comparison == Comparison::cosine) vector /= length;
    return vector;
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

MetricSpec intrusion() {
  MetricSpec spec;
  spec.name = "intrusion";
  spec.summary = "how far embeddings moved towards the person who was put into the picture";
  spec.measures = {
      {kAccepted, "1", Better::lower,
       "mean share of the way from the clean embedding to the intruder's; 0 = none, 1 = all"},
      {kWrongFace, "1", Better::lower, "the same for samples of which another face was chosen"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Intrusion>(context); };
  return spec;
}

}  // namespace robench::metrics
