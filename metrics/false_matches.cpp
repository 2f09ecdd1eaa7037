// SPDX-License-Identifier: Apache-2.0
#include "metrics/false_matches.h"

#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/wilson.h"

namespace robench {
namespace {

/// Rows of no table, for counting comparisons that were not made.
PairSide side_of(const EvaluationData& data, std::span<const std::uint32_t> samples) {
  PairSide side;
  for (std::uint32_t sample : samples)
    if (data.subject[sample] >= 0) side.sample.push_back(sample);
  return side;
}

}  // namespace

/// How the comparisons of a cell spread over subjects. Pairs of samples within one session are taken out
/// of the counts by subject, not out of those by pair of subjects, where they hardly weigh.
class FalseMatches::Tally {
 public:
  Tally(const EvaluationData& data, double tables, bool symmetric)
      : data_(data), tables_(tables), symmetric_(symmetric) {
    spread_.of_unit.assign(data.subject_count, 0);
    references_.assign(data.subject_count, 0);
    probes_.assign(data.subject_count, 0);
  }
  void add(const CrossComparisons& comparisons, const PairSide& references, const PairSide& probes) {
    spread_.count += static_cast<double>(comparisons.count());
    comparisons.add_counts(spread_.of_unit);
    for (std::uint32_t sample : references.sample) references_[data_.subject[sample]] += 1 / tables_;
    for (std::uint32_t sample : probes.sample) probes_[data_.subject[sample]] += 1;
  }
  /// Groups are compared within themselves, so their pairs are summed one by one.
  void close_group(std::span<const std::uint32_t> samples) {
    std::set<int> subjects;
    for (std::uint32_t sample : samples) subjects.insert(data_.subject[sample]);
    double r2 = 0, p2 = 0, rp = 0, r2p2 = 0;
    for (int subject : subjects) {
      const double r = references_[subject];
      const double p = probes_[subject];
      r2 += r * r;
      p2 += p * p;
      rp += r * p;
      r2p2 += r * r * p * p;
    }
    // Of r_a p_b + r_b p_a over unordered pairs; symmetric comparisons are counted twice by it.
    const double squared = r2 * p2 + rp * rp - 2 * r2p2;
    spread_.squared_pairs += symmetric_ ? squared / 4 : squared;
  }
  [[nodiscard]] Measure measure(std::string name, const std::vector<std::pair<int, int>>& errors,
                                std::string note) {
    spread_.of_pair = [this](int a, int b) {
      const double count = references_[a] * probes_[b] + references_[b] * probes_[a];
      return symmetric_ ? count / 2 : count;
    };
    int known = 0;
    for (double count : spread_.of_unit) known += count > 0 ? 1 : 0;
    return wilson_measure(std::move(name), Better::lower,
                          static_cast<double>(errors.size()) / spread_.count,
                          {static_cast<std::int64_t>(spread_.count), known, known / 2},
                          two_subject_variance(errors, spread_), std::move(note));
  }
  [[nodiscard]] double count() const { return spread_.count; }

 private:
  const EvaluationData& data_;
  double tables_;
  bool symmetric_;
  ComparisonSpread spread_;
  std::vector<double> references_;  // of each subject, per table
  std::vector<double> probes_;      // of all tables
};

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

std::vector<Measure> FalseMatches::rates(const Cell& cell) const {
  const std::string name = "generalised_fmr";
  if (groups_.empty())
    return {refused("fmr", "share", Better::lower, context_.threshold.reason),
            refused(name, "share", Better::lower, context_.threshold.reason)};
  const EvaluationData& data = context_.data;
  const Comparison comparison = context_.card.comparison;
  const bool both = data.apply_to == ApplyTo::both;
  const auto tables = static_cast<double>(cell.perturbed.size());
  std::vector<std::pair<int, int>> errors;
  Tally made(data, tables, both);
  Tally meant(data, tables, both);
  for (const Group& group : groups_) {
    const PairSide everybody = side_of(data, group.samples);
    const PairSide everybody_again = everybody;
    for (const EmbeddingTable* table : cell.perturbed) {
      const PairSide probes = pair_side(comparison, data, *table, group.samples);
      const PairSide& references = both ? probes : group.references;
      const CrossComparisons comparisons(comparison, data, references, probes);
      made.add(comparisons, references, probes);
      meant.add({comparison, data, everybody, both ? everybody : everybody_again}, everybody, everybody);
      comparisons.matches(group.threshold, [&](const Hit& hit) {
        errors.emplace_back(data.subject[hit.reference], data.subject[hit.probe]);
      });
    }
    made.close_group(everybody.sample);
    meant.close_group(everybody.sample);
  }
  std::string note = both ? "every two perturbed samples of different subjects"
                          : "every clean reference with every probe of another subject";
  if (groups_.size() == 2) note += " of the same half";
  add_note(note, context_.threshold.note);
  const std::string none =
      "no comparison of two acquired samples of different known subjects and sessions";
  std::string generalised = fmt::format(
      "{:.0f} of {:.0f} comparisons failed to be made and count as "
      "non-matches",
      meant.count() - made.count(), meant.count());
  add_note(generalised, note);
  return {made.count() > 0 ? made.measure("fmr", errors, note)
                           : refused("fmr", "share", Better::lower, none),
          meant.count() > 0 ? meant.measure(name, errors, std::move(generalised))
                            : refused(name, "share", Better::lower, none)};
}

}  // namespace robench
