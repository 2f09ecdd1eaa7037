// SPDX-License-Identifier: Apache-2.0
#include "metrics/confidence/two_sample.h"

#include <algorithm>
#include <map>

#include <tbb/parallel_for.h>

#include "perturb/error.h"

namespace robench {

std::vector<int> people_of_rows(std::span<const int> subject) {
  std::map<int, int> number_of;
  std::vector<int> person;
  int count = 0;
  for (const int s : subject) {
    if (s < 0) {
      person.push_back(count++);
      continue;
    }
    const auto [found, is_new] = number_of.try_emplace(s, count);
    if (is_new) ++count;
    person.push_back(found->second);
  }
  return person;
}

SubjectRelabelling::SubjectRelabelling(const TwoSamples& samples, std::span<const int> block)
    : in_second_(samples.in_second) {
  ROBENCH_ASSERT(samples.subject.size() == in_second_.size());
  ROBENCH_ASSERT(block.empty() || block.size() == in_second_.size());
  std::map<int, std::vector<std::size_t>> rows_of;
  const std::vector<int> person = people_of_rows(samples.subject);
  for (std::size_t i = 0; i < person.size(); ++i) rows_of[person[i]].push_back(i);
  for (const auto& [number, rows] : rows_of) {
    const bool mixed = std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
      return in_second_[row] != in_second_[rows.front()];
    });
    (mixed ? rows_of_mixed_ : rows_of_pure_).push_back(rows);
    if (!mixed) block_of_pure_.push_back(block.empty() ? 0 : block[rows.front()]);
  }
}

std::vector<int> SubjectRelabelling::labels(const RandomStream& stream, int permutation) const {
  std::vector<int> labels = in_second_;
  const std::vector<int> order = permuted_within_blocks(block_of_pure_, stream, permutation);
  for (std::size_t k = 0; k < order.size(); ++k)
    for (const std::size_t row : rows_of_pure_[k])
      labels[row] = in_second_[rows_of_pure_[order[k]].front()];
  const RandomStream coins = stream.fork("swap");
  const std::uint64_t first = static_cast<std::uint64_t>(permutation) * rows_of_mixed_.size();
  for (std::size_t k = 0; k < rows_of_mixed_.size(); ++k) {
    if (coins.uniform(first + k) >= 0.5) continue;
    for (const std::size_t row : rows_of_mixed_[k]) labels[row] = 1 - labels[row];
  }
  return labels;
}

PermutationTest SubjectRelabelling::test(
    double observed, int permutations, std::uint64_t seed, std::string_view purpose,
    const std::function<double(std::span<const int>)>& statistic) const {
  const RandomStream stream = RandomStream(seed, "subject_permutation", "", "", 0).fork(purpose);
  PermutationTest test;
  test.null.resize(permutations);
  tbb::parallel_for(0, permutations, [&](int permutation) {
    test.null[permutation] = statistic(labels(stream, permutation));
  });
  test.p = permutation_p(observed, test.null, Tail::upper);
  return test;
}

}  // namespace robench
