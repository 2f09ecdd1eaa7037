// SPDX-License-Identifier: Apache-2.0
// False non-matches and false matches by group of people, at the one frozen threshold.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "metrics/all_pairs.h"
#include "metrics/equity.h"
#include "metrics/grouping.h"
#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// Mated comparisons by the unit of their subject: all that FNMR of any grouping needs.
struct NonMatches {
  std::vector<double> judged;       // by unit
  std::vector<double> non_matches;  // by unit
  std::int64_t not_acquired = 0;    // mated trials with a sample that was not acquired

  /// By group; `of_unit` as Grouping::of_unit, -1 = left out.
  [[nodiscard]] GroupCounts by_group(std::span<const int> of_unit, int groups) const;
  /// Weighted by how often each unit was drawn.
  [[nodiscard]] GroupCounts by_group(std::span<const int> of_unit, int groups,
                                     std::span<const float> weight) const;
};
/// The mated trials at the frozen threshold, with probes of each of the tables. Requires: the threshold
/// is available.
[[nodiscard]] NonMatches count_non_matches(const CleanContext& context, const ResamplingUnits& units,
                                           std::span<const EmbeddingTable* const> tables);

/// All comparisons of the references of one group with the probes of another (or the same) one.
struct GroupPairMatches {
  std::int64_t comparisons = 0;
  std::vector<std::pair<int, int>> matches;  // subjects
  std::vector<double> weights;               // of the comparisons, by bootstrap replicate
  std::vector<double> match_weights;         // of the matches, by bootstrap replicate
};

/// The FMR matrix of a cell, and what permuted labels would have given.
struct MatchMatrix {
  int groups = 0;
  std::vector<GroupPairMatches> pairs;  // references' group * groups + probes' group
  std::vector<GroupCounts> permuted;    // within-group counts under each permutation of the labels

  /// Within-group counts; the second form: their weights in a bootstrap replicate.
  [[nodiscard]] GroupCounts within() const;
  [[nodiscard]] GroupCounts within(int replicate) const;
  [[nodiscard]] const GroupPairMatches& at(int references, int probes) const {
    return pairs[static_cast<std::size_t>(references) * groups + probes];
  }
};

/// Every clean reference against every perturbed probe of another subject and another session, by group;
/// where the perturbation is applied to both sides, every two perturbed samples once, with groups in
/// ascending order. With a cross-fitted threshold, comparisons lie within the halves.
class GroupMatches {
 public:
  /// `of_unit`: group of each subject, -1 = left out. All outlive this.
  GroupMatches(const CleanContext& context, std::span<const int> of_unit, int groups);

  /// `tables`: of the probes. `permutations`: other labels of the units, each as long as `of_unit`.
  [[nodiscard]] MatchMatrix count(std::span<const EmbeddingTable* const> tables,
                                  const SubjectBootstrap& bootstrap,
                                  std::span<const std::vector<int>> permutations) const;

 private:
  struct Half {
    double threshold = 0;
    std::vector<std::vector<std::uint32_t>> samples;  // by group
    std::vector<PairSide> references;                 // by group
    std::vector<std::uint32_t> all_samples;           // of every group
    PairSide all_references;
  };
  void count_half(const Half& half, const EmbeddingTable& table, const SubjectBootstrap& bootstrap,
                  MatchMatrix& matrix) const;
  void count_permuted_comparisons(const Half& half, const EmbeddingTable& table,
                                  std::span<const std::vector<int>> permutations,
                                  MatchMatrix& matrix) const;

  const CleanContext context_;
  std::span<const int> of_unit_;
  int groups_;
  std::vector<Half> halves_;
};

/// `count` seeded shuffles of the labels among the units that have one (not -1).
[[nodiscard]] std::vector<std::vector<int>> permuted_labels(std::span<const int> of_unit, int count,
                                                            std::uint64_t seed);

}  // namespace robench
