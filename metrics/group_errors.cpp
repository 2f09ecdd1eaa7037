// SPDX-License-Identifier: Apache-2.0
#include "metrics/group_errors.h"

#include <cmath>
#include <memory>

#include <tbb/parallel_for.h>

#include "metrics/scores.h"
#include "perturb/random_stream.h"

namespace robench {

GroupCounts NonMatches::by_group(std::span<const int> of_unit, int groups) const {
  const std::vector<float> once(of_unit.size(), 1.0F);
  return by_group(of_unit, groups, once);
}

GroupCounts NonMatches::by_group(std::span<const int> of_unit, int groups,
                                 std::span<const float> weight) const {
  GroupCounts counts(groups);
  for (std::size_t unit = 0; unit < judged.size(); ++unit) {
    if (of_unit[unit] < 0) continue;
    counts.trials[of_unit[unit]] += weight[unit] * judged[unit];
    counts.errors[of_unit[unit]] += weight[unit] * non_matches[unit];
  }
  return counts;
}

NonMatches count_non_matches(const CleanContext& context, const ResamplingUnits& units,
                             std::span<const EmbeddingTable* const> tables) {
  NonMatches counts;
  counts.judged.assign(units.count, 0);
  counts.non_matches.assign(units.count, 0);
  const auto& trials = context.data.trials;
  for (const EmbeddingTable* table : tables) {
    const auto scores =
        trial_scores(context.card.comparison, trials, references(context, *table), *table);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (!trials[i].mated) continue;
      const auto threshold = context.threshold.judging(context.data.subject[trials[i].reference],
                                                       context.data.subject[trials[i].probe]);
      if (std::isnan(scores[i])) {
        ++counts.not_acquired;
      } else if (threshold) {
        const int unit = units.of_sample[trials[i].reference];
        counts.judged[unit] += 1;
        counts.non_matches[unit] += scores[i] < *threshold ? 1 : 0;
      }
    }
  }
  return counts;
}

GroupCounts MatchMatrix::within() const {
  GroupCounts counts(groups);
  for (int g = 0; g < groups; ++g) {
    counts.errors[g] = static_cast<double>(at(g, g).matches.size());
    counts.trials[g] = static_cast<double>(at(g, g).comparisons);
  }
  return counts;
}

GroupCounts MatchMatrix::within(int replicate) const {
  GroupCounts counts(groups);
  for (int g = 0; g < groups; ++g) {
    counts.errors[g] = at(g, g).match_weights[replicate];
    counts.trials[g] = at(g, g).weights[replicate];
  }
  return counts;
}

GroupMatches::GroupMatches(const CleanContext& context, std::span<const int> of_unit, int groups)
    : context_(context), of_unit_(of_unit), groups_(groups) {
  const Threshold& threshold = context.threshold;
  if (!threshold.available) return;
  const bool cross_fitted = !std::isnan(threshold.target_fmr);
  halves_.resize(cross_fitted ? 2 : 1);
  for (std::size_t h = 0; h < halves_.size(); ++h) {
    halves_[h].threshold = threshold.of_half[h];
    halves_[h].samples.resize(groups);
  }
  for (std::uint32_t sample = 0; sample < context.data.subject.size(); ++sample) {
    const int subject = context.data.subject[sample];
    if (subject < 0 || of_unit[subject] < 0) continue;
    Half& half = halves_[cross_fitted ? threshold.half[subject] : 0];
    half.samples[of_unit[subject]].push_back(sample);
    half.all_samples.push_back(sample);
  }
  const auto side = [&](const std::vector<std::uint32_t>& samples) {
    return pair_side(context.card.comparison, context.data, context.clean, samples);
  };
  for (Half& half : halves_) {
    for (const auto& samples : half.samples) half.references.push_back(side(samples));
    half.all_references = side(half.all_samples);
  }
}

