// SPDX-License-Identifier: Apache-2.0
#include "reports/summary_scope.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "metrics/run_summary.h"
#include "reports/comparison.h"
#include "reports/finding.h"

namespace robench {
namespace {

constexpr std::size_t kMostNamedOver = 3;     // of the perturbations in a mean; the table has them all
constexpr std::size_t kMostNamedLeftOut = 6;  // of those without

static_assert(kMinSeverities == 3, "the words below say three");

struct RunSeverities {
  SummaryMember member;
  std::set<double> severities;
};

std::vector<RunSeverities> severities_at(const RunRecord& run, const std::string& stage) {
  std::vector<RunSeverities> all;
  for (const CellRecord& cell : run.cells) {
    if (cell.stage != stage || cell.perturbation == "identity" || repeats_clean(cell)) continue;
    auto known = std::find_if(all.begin(), all.end(), [&](const RunSeverities& other) {
      return other.member.perturbation == cell.perturbation;
    });
    if (known == all.end()) {
      const SummaryMember member{cell.perturbation, cell.family, 0};
      known = all.insert(known, RunSeverities{member, {}});
    }
    if (cell.severity && *cell.severity > 0) known->severities.insert(*cell.severity);
  }
  return all;
}

std::string quoted(const SummaryMember& member) { return "`" + member.perturbation + "`"; }

}  // namespace

SummaryScope summary_scope(const RunRecord& run, const std::string& stage) {
  SummaryScope scope;
  for (RunSeverities& each : severities_at(run, stage)) {
    each.member.severities = each.severities.size();
    (each.severities.size() < kMinSeverities ? scope.left_out : scope.over).push_back(each.member);
  }
  return scope;
}

SummaryScope of_family(const SummaryScope& scope, const std::string& family) {
  SummaryScope own = scope;
  for (auto* members : {&own.over, &own.left_out})
    std::erase_if(*members, [&](const SummaryMember& member) { return member.family != family; });
  return own;
}

std::string over_in_words(const SummaryScope& scope) {
  const std::size_t all = scope.over.size() + scope.left_out.size();
  if (scope.over.size() > kMostNamedOver)
    return scope.left_out.empty() ? fmt::format("all {} perturbations", all)
                                  : fmt::format("{} of {} perturbations", scope.over.size(), all);
  std::vector<std::string> names;
  for (const SummaryMember& member : scope.over) names.push_back(quoted(member));
  return finding::listed(names);
}

std::string left_out_in_words(const SummaryScope& scope) {
  if (scope.left_out.empty()) return "";
  std::vector<std::string> names;
  for (const SummaryMember& member : scope.left_out) {
    if (names.size() == kMostNamedLeftOut) {
      names.push_back(fmt::format("{} others", scope.left_out.size() - kMostNamedLeftOut));
      break;
    }
    names.push_back(member.severities == 0 ? quoted(member) + " (none)"
                                           : fmt::format("{} ({})", quoted(member), member.severities));
  }
  return fmt::format("left out, with fewer than three severities: {}", fmt::join(names, ", "));
}

}  // namespace robench
