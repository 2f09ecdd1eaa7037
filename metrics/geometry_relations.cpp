// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_relations.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "metrics/geometry_probes.h"
#include "metrics/rate.h"

namespace robench {
namespace {

// The cost of 999 relabellings grows with the square: 0.2 s for 1,000 samples, 3 s for 3,811.
constexpr std::size_t kMaxSamples = 1000;
constexpr int kRelationPermutations = 999;

constexpr char kRsa[] = "geometry_rsa";
constexpr char kDcor[] = "geometry_dcor";
constexpr char kPartial[] = "geometry_dcor_partial";
constexpr char kCka[] = "geometry_cka";

Measure refuse(const char* name, std::string reason) {
  return refused(name, "1", Better::higher, std::move(reason));
}

std::vector<Measure> refuse_all(const std::string& reason) {
  return {refuse(kRsa, reason), refuse(kDcor, reason), refuse(kPartial, reason), refuse(kCka, reason)};
}

std::string test_note(double p) {
  return fmt::format("p = {:.3f} ({} permutations, one-sided)", p, kRelationPermutations);
}

Measure measure_of(const char* name, const std::optional<Dependence>& result, double p) {
  if (!result) return refuse(name, "all faces have the same embedding");
  return {.name = name,
          .value = result->value,
          .unit = "1",
          .n = result->items,
          .ci95 = result->ci95,
          .better = Better::higher,
          .note = test_note(p) + "; one sample per subject; interval by jackknife over subjects"};
}

}  // namespace

std::vector<MeasureInfo> GeometryRelations::infos() {
  return {{kRsa, "1", Better::higher, "Spearman correlation of shape distance and embedding distance"},
          {kDcor, "1", Better::higher,
           "bias-corrected distance correlation (squared) of shape and embedding"},
          {kPartial, "1", Better::higher, "the same given pose, expression and capture"},
          {kCka, "1", Better::higher, "debiased linear CKA of shape and embedding"}};
}

GeometryRelations::GeometryRelations(const CleanContext& context, const GeometrySamples& samples)
    : comparison_(context.card.comparison),
      seed_(context.data.seed),
      samples_(samples),
      subset_(one_sample_per_subject(context.data, samples, kMaxSamples)),
      shape_(standardised_columns(samples.features(subset_, Eigen::all), false)),
      nuisance_(standardised_columns(samples.features(subset_, Eigen::all), true)) {
  if (shape_.cols() > 0)
    rsa_.emplace(shape_, RandomStream(seed_, kRsa, "", "", 0), kRelationPermutations);
}

GeometryRelations::Judged GeometryRelations::judged(const Cell& cell) const {
  Judged judged;
  std::vector<int> row;
  for (int i = 0; i < std::ssize(subset_); ++i) {
    const int candidate = samples_.row[subset_[i]];
    const auto comparable = [&](const EmbeddingTable* table) {
      return is_comparable(*table, candidate, comparison_);
    };
    if (!std::all_of(cell.perturbed.begin(), cell.perturbed.end(), comparable)) continue;
    judged.kept.push_back(i);
    row.push_back(candidate);
  }
  for (const EmbeddingTable* table : cell.perturbed)
    judged.repetitions.push_back(compared_embeddings(*table, row, comparison_));
  return judged;
}

std::vector<Measure> GeometryRelations::evaluate(const Cell& cell) const {
  if (!rsa_) return refuse_all("no feature varies in this data");
  const Judged judged = this->judged(cell);
  if (std::ssize(judged.kept) < kMinGeometrySubjects)
    return refuse_all(fmt::format("{} subjects with landmarks and embedding; at least {} are needed",
                                  judged.kept.size(), kMinGeometrySubjects));
  std::vector<Measure> measures{rank_correlation(judged)};
  add_dependences(judged, measures);
  if (const auto failed = std::ssize(subset_) - std::ssize(judged.kept); failed > 0)
    for (Measure& measure : measures)
      add_note(measure.note, fmt::format("{} failed under this condition", failed));
  return measures;
}

Measure GeometryRelations::rank_correlation(const Judged& judged) const {
  const std::optional<Rsa::Result> result = rsa_->compare(judged.kept, judged.repetitions);
  if (!result) return refuse(kRsa, "all faces have the same embedding");
  return {
      .name = kRsa,
      .value = result->r,
      .unit = "1",
      .n = result->items,
      .ci95 = result->ci95,
      .better = Better::higher,
      .note = fmt::format("{}; {} pairs, one sample per subject; interval by jackknife over subjects",
                          test_note(result->p), result->pairs)};
}

void GeometryRelations::add_dependences(const Judged& judged, std::vector<Measure>& measures) const {
  std::vector<PairMatrix> distances, products;
  for (const Rsa::Points& points : judged.repetitions) {
    distances.push_back(PairMatrix::distances(points));
    products.push_back(PairMatrix::products(points));
  }
  const PairMatrix far = PairMatrix::mean(distances), alike = PairMatrix::mean(products);
  const Eigen::MatrixXd shape = shape_(judged.kept, Eigen::all);
  const PairMatrix shape_far = PairMatrix::distances(shape);
  std::vector<RelabelledPairs::Order> orders;
  const RandomStream stream(seed_, kDcor, "", "", 0);
  for (int k = 0; k < kRelationPermutations; ++k)
    orders.push_back(random_order(judged.kept.size(), stream.fork(std::to_string(k))));

  measures.push_back(
      measure_of(kDcor, dependence(shape_far, far), dependence_p(shape_far, far, orders)));
  if (nuisance_.cols() == 0) {
    measures.push_back(refuse(kPartial, "no nuisance feature varies in this data"));
  } else {
    const PairMatrix given = PairMatrix::distances(nuisance_(judged.kept, Eigen::all));
    measures.push_back(measure_of(kPartial, partial_dependence(shape_far, far, given),
                                  partial_dependence_p(shape_far, far, given, orders)));
  }
  const PairMatrix shape_alike = PairMatrix::products(shape);
  measures.push_back(
      measure_of(kCka, dependence(shape_alike, alike), dependence_p(shape_alike, alike, orders)));
}

}  // namespace robench
