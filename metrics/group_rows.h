// SPDX-License-Identifier: Apache-2.0
// Measures of one group or of a pair of groups, with the rules for groups of few people.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "metrics/group_errors.h"
#include "metrics/grouping.h"
#include "metrics/measure.h"
#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// Below this many subjects a group gets no error rate: it would have no interval either.
inline constexpr int kFewestOfGroup = SubjectBootstrap::kMinSubjects;
/// Below this many subjects, or expected false accepts, a rate of a group is labelled (own, after the
/// rule of 30 of Doddington et al. 2000, Speech Communication 31:225).
inline constexpr int kCertainOfGroup = 30;

/// What the rows of one grouping under one model are made from. All outlive it.
struct GroupContext {
  const CleanContext& context;
  const ResamplingUnits& units;
  const SubjectBootstrap& bootstrap;
  const Grouping& grouping;
};

/// What must be said of a rate of so few people; "" when nothing.
[[nodiscard]] std::string small_group(int subjects);

/// `failure_to_acquire_rate:gender=female`.
[[nodiscard]] Measure group_failure_row(const GroupContext& group, int number,
                                        std::span<const EmbeddingTable* const> tables);
/// `fnmr:gender=female`; refused below kFewestOfGroup subjects.
[[nodiscard]] Measure group_fnmr_row(const GroupContext& group, int number, const NonMatches& mated);
/// `fmr:gender=female` (within the group) or `fmr:gender=female/male` (references / probes); refused
/// below kFewestOfGroup subjects or below a false-accept budget of 1.
[[nodiscard]] Measure group_fmr_row(const GroupContext& group, int references, int probes,
                                    const MatchMatrix& matrix);

/// The indices of equity over `compared` groups, each with its value under `permutations` of the labels:
/// `fdr:gender`, `fdr_permuted:gender`, ... Refused with fewer than two groups.
[[nodiscard]] std::vector<Measure> equity_rows(const GroupContext& group, std::span<const int> compared,
                                               std::span<const std::vector<int>> permutations,
                                               const NonMatches& mated, const MatchMatrix& matrix);

/// `score_shift_mated:gender=female-male` and `score_shift_non_mated:...` for each pair of groups.
[[nodiscard]] std::vector<Measure> score_shift_rows(const GroupContext& group,
                                                    std::span<const EmbeddingTable* const> tables);

}  // namespace robench
