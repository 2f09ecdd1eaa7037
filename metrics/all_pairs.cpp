// SPDX-License-Identifier: Apache-2.0
#include "metrics/all_pairs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <tbb/parallel_for.h>

#include "metrics/tile_product.h"
#include "models/embedder.h"

namespace robench {
namespace {

/// Side of a tile: two panels of 256 x 512 floats and their product stay in a 2 MB cache.
constexpr Eigen::Index kTile = 256;
/// Tiles between two looks at the cut: enough for many threads; their hits fit into 50 MB.
constexpr std::size_t kMaxWave = 64;

/// Bound of |tile score - exact|: the sum of `dim` rounded products (Higham 2002, section 3.1), the
/// rounding of the inputs to unit length, and for distances that of adding the norms.
float rounding_margin(const PairSide& a, const PairSide& b) {
  const auto largest = [](const PairSide& side) {
    return side.squared_norms.size() == 0 ? 0.0F : side.squared_norms.maxCoeff();
  };
  constexpr float kUnitRoundoff = 0x1p-24F;
  const auto dim = static_cast<float>(a.rows.cols());
  return 2 * (dim + 8) * kUnitRoundoff * (largest(a) + largest(b));
}

/// A sample of either side.
struct Seen {
  int session = 0;
  int subject = 0;
  bool is_probe = false;
};

}  // namespace

PairSide pair_side(Comparison comparison, const EvaluationData& data, const EmbeddingTable& table,
                   std::span<const std::uint32_t> samples) {
  PairSide side;
  side.table = &table;
  for (std::uint32_t sample : samples)
    if (data.subject[sample] >= 0 && table.ok(sample)) side.sample.push_back(sample);
  side.rows.resize(std::ssize(side.sample), table.vectors.cols());
  for (Eigen::Index row = 0; row < side.rows.rows(); ++row) {
    side.rows.row(row) = table.vectors.row(side.sample[row]);
    if (comparison != Comparison::cosine) continue;
    const double norm = side.rows.row(row).cast<double>().norm();
    if (norm > 0) side.rows.row(row) = (side.rows.row(row).cast<double>() / norm).cast<float>();
  }
  side.squared_norms = side.rows.rowwise().squaredNorm();
  return side;
}

CrossComparisons::CrossComparisons(Comparison comparison, const EvaluationData& data,
                                   const PairSide& references, const PairSide& probes)
    : comparison_(comparison),
      data_(data),
      references_(references),
      probes_(probes),
      symmetric_(&references == &probes),
      margin_(rounding_margin(references, probes)) {
  std::vector<Seen> seen;
  seen.reserve(references.sample.size() + probes.sample.size());
  for (std::uint32_t sample : references.sample)
    seen.push_back({data.session[sample], data.subject[sample], false});
  for (std::uint32_t sample : probes.sample)
    seen.push_back({data.session[sample], data.subject[sample], true});
  // Runs of equal subjects.
  const auto counted = [](std::span<const Seen> sorted) {
    std::vector<SubjectCounts> counts;
    for (const Seen& one : sorted) {
      if (counts.empty() || counts.back().subject != one.subject) counts.push_back({one.subject, 0, 0});
      (one.is_probe ? counts.back().probes : counts.back().references) += 1;
    }
    return counts;
  };
  std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
    return std::pair(a.session, a.subject) < std::pair(b.session, b.subject);
  });
  for (std::size_t begin = 0, end = 0; begin < seen.size(); begin = end) {
    while (end < seen.size() && seen[end].session == seen[begin].session) ++end;
    if (seen[begin].subject != seen[end - 1].subject)
      shared_sessions_.push_back(counted(std::span(seen).subspan(begin, end - begin)));
  }
  std::sort(seen.begin(), seen.end(),
            [](const Seen& a, const Seen& b) { return a.subject < b.subject; });
  counts_ = counted(seen);
}

template <class Weight>
double CrossComparisons::cross_weight(const std::vector<SubjectCounts>& counts, const Weight& weight) {
  double references = 0;
  double probes = 0;
  double same_subject = 0;
  for (const SubjectCounts& n : counts) {
    const double w = weight(n.subject);
    references += w * n.references;
    probes += w * n.probes;
    same_subject += w * n.references * w * n.probes;
  }
  return references * probes - same_subject;
}

template <class Weight>
double CrossComparisons::total_weight(const Weight& weight) const {
  double total = cross_weight(counts_, weight);
  for (const auto& session : shared_sessions_) total -= cross_weight(session, weight);
  return symmetric_ ? total / 2 : total;
}