void GroupMatches::count_half(const Half& half, const EmbeddingTable& table,
                              const SubjectBootstrap& bootstrap, MatchMatrix& matrix) const {
  const bool both = context_.data.apply_to == ApplyTo::both;
  std::vector<PairSide> probes;
  for (const auto& samples : half.samples)
    probes.push_back(pair_side(context_.card.comparison, context_.data, table, samples));
  std::vector<std::pair<std::size_t, CrossComparisons>> all;
  for (int r = 0; r < groups_; ++r)
    for (int p = both ? r : 0; p < groups_; ++p)
      all.emplace_back(static_cast<std::size_t>(r) * groups_ + p,
                       CrossComparisons(context_.card.comparison, context_.data,
                                        both ? probes[r] : half.references[r], probes[p]));
  for (const auto& [place, comparisons] : all) {
    GroupPairMatches& pair = matrix.pairs[place];
    pair.comparisons += comparisons.count();
    comparisons.matches(half.threshold, [&](const Hit& hit) {
      pair.matches.emplace_back(context_.data.subject[hit.reference], context_.data.subject[hit.probe]);
    });
  }
  tbb::parallel_for(0, bootstrap.replicates(), [&](int r) {
    const std::vector<float> weight = bootstrap.of_replicate(r);
    for (const auto& [place, comparisons] : all)
      matrix.pairs[place].weights[r] += comparisons.weighted_count(weight);
  });
}

void GroupMatches::count_permuted_comparisons(const Half& half, const EmbeddingTable& table,
                                              std::span<const std::vector<int>> permutations,
                                              MatchMatrix& matrix) const {
  const bool both = context_.data.apply_to == ApplyTo::both;
  const PairSide probes = pair_side(context_.card.comparison, context_.data, table, half.all_samples);
  const CrossComparisons comparisons(context_.card.comparison, context_.data,
                                     both ? probes : half.all_references, probes);
  tbb::parallel_for(std::size_t{0}, permutations.size(), [&](std::size_t k) {
    std::vector<float> is_of_group(of_unit_.size());
    for (int g = 0; g < groups_; ++g) {
      for (std::size_t unit = 0; unit < is_of_group.size(); ++unit)
        is_of_group[unit] = permutations[k][unit] == g ? 1 : 0;
      matrix.permuted[k].trials[g] += comparisons.weighted_count(is_of_group);
    }
  });
}

MatchMatrix GroupMatches::count(std::span<const EmbeddingTable* const> tables,
                                const SubjectBootstrap& bootstrap,
                                std::span<const std::vector<int>> permutations) const {
  MatchMatrix matrix;
  matrix.groups = groups_;
  matrix.pairs.resize(static_cast<std::size_t>(groups_) * groups_);
  for (auto& pair : matrix.pairs) pair.weights.assign(bootstrap.replicates(), 0.0);
  matrix.permuted.assign(permutations.size(), GroupCounts(groups_));
  for (const EmbeddingTable* table : tables) {
    for (const Half& half : halves_) {
      count_half(half, *table, bootstrap, matrix);
      count_permuted_comparisons(half, *table, permutations, matrix);
    }
  }
  for (auto& pair : matrix.pairs) pair.match_weights = bootstrap.total(pair.matches);
  tbb::parallel_for(std::size_t{0}, permutations.size(), [&](std::size_t k) {
    const std::vector<int>& label = permutations[k];
    for (const auto& pair : matrix.pairs)
      for (const auto& [a, b] : pair.matches)
        if (label[a] >= 0 && label[a] == label[b]) matrix.permuted[k].errors[label[a]] += 1;
  });
  return matrix;
}

std::vector<std::vector<int>> permuted_labels(std::span<const int> of_unit, int count,
                                              std::uint64_t seed) {
  std::vector<std::size_t> labelled;
  for (std::size_t unit = 0; unit < of_unit.size(); ++unit)
    if (of_unit[unit] >= 0) labelled.push_back(unit);
  const RandomStream stream(seed, "permuted_group_labels", "", "", 0);
  std::vector<std::vector<int>> all(count, std::vector<int>(of_unit.begin(), of_unit.end()));
  std::uint64_t drawn = 0;
  for (auto& labels : all) {
    for (std::size_t i = labelled.size(); i > 1; --i) {
      const auto j = static_cast<std::size_t>(stream.uniform(drawn++) * static_cast<double>(i));
      std::swap(labels[labelled[i - 1]], labels[labelled[j]]);
    }
  }
  return all;
}

}  // namespace robench
