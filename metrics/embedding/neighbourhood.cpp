// SPDX-License-Identifier: Apache-2.0
// Does a perturbed face keep its place among the others? Neighbours, its own clean picture, and the
// shape of the whole cloud.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/linear_cka.h"
#include "metrics/metric.h"
#include "metrics/rate.h"
#include "perturb/random_stream.h"

namespace robench::metrics {
namespace {

using Eigen::Index;

constexpr std::size_t kMaxProbes = 1000;  // time grows with probes times references
constexpr std::array<std::size_t, 2> kNeighbours = {5, 10};
constexpr Index kStrip = 64;  // fixed, so that no thread count can change a product

/// The clean side of one model: references, the probes drawn from them, and their neighbours.
class Neighbourhood : public PreparedMetric {
 public:
  explicit Neighbourhood(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {
    for (std::uint32_t row = 0; row < context.clean.size(); ++row)
      if (usable(context.clean, row)) references_.push_back(row);
    reference_vectors_ = vectors_of(context.clean, references_);
    half_squares_ = is_cosine() ? Eigen::VectorXf::Zero(reference_vectors_.rows())
                                : (reference_vectors_.rowwise().squaredNorm() / 2).eval();
    probes_ = drawn_probes();
    clean_nearest_ = search(context.clean, probes_).nearest;
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::array<UnitMean, 2> overlap = {UnitMean(units_.count), UnitMean(units_.count)};
    UnitMean retrieved(units_.count);
    for (const EmbeddingTable* table : cell.perturbed) {
      std::vector<std::size_t> kept;  // of probes_
      for (std::size_t i = 0; i < probes_.size(); ++i)
        if (usable(*table, references_[probes_[i]])) kept.push_back(i);
      std::vector<std::size_t> places;
      for (const std::size_t i : kept) places.push_back(probes_[i]);
      const Found found = search(*table, places);
      for (std::size_t p = 0; p < kept.size(); ++p) {
        const int unit = units_.of_sample[references_[places[p]]];
        retrieved.add(unit, found.own_is_nearest[p] != 0 ? 1 : 0);
        for (std::size_t k = 0; k < kNeighbours.size(); ++k)
          if (references_.size() > kNeighbours[k])
            overlap[k].add(unit,
                           share_in_common(clean_nearest_[kept[p]], found.nearest[p], kNeighbours[k]));
      }
    }
    return {overlap_measure("knn_overlap@5", kNeighbours[0], overlap[0]),
            overlap_measure("knn_overlap@10", kNeighbours[1], overlap[1]), self_retrieval(retrieved),
            alignment(cell)};
  }

 private:
  struct Found {
    std::vector<std::vector<std::uint32_t>> nearest;  // places in references_, sorted; itself excluded
    std::vector<std::uint8_t> own_is_nearest;
  };

  [[nodiscard]] bool is_cosine() const { return context_.card.comparison == Comparison::cosine; }
  [[nodiscard]] bool usable(const EmbeddingTable& table, std::size_t row) const {
    return table.ok(row) && !(is_cosine() && table.vectors.row(static_cast<Index>(row)).isZero(0));
  }

  /// Rows of a table on the model's own scale: of unit length where it compares by cosine.
  [[nodiscard]] EmbeddingMatrix vectors_of(const EmbeddingTable& table,
                                           const std::vector<std::uint32_t>& rows) const {
    EmbeddingMatrix vectors(std::ssize(rows), table.vectors.cols());
    for (Index r = 0; r < vectors.rows(); ++r) {
      vectors.row(r) = table.vectors.row(rows[r]);
      if (is_cosine()) vectors.row(r).normalize();
    }
    return vectors;
  }

  /// Places in references_: all of them, or kMaxProbes drawn by the seed.
  [[nodiscard]] std::vector<std::size_t> drawn_probes() const {
    std::vector<std::size_t> places(references_.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    if (places.size() <= kMaxProbes) return places;
    const RandomStream stream(context_.data.seed, "neighbourhood_probes", "", "", 0);
    const auto key = [&](std::size_t place) {
      return std::pair(stream.uniform(references_[place]), place);
    };
    std::sort(places.begin(), places.end(),
              [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    places.resize(kMaxProbes);
    std::sort(places.begin(), places.end());
    return places;
  }

  /// The neighbours of rows of `table` among the clean references. Half the squared distance differs
  /// from `half_squares_ - product` by a number that is the same for all references.
  [[nodiscard]] Found search(const EmbeddingTable& table, const std::vector<std::size_t>& places) const {
    std::vector<std::uint32_t> rows;
    for (const std::size_t place : places) rows.push_back(references_[place]);
    const EmbeddingMatrix vectors = vectors_of(table, rows);
    Found found{std::vector<std::vector<std::uint32_t>>(places.size()),
                std::vector<std::uint8_t>(places.size())};
    tbb::parallel_for(Index{0}, (vectors.rows() + kStrip - 1) / kStrip, [&](Index strip) {
      const Index first = strip * kStrip;
      const Index count = std::min(kStrip, vectors.rows() - first);
      const EmbeddingMatrix products = vectors.middleRows(first, count) * reference_vectors_.transpose();
      for (Index r = 0; r < count; ++r) {
        const Eigen::RowVectorXf nearness = products.row(r) - half_squares_.transpose();
        const std::size_t own = places[first + r];
        found.own_is_nearest[first + r] =
            nearness[static_cast<Index>(own)] >= nearness.maxCoeff() ? 1 : 0;
        found.nearest[first + r] = most_near(nearness, own);
      }
    });
    return found;
  }

  /// The places of the largest of `nearness` but `own`, nearest first; of equals the lower place.
  static std::vector<std::uint32_t> most_near(const Eigen::RowVectorXf& nearness, std::size_t own) {
    std::vector<std::uint32_t> best;
    const auto nearer = [&](std::uint32_t a, std::uint32_t b) {
      return nearness[a] > nearness[b] || (nearness[a] == nearness[b] && a < b);
    };
    for (std::uint32_t place = 0; place < static_cast<std::uint32_t>(nearness.size()); ++place) {
      if (place == own) continue;
      if (best.size() == kNeighbours.back() && !nearer(place, best.back())) continue;
      best.insert(std::upper_bound(best.begin(), best.end(), place, nearer), place);
      if (best.size() > kNeighbours.back()) best.pop_back();
    }
    return best;
  }

  static double share_in_common(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b,
                                std::size_t k) {
    double common = 0;
    for (std::size_t i = 0; i < k; ++i)
      common += std::find(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(k), a[i]) !=
                        b.begin() + static_cast<std::ptrdiff_t>(k)
                    ? 1
                    : 0;
    return common / static_cast<double>(k);
  }

  [[nodiscard]] std::string gallery_note() const {
    return fmt::format("{} of {} clean faces as probes, all of them as references, held fixed",
                       probes_.size(), references_.size());
  }

  [[nodiscard]] Measure overlap_measure(const char* name, std::size_t k, const UnitMean& overlap) const {
    if (references_.size() <= k)
      return refused(name, "share", Better::higher,
                     fmt::format("{} clean faces have no {} neighbours each", references_.size(), k));
    if (overlap.n() == 0)
      return refused(name, "share", Better::higher, "no sample was acquired both clean and perturbed");
    // Neighbours drawn at random would have this in common.
    const double chance = static_cast<double>(k) / static_cast<double>(references_.size() - 1);
    return mean_measure(name, "share", Better::higher, overlap, bootstrap_,
                        gallery_note() + fmt::format("; by chance {:.2g}", chance));
  }

  [[nodiscard]] Measure self_retrieval(const UnitMean& retrieved) const {
    const char* const name = "self_retrieval_rate";
    if (references_.size() < 2)
      return refused(name, "share", Better::higher, "fewer than two clean faces");
    if (retrieved.n() == 0)
      return refused(name, "share", Better::higher, "no sample was acquired both clean and perturbed");
    return rate_measure(name, Better::higher, retrieved, bootstrap_, gallery_note());
  }

  [[nodiscard]] Measure alignment(const Cell& cell) const {
    const char* const name = "linear_cka";
    const auto refuse = [&](std::string reason) {
      return refused(name, "1", Better::higher, std::move(reason));
    };
    const EmbeddingTable& table = *cell.perturbed.front();
    std::vector<std::uint32_t> rows;
    std::vector<int> unit;
    std::vector<std::uint8_t> seen(units_.count, 0);
    int subjects = 0;
    for (const std::size_t place : probes_) {
      if (!usable(table, references_[place])) continue;
      rows.push_back(references_[place]);
      unit.push_back(units_.of_sample[rows.back()]);
      subjects += seen[unit.back()] == 0 ? 1 : 0;
      seen[unit.back()] = 1;
    }
    if (rows.size() < 4) return refuse("fewer than 4 samples were acquired both clean and perturbed");
    const LinearCka cka = linear_cka(vectors_of(context_.clean, rows).cast<double>(),
                                     vectors_of(table, rows).cast<double>(), unit, units_.count);
    if (!std::isfinite(cka.value)) return refuse("the embeddings of one side have no variance");
    Measure measure{name,
                    cka.value,
                    "1",
                    std::ssize(rows),
                    cka.ci95,
                    Better::higher,
                    "debiased (Song et al. 2012); interval by delete-one-subject jackknife"};
    if (cell.perturbed.size() > 1) add_note(measure.note, "of the first repetition");
    if (!cka.ci95) add_note(measure.note, too_few_subjects(subjects));
    return measure;
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  std::vector<std::uint32_t> references_;  // rows of the clean table
  EmbeddingMatrix reference_vectors_;
  Eigen::VectorXf half_squares_;                           // 0 for the cosine
  std::vector<std::size_t> probes_;                        // places in references_
  std::vector<std::vector<std::uint32_t>> clean_nearest_;  // of each probe
};

}  // namespace

MetricSpec neighbourhood() {
  MetricSpec spec;
  spec.name = "neighbourhood";
  spec.summary = "whether a perturbed face keeps its place among the clean ones";
  spec.measures = {
      {"knn_overlap@5", "share", Better::higher,
       "of the 5 nearest clean faces, those that stay nearest"},
      {"knn_overlap@10", "share", Better::higher,
       "of the 10 nearest clean faces, those that stay nearest"},
      {"self_retrieval_rate", "share", Better::higher,
       "perturbed faces whose nearest clean face is their own (rank 1)"},
      {"linear_cka", "1", Better::higher, "alignment of the clean and the perturbed cloud, debiased"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Neighbourhood>(context); };
  return spec;
}

}  // namespace robench::metrics
