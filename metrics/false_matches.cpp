// SPDX-License-Identifier: Apache-2.0
#include "metrics/false_matches.h"

#include <cmath>
#include <set>

#include <tbb/parallel_for.h>

#include "metrics/rate.h"

namespace robench {

FalseMatches::FalseMatches(const CleanContext& context) : context_(context) {
  const Threshold& threshold = context.threshold;
  if (!threshold.available) return;
  const bool cross_fitted = !std::isnan(threshold.target_fmr);
  groups_.resize(cross_fitted ? 2 : 1);
  for (std::size_t g = 0; g < groups_.size(); ++g) groups_[g].threshold = threshold.of_half[g];
  for (std::uint32_t sample = 0; sample < context.data.subject.size(); ++sample) {
    const int subject = context.data.subject[sample];
    if (subject >= 0) groups_[cross_fitted ? threshold.half[subject] : 0].samples.push_back(sample);
  }
  for (Group& group : groups_)
    group.references = pair_side(context.card.comparison, context.data, context.clean, group.samples);
}

Measure FalseMatches::fmr(const Cell& cell, const SubjectBootstrap& bootstrap) const {
  if (groups_.empty()) return refused("fmr", "share", Better::lower, context_.threshold.reason);

  const bool both = context_.data.apply_to == ApplyTo::both;
  std::int64_t comparisons_made = 0;
  std::set<int> subjects;
  ComparisonSet false_matches;
  std::vector<double> weights(bootstrap.replicates(), 0.0);
  for (const EmbeddingTable* table : cell.perturbed) {
    for (const Group& group : groups_) {
      const PairSide probes = pair_side(context_.card.comparison, context_.data, *table, group.samples);
      const CrossComparisons comparisons(context_.card.comparison, context_.data,
                                         both ? probes : group.references, probes);
      comparisons_made += comparisons.count();
      for (std::uint32_t sample : probes.sample) subjects.insert(context_.data.subject[sample]);
      comparisons.matches(group.threshold, [&](const Hit& hit) {
        false_matches.add(context_.data.subject[hit.reference], context_.data.subject[hit.probe]);
      });
      tbb::parallel_for(0, bootstrap.replicates(), [&](int r) {
        weights[r] += comparisons.weighted_count(bootstrap.of_replicate(r));
      });
    }
  }
  if (comparisons_made == 0)
    return refused("fmr", "share", Better::lower,
                   "no comparison of two acquired samples of different known subjects and sessions");

  const double rate = static_cast<double>(false_matches.size()) / static_cast<double>(comparisons_made);
  const int known = static_cast<int>(subjects.size());
  std::string note = both ? "every two perturbed samples of different subjects"
                          : "every clean reference with every probe of another subject";
  if (groups_.size() == 2) note += " of the same half";
  add_note(note, context_.threshold.note);
  return rate_measure(
      "fmr", Better::lower, rate, {comparisons_made, known, known / 2},
      [&] { return ratio_interval(false_matches.weights(bootstrap), weights); }, std::move(note));
}

}  // namespace robench
