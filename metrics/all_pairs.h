// SPDX-License-Identifier: Apache-2.0
// All comparisons of different subjects, streamed: seven million at 512 dimensions in under a second,
// without ever holding their scores.
//
// Tiles of scores come from single-precision matrix products. Wherever the rounding of that product
// could change a decision, the comparison is scored again by similarity() in double precision, so
// that every count equals that of a plain loop over similarity().
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "metrics/trial.h"
#include "models/embedding_table.h"
#include "models/model_card.h"

namespace robench {

/// One side of the comparisons: chosen rows of a table, made ready for matrix products.
struct PairSide {
  const EmbeddingTable* table = nullptr;  // outlives this
  std::vector<std::uint32_t> sample;      // the row of `table` of each row below
  EmbeddingMatrix rows;                   // cosine: of unit length; Euclidean: as they are
  Eigen::VectorXf squared_norms;          // of `rows`
};

/// Those of `samples` whose subject is known and whose row is ok.
[[nodiscard]] PairSide pair_side(Comparison comparison, const EvaluationData& data,
                                 const EmbeddingTable& table, std::span<const std::uint32_t> samples);

/// A comparison that a stream lets through. `score` is the tile's own: the cosine, or minus the
/// squared distance, in single precision.
struct Hit {
  std::uint32_t reference = 0;
  std::uint32_t probe = 0;
  float score = 0;
};

/// The comparisons of two sides that are of different subjects and of different sessions.
class CrossComparisons {
 public:
  /// Both sides outlive this. The same object twice = each unordered pair once.
  CrossComparisons(Comparison comparison, const EvaluationData& data, const PairSide& references,
                   const PairSide& probes);

  /// How many there are, in closed form.
  [[nodiscard]] std::int64_t count() const;
  /// Their total weight when one of subjects a and b weighs weight[a] * weight[b].
  [[nodiscard]] double weighted_count(std::span<const float> weight) const;

  /// Adds to of_subject[s] the comparisons that subject s takes part in.
  void add_counts(std::span<double> of_subject) const;

  /// Hands the comparisons with tile score >= cut() to take(), in an order that does not depend on
  /// threads. cut() is asked from time to time and may rise on the way.
  void stream(const std::function<float()>& cut,
              const std::function<void(std::span<const Hit>)>& take) const;
  /// Hands the comparisons with similarity >= threshold to take(); exact.
  void matches(double threshold, const std::function<void(const Hit&)>& take) const;

  /// similarity() of a hit.
  [[nodiscard]] double exact_score(const Hit& hit) const;
  /// A similarity on the scale of the tile scores.
  [[nodiscard]] float tile_score(double similarity) const;
  /// And back.
  [[nodiscard]] double similarity_of(float tile_score) const;
  /// No tile score is further than this from the tile_score() of its similarity().
  [[nodiscard]] float margin() const { return margin_; }

 private:
  struct Tile {
    Eigen::Index row;
    Eigen::Index column;
  };
  /// Samples of one subject, on each side.
  struct SubjectCounts {
    int subject = 0;
    double references = 0;
    double probes = 0;
  };

  [[nodiscard]] std::vector<Tile> tiles() const;
  void collect(const Tile& tile, float cut, std::vector<Hit>& hits) const;
  [[nodiscard]] bool comparable(std::uint32_t reference, std::uint32_t probe) const;
  template <class Weight>
  [[nodiscard]] static double cross_weight(const std::vector<SubjectCounts>& counts,
                                           const Weight& weight);
  template <class Weight>
  [[nodiscard]] double total_weight(const Weight& weight) const;

  Comparison comparison_;
  const EvaluationData& data_;
  const PairSide& references_;
  const PairSide& probes_;
  bool symmetric_;
  float margin_;
  std::vector<SubjectCounts> counts_;
  std::vector<std::vector<SubjectCounts>> shared_sessions_;  // of several subjects: left out
};

}  // namespace robench