std::int64_t CrossComparisons::count() const {
  return static_cast<std::int64_t>(total_weight([](int) { return 1.0; }));
}

double CrossComparisons::weighted_count(std::span<const float> weight) const {
  return total_weight([&](int subject) { return static_cast<double>(weight[subject]); });
}

void CrossComparisons::add_counts(std::span<double> of_subject) const {
  const auto add = [&](const std::vector<SubjectCounts>& counts, double factor) {
    double references = 0;
    double probes = 0;
    for (const SubjectCounts& n : counts) {
      references += n.references;
      probes += n.probes;
    }
    for (const SubjectCounts& n : counts)
      of_subject[n.subject] +=
          factor * (n.references * (probes - n.probes) + n.probes * (references - n.references));
  };
  const double each = symmetric_ ? 0.5 : 1;
  add(counts_, each);
  for (const auto& session : shared_sessions_) add(session, -each);
}

std::vector<CrossComparisons::Tile> CrossComparisons::tiles() const {
  std::vector<Tile> tiles;
  for (Eigen::Index row = 0; row < references_.rows.rows(); row += kTile)
    for (Eigen::Index column = symmetric_ ? row : 0; column < probes_.rows.rows(); column += kTile)
      tiles.push_back({row, column});
  return tiles;
}

bool CrossComparisons::comparable(std::uint32_t reference, std::uint32_t probe) const {
  return data_.subject[reference] != data_.subject[probe] &&
         data_.session[reference] != data_.session[probe];
}

void CrossComparisons::collect(const Tile& tile, float cut, std::vector<Hit>& hits) const {
  const Eigen::Index rows = std::min(kTile, references_.rows.rows() - tile.row);
  const Eigen::Index columns = std::min(kTile, probes_.rows.rows() - tile.column);
  EmbeddingMatrix scores;
  tile_product(references_.rows.middleRows(tile.row, rows),
               probes_.rows.middleRows(tile.column, columns), scores);
  if (comparison_ == Comparison::euclidean) {
    scores *= 2;
    scores.colwise() -= references_.squared_norms.segment(tile.row, rows);
    scores.rowwise() -= probes_.squared_norms.segment(tile.column, columns).transpose();
  }
  const bool diagonal = symmetric_ && tile.row == tile.column;
  for (Eigen::Index r = 0; r < rows; ++r) {
    const std::uint32_t reference = references_.sample[tile.row + r];
    for (Eigen::Index c = diagonal ? r + 1 : 0; c < columns; ++c) {
      if (scores(r, c) < cut) continue;
      const std::uint32_t probe = probes_.sample[tile.column + c];
      if (comparable(reference, probe)) hits.push_back({reference, probe, scores(r, c)});
    }
  }
}

void CrossComparisons::stream(const std::function<float()>& cut,
                              const std::function<void(std::span<const Hit>)>& take) const {
  const std::vector<Tile> all = tiles();
  std::vector<std::vector<Hit>> hits(kMaxWave);
  std::size_t wave = 4;  // small at first: before the first cut every comparison is a hit
  for (std::size_t begin = 0; begin < all.size(); begin += wave, wave = std::min(2 * wave, kMaxWave)) {
    const std::size_t size = std::min(wave, all.size() - begin);
    const float now = cut();
    tbb::parallel_for(std::size_t{0}, size, [&](std::size_t k) {
      hits[k].clear();
      collect(all[begin + k], now, hits[k]);
    });
    for (std::size_t k = 0; k < size; ++k) take(hits[k]);
  }
}

void CrossComparisons::matches(double threshold, const std::function<void(const Hit&)>& take) const {
  const float middle = tile_score(threshold);
  const float certain = middle + margin_;
  stream([&] { return middle - margin_; },
         [&](std::span<const Hit> hits) {
           for (const Hit& hit : hits)
             if (hit.score > certain || exact_score(hit) >= threshold) take(hit);
         });
}

double CrossComparisons::exact_score(const Hit& hit) const {
  return similarity(comparison_, references_.table->vectors.row(hit.reference).data(),
                    probes_.table->vectors.row(hit.probe).data(),
                    static_cast<int>(references_.table->vectors.cols()));
}

float CrossComparisons::tile_score(double similarity) const {
  if (comparison_ == Comparison::cosine) return static_cast<float>(similarity);
  if (similarity > 0) return std::numeric_limits<float>::infinity();
  return static_cast<float>(-similarity * similarity);
}

double CrossComparisons::similarity_of(float tile_score) const {
  if (comparison_ == Comparison::cosine) return tile_score;
  return -std::sqrt(std::max(0.0, -static_cast<double>(tile_score)));
}

}  // namespace robench
