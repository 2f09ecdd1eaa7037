// SPDX-License-Identifier: Apache-2.0
// Which condition of each family moves the embeddings most.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"

namespace robench::finding {
namespace {

/// The row with the most drift for a model; nullptr without any drift.
const ComparisonRow* worst_row(const Rows& rows, std::size_t model) {
  const ComparisonRow* worst = nullptr;
  for (const ComparisonRow* row : rows) {
    const Measure* drift = row->entries[model].drift;
    if (!available(drift)) continue;
    if (worst == nullptr || drift->value > worst->entries[model].drift->value) worst = row;
  }
  return worst;
}

/// Drift is of the faces that were found; whom a condition hid from the detector does not count. "" when
/// it hid few, or no more than the clean pictures lack.
std::string lost_remark(const StageComparison& stage, const ComparisonRow& row, std::size_t model) {
  constexpr double kFew = 0.05;
  const Measure* lost = row.entries[model].failure;
  if (!available(lost) || lost->value <= kFew) return "";
  const ComparisonRow& first = stage.rows.front();
  const Measure* lost_clean = first.clean ? first.entries[model].failure : nullptr;
  if (available(lost_clean) && lost->value <= lost_clean->value) return "";
  return fmt::format("of the faces that were found: {:.1f} % failed to acquire", 100 * lost->value);
}

/// "31.2 deg [30.1, 32.4] (FNMR 24.0 % [21.0, 27.1])".
std::string how_far(const ModelComparison& comparison, const Rows& rows, const ComparisonRow& worst,
                    std::size_t model) {
  const ComparisonEntry& entry = worst.entries[model];
  std::vector<std::string> remarks{lost_remark(comparison.stages.front(), worst, model)};
  if (available(entry.non_match))
    remarks.push_back(fmt::format("{} {}", rate_name(comparison.non_match), in_words(entry.non_match)));
  remarks.push_back(overlap_remark(rows, worst, model, &ComparisonEntry::drift));
  std::erase(remarks, "");
  const std::string more = remarks.empty() ? "" : fmt::format(" ({})", fmt::join(remarks, "; "));
  return in_words(entry.drift) + more;
}

/// "within lighting, `gamma@5` moves A most, by ..., and B, by ...": each worst condition named once.
std::string family_clause(const ModelComparison& comparison, const std::string& family,
                          const Rows& rows) {
  std::vector<std::pair<const ComparisonRow*, std::vector<std::string>>> by_row;
  for (std::size_t m = 0; m < comparison.models.size(); ++m) {
    const ComparisonRow* worst = worst_row(rows, m);
    if (worst == nullptr) continue;
    auto known = std::find_if(by_row.begin(), by_row.end(),
                              [&](const auto& entry) { return entry.first == worst; });
    if (known == by_row.end()) known = by_row.insert(known, {worst, {}});
    const char* most = known->second.empty() && rows.size() > 1 ? " most" : "";
    known->second.push_back(
        fmt::format("{}{}, by {}", comparison.models[m], most, how_far(comparison, rows, *worst, m)));
  }
  std::vector<std::string> parts;
  for (const auto& [row, models] : by_row) {
    parts.push_back(fmt::format("`{}` moves {}", row->label, fmt::join(models, ", and ")));
  }
  return parts.empty() ? "" : fmt::format("within {}, {}", family, fmt::join(parts, ", and "));
}

}  // namespace

std::string what_moves_most(const ModelComparison& comparison) {
  if (comparison.stages.empty() || families(comparison.stages.front()).empty()) {
    return "Only clean pictures were judged, so no condition can be said to move the embeddings.";
  }
  std::vector<std::string> clauses;         // of families with several conditions
  std::vector<std::string> single_clauses;  // of the others: there is no most and no least
  std::vector<std::string> singles;
  for (const auto& [family, rows] : families(comparison.stages.front())) {
    const std::string clause = family_clause(comparison, family, rows);
    if (clause.empty()) continue;
    (rows.size() > 1 ? clauses : single_clauses).push_back(clause);
    if (rows.size() == 1) singles.push_back(family);
  }
  if (clauses.empty() && singles.empty()) {
    return "No condition has a drift value, so none can be said to move the embeddings most.";
  }
  if (clauses.empty()) clauses = std::move(single_clauses);
  if (!singles.empty()) {
    clauses.push_back(
        fmt::format("{} {}", listed(singles),
                    singles.size() == 1 ? "has one condition only" : "have one condition each"));
  }
  return fmt::format("At the {} stage, {}.", comparison.stages.front().stage, fmt::join(clauses, "; "));
}

}  // namespace robench::finding
