// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/group_rows.h"
#include "metrics/rate.h"

namespace robench {
namespace {

/// Every index: as observed, in each bootstrap replicate and under each permutation of the labels.
struct EquityValues {
  EquityIndices observed{};
  std::vector<EquityIndices> replicates;
  std::vector<EquityIndices> permuted;
};

EquityValues equity_values(const GroupContext& group, std::span<const int> compared,
                           std::span<const std::vector<int>> permutations, const NonMatches& mated,
                           const MatchMatrix& matrix) {
  const std::vector<int>& labels = group.grouping.of_unit;
  EquityValues values;
  values.observed =
      equity_indices(matrix.within().of(compared), mated.by_group(labels, matrix.groups).of(compared));
  for (int r = 0; r < group.bootstrap.replicates(); ++r) {
    const auto drawn = mated.by_group(labels, matrix.groups, group.bootstrap.of_replicate(r));
    values.replicates.push_back(equity_indices(matrix.within(r).of(compared), drawn.of(compared)));
  }
  for (std::size_t k = 0; k < permutations.size(); ++k)
    values.permuted.push_back(equity_indices(
        matrix.permuted[k].of(compared), mated.by_group(permutations[k], matrix.groups).of(compared)));
  return values;
}

std::vector<double> column(const std::vector<EquityIndices>& all, const EquityIndex& index) {
  std::vector<double> values;
  for (const EquityIndices& one : all) values.push_back(one.*index.value);
  return values;
}

Measure index_row(const GroupContext& group, std::span<const int> compared, const EquityIndex& index,
                  const EquityValues& values) {
  Measure row;
  row.name = std::string(index.name) + ":" + group.grouping.name;
  row.value = values.observed.*index.value;
  row.unit = "1";
  row.n = std::ssize(compared);
  row.better = index.higher_is_fairer ? Better::higher : Better::lower;
  row.ci95 = percentile_interval(column(values.replicates, index));
  row.note = fmt::format("{}; n = groups", index.formula);
  for (int g = 0; g < group.grouping.size(); ++g)
    if (std::find(compared.begin(), compared.end(), g) == compared.end())
      add_note(row.note, group.grouping.label(g) + " left out: too few subjects");
  add_note(row.note, "noise alone makes rates unequal: compare with the value under permuted labels");
  return row;
}

Measure permuted_row(const GroupContext& group, const EquityIndex& index, const EquityValues& values) {
  const std::string name = std::string(index.name) + "_permuted:" + group.grouping.name;
  std::vector<double> permuted = column(values.permuted, index);
  std::erase_if(permuted, [](double value) { return std::isnan(value); });
  if (permuted.empty()) return refused(name, "1", Better::none, "every permutation left a group empty");
  const PermutedIndex chance =
      permuted_index(values.observed.*index.value, permuted, index.higher_is_fairer);
  Measure row;
  row.name = name;
  row.value = chance.mean;
  row.unit = "1";
  row.n = std::ssize(permuted);
  row.ci95 = percentile_interval(permuted);
  row.note = fmt::format(
      "mean and central 95 % over {} permutations of the subjects' labels; p = {:.4f} that labels "
      "without "
      "meaning are as unequal",
      permuted.size(), chance.p);
  return row;
}

}  // namespace

std::vector<Measure> equity_rows(const GroupContext& group, std::span<const int> compared,
                                 std::span<const std::vector<int>> permutations, const NonMatches& mated,
                                 const MatchMatrix& matrix) {
  std::vector<Measure> rows;
  EquityValues values;
  const bool enough = compared.size() >= 2;
  if (enough) values = equity_values(group, compared, permutations, mated, matrix);
  for (const EquityIndex& index : equity_index_list()) {
    if (enough && !std::isnan(values.observed.*index.value)) {
      rows.push_back(index_row(group, compared, index, values));
      rows.push_back(permuted_row(group, index, values));
      continue;
    }
    const std::string reason =
        enough
            ? "a group has no comparison left under this condition"
            : fmt::format("fewer than two groups with {} subjects that have a judged mated comparison",
                          kFewestOfGroup);
    const Better better = index.higher_is_fairer ? Better::higher : Better::lower;
    rows.push_back(refused(std::string(index.name) + ":" + group.grouping.name, "1", better, reason));
    rows.push_back(refused(std::string(index.name) + "_permuted:" + group.grouping.name, "1",
                           Better::none, reason));
  }
  return rows;
}

}  // namespace robench
