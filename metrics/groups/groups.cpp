// SPDX-License-Identifier: Apache-2.0
// Demographic differentials: failures, false non-matches and false matches of each group of people at
// the one frozen threshold, the FMR between groups, and indices of how unequal the rates are.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "metrics/group_rows.h"

namespace robench::metrics {
namespace {

constexpr int kPermutations = 999;
/// Rows grow with the square of the groups, and a column of names is no grouping.
constexpr int kMostGroups = 20;

std::string unusable(const Grouping& grouping) {
  if (grouping.size() == 0) return fmt::format("no subject has a value in '{}'", grouping.name);
  if (grouping.size() == 1)
    return fmt::format("'{}' has one value only, '{}'", grouping.name, grouping.values[0]);
  if (grouping.size() > kMostGroups)
    return fmt::format("'{}' makes {} groups, more than {}", grouping.name, grouping.size(),
                       kMostGroups);
  return "";
}

/// What one grouping gives on each cell of one model.
class OneGrouping {
 public:
  OneGrouping(const CleanContext& context, const ResamplingUnits& units,
              const SubjectBootstrap& bootstrap, const std::vector<std::string>& columns)
      : grouping_(make_grouping(context.data, columns)),
        reason_(unusable(grouping_)),
        group_{context, units, bootstrap, grouping_} {
    if (!reason_.empty() || !context.threshold.available) return;
    matches_ = std::make_unique<GroupMatches>(context, grouping_.of_unit, grouping_.size());
    find_groups_to_compare();
  }

  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const {
    if (!reason_.empty()) return {refused_index(reason_)};
    std::vector<Measure> rows;
    for (int g = 0; g < grouping_.size(); ++g)
      rows.push_back(group_failure_row(group_, g, cell.perturbed));
    if (matches_)
      add(error_rates(cell), rows);
    else
      rows.push_back(refused_index(group_.context.threshold.reason));
    add(score_shift_rows(group_, cell.perturbed), rows);
    return rows;
  }

 private:
  static void add(std::vector<Measure> more, std::vector<Measure>& rows) {
    std::move(more.begin(), more.end(), std::back_inserter(rows));
  }

  [[nodiscard]] Measure refused_index(const std::string& reason) const {
    return refused("fdr:" + grouping_.name, "1", Better::higher, reason);
  }

  /// Groups with enough people on the clean side for both rates; their labels are the ones permuted.
  void find_groups_to_compare() {
    const EmbeddingTable* clean = &group_.context.clean;
    const NonMatches mated = count_non_matches(group_.context, group_.units, {&clean, 1});
    std::vector<int> with_mated(grouping_.size(), 0);
    for (int unit = 0; unit < group_.units.count; ++unit)
      if (grouping_.of_unit[unit] >= 0 && mated.judged[unit] > 0) ++with_mated[grouping_.of_unit[unit]];
    for (int g = 0; g < grouping_.size(); ++g)
      if (with_mated[g] >= kFewestOfGroup) compared_.push_back(g);
    if (compared_.size() < 2) return;
    std::vector<int> labels = grouping_.of_unit;
    for (int& label : labels)
      if (std::find(compared_.begin(), compared_.end(), label) == compared_.end()) label = -1;
    permutations_ = permuted_labels(labels, kPermutations, group_.context.data.seed);
  }

  [[nodiscard]] std::vector<Measure> error_rates(const Cell& cell) const {
    const NonMatches mated = count_non_matches(group_.context, group_.units, cell.perturbed);
    const MatchMatrix matrix = matches_->count(cell.perturbed, group_.bootstrap, permutations_);
    const bool both = group_.context.data.apply_to == ApplyTo::both;
    std::vector<Measure> rows;
    for (int g = 0; g < grouping_.size(); ++g) rows.push_back(group_fnmr_row(group_, g, mated));
    for (int g = 0; g < grouping_.size(); ++g) rows.push_back(group_fmr_row(group_, g, g, matrix));
    for (int r = 0; r < grouping_.size(); ++r)
      for (int p = both ? r + 1 : 0; p < grouping_.size(); ++p)
        if (r != p) rows.push_back(group_fmr_row(group_, r, p, matrix));
    add(equity_rows(group_, compared_, permutations_, mated, matrix), rows);
    return rows;
  }

  Grouping grouping_;
  std::string reason_;  // why this grouping gives nothing
  GroupContext group_;
  std::unique_ptr<GroupMatches> matches_;  // none without a threshold
  std::vector<int> compared_;              // groups whose rates the indices compare
  std::vector<std::vector<int>> permutations_;
};

class Groups : public PreparedMetric {
 public:
  explicit Groups(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {
    for (const auto& columns : context.data.groupings)
      groupings_.push_back(std::make_unique<OneGrouping>(context_, units_, bootstrap_, columns));
  }

  std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> rows;
    for (const auto& grouping : groupings_) {
      auto more = grouping->evaluate(cell);
      std::move(more.begin(), more.end(), std::back_inserter(rows));
    }
    return rows;
  }

 private:
  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
  std::vector<std::unique_ptr<OneGrouping>> groupings_;
};

}  // namespace

MetricSpec groups() {
  MetricSpec spec;
  spec.name = "groups";
  spec.summary =
      "error rates by group of people, and how unequal they are; needs the suite key `groups`";
  spec.measures = {
      {"failure_to_acquire_rate:GROUP", "share", Better::lower, "samples of a group without embedding"},
      {"fnmr:GROUP", "share", Better::lower, "false non-match rate of a group"},
      {"fmr:GROUP", "share", Better::lower, "false match rate within a group"},
      {"fmr:GROUP/OTHER", "share", Better::lower, "references of one group, probes of another"},
  };
  for (const EquityIndex& index : equity_index_list()) {
    spec.measures.push_back({std::string(index.name) + ":COLUMN", "1",
                             index.higher_is_fairer ? Better::higher : Better::lower, index.formula});
    spec.measures.push_back({std::string(index.name) + "_permuted:COLUMN", "1", Better::none,
                             "the same under permuted labels: what noise alone gives"});
  }
  spec.measures.push_back({"score_shift_mated:GROUP-OTHER", "SD", Better::none,
                           "difference of mean mated scores over their pooled SD"});
  spec.measures.push_back({"score_shift_non_mated:GROUP-OTHER", "SD", Better::none,
                           "the same of all non-mated scores within the groups"});
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Groups>(context); };
  return spec;
}

}  // namespace robench::metrics
