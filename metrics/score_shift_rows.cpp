// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "metrics/group_rows.h"
#include "metrics/rate.h"
#include "metrics/score_shift.h"
#include "metrics/scores.h"

namespace robench {
namespace {

std::vector<ScoreMoments> mated_scores(const GroupContext& group,
                                       std::span<const EmbeddingTable* const> tables) {
  std::vector<ScoreMoments> moments(group.grouping.size(), ScoreMoments(group.units.count));
  const auto& trials = group.context.data.trials;
  for (const EmbeddingTable* table : tables) {
    const auto scores =
        trial_scores(group.context.card.comparison, trials, references(group.context, *table), *table);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const int unit = group.units.of_sample[trials[i].reference];
      const int number = group.grouping.of_unit[unit];
      if (trials[i].mated && !std::isnan(scores[i]) && number >= 0)
        moments[number].add(unit, unit, scores[i]);
    }
  }
  return moments;
}

/// Single precision is enough here: no score is held against a threshold.
std::vector<ScoreMoments> non_mated_scores(const GroupContext& group,
                                           std::span<const EmbeddingTable* const> tables) {
  const Comparison comparison = group.context.card.comparison;
  const EvaluationData& data = group.context.data;
  std::vector<std::vector<std::uint32_t>> samples(group.grouping.size());
  for (std::uint32_t i = 0; i < data.subject.size(); ++i)
    if (data.subject[i] >= 0 && group.grouping.of_unit[data.subject[i]] >= 0)
      samples[group.grouping.of_unit[data.subject[i]]].push_back(i);
  std::vector<ScoreMoments> moments(group.grouping.size(), ScoreMoments(group.units.count));
  for (const EmbeddingTable* table : tables) {
    for (std::size_t g = 0; g < samples.size(); ++g) {
      const PairSide probes = pair_side(comparison, data, *table, samples[g]);
      const PairSide clean = pair_side(comparison, data, group.context.clean, samples[g]);
      const bool both = data.apply_to == ApplyTo::both;
      const CrossComparisons all(comparison, data, both ? probes : clean, probes);
      all.stream([] { return -std::numeric_limits<float>::infinity(); },
                 [&](std::span<const Hit> hits) {
                   for (const Hit& hit : hits) {
                     const double score = comparison == Comparison::cosine
                                              ? hit.score
                                              : -std::sqrt(std::max(0.0, -double{hit.score}));
                     moments[g].add(data.subject[hit.reference], data.subject[hit.probe], score);
                   }
                 });
    }
  }
  return moments;
}

Measure shift_row(const std::string& name, const ScoreMoments& a, const ScoreMoments& b,
                  const std::string& what) {
  if (a.n() < 2 || b.n() < 2) return refused(name, "SD", Better::none, "fewer than two " + what);
  const ScoreShift shift = score_shift(a, b);
  if (std::isnan(shift.value)) return refused(name, "SD", Better::none, "all scores are equal");
  Measure row;
  row.name = name;
  row.value = shift.value;
  row.unit = "SD";
  row.n = shift.n;
  row.ci95 = shift.ci95;
  row.note = fmt::format(
      "difference of the mean scores over their pooled SD, {}; means {:.4f} and {:.4f}; interval by "
      "jackknife over subjects",
      what, a.mean(), b.mean());
  if (!shift.ci95)
    add_note(row.note, fmt::format("no interval: a group under {} subjects", kFewestOfGroup));
  return row;
}

}  // namespace

std::vector<Measure> score_shift_rows(const GroupContext& group,
                                      std::span<const EmbeddingTable* const> tables) {
  const auto mated = mated_scores(group, tables);
  const auto non_mated = non_mated_scores(group, tables);
  std::vector<Measure> rows;
  for (int a = 0; a < group.grouping.size(); ++a) {
    for (int b = a + 1; b < group.grouping.size(); ++b) {
      const std::string difference = group.grouping.difference(a, b);
      rows.push_back(
          shift_row("score_shift_mated:" + difference, mated[a], mated[b], "mated comparisons"));
      rows.push_back(shift_row("score_shift_non_mated:" + difference, non_mated[a], non_mated[b],
                               "non-mated comparisons, all of those within each group"));
    }
  }
  return rows;
}

}  // namespace robench
