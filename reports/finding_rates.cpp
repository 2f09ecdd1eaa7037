// SPDX-License-Identifier: Apache-2.0
// Faces that are lost, and where error rates rise: within a family, never across.
#include <algorithm>

#include <fmt/format.h>

#include "reports/finding.h"
#include "reports/numbers.h"

namespace robench::finding {
namespace {

/// The row of a family that loses most faces; nullptr where none loses separably more than the clean
/// ones.
const ComparisonRow* most_lost(const Rows& rows, const Measure& clean) {
  const ComparisonRow* most = nullptr;
  for (const ComparisonRow* row : rows) {
    const Measure* lost = row->entries.front().failure;
    if (!available(lost) || lost->value <= clean.value || !separable(*lost, clean)) continue;
    if (most == nullptr || lost->value > most->entries.front().failure->value) most = row;
  }
  return most;
}

/// A rise of the rate from one severity of a perturbation to the next, for one model.
struct Step {
  const ComparisonRow* from = nullptr;
  const ComparisonRow* to = nullptr;
  std::size_t model = 0;
  double rise = 0;
};

/// "side_light@5 direction=left" without its number; "" without a severity.
std::string curve_of(const ComparisonRow& row) {
  const std::string head = row.perturbation + "@";
  if (!row.label.starts_with(head)) return "";
  const std::size_t space = row.label.find(' ', head.size());
  return head + (space == std::string::npos ? "" : row.label.substr(space));
}

double severity_of(const ComparisonRow& row) {
  return std::strtod(row.label.c_str() + row.perturbation.size() + 1, nullptr);
}

/// The next lower severity of the same curve; the clean row where there is none, nullptr without a clean
/// one.
const ComparisonRow* before(const Rows& rows, const ComparisonRow& row, const ComparisonRow* clean) {
  const ComparisonRow* found = clean;
  for (const ComparisonRow* other : rows) {
    if (curve_of(*other) != curve_of(row) || severity_of(*other) >= severity_of(row)) continue;
    if (found == clean || severity_of(*other) > severity_of(*found)) found = other;
  }
  return found;
}

/// The largest rise within a family whose two intervals have no point in common.
Step largest_step(const Rows& rows, const ComparisonRow* clean, std::size_t models) {
  Step largest;
  for (const ComparisonRow* row : rows) {
    if (curve_of(*row).empty()) continue;
    const ComparisonRow* from = before(rows, *row, clean);
    for (std::size_t m = 0; from != nullptr && m < models; ++m) {
      const Measure* low = from->entries[m].non_match;
      const Measure* high = row->entries[m].non_match;
      if (!available(low) || !available(high) || !separable(*low, *high)) continue;
      if (high->value - low->value > largest.rise) largest = {from, row, m, high->value - low->value};
    }
  }
  return largest;
}

}  // namespace

std::string which_faces_are_lost(const RunRecord& run, const ModelComparison& comparison) {
  for (const StageComparison& stage : comparison.stages) {
    if (stage.stage == "crop" || run.models.empty() || stage.rows.empty()) continue;
    const ComparisonRow& first = stage.rows.front();
    const Measure* clean = first.clean ? first.entries.front().failure : nullptr;
    if (!available(clean)) continue;
    std::vector<std::string> clauses;
    for (const auto& [family, rows] : families(stage))
      if (const ComparisonRow* row = most_lost(rows, *clean)) {
        const std::string remark = overlap_remark(rows, *row, 0, &ComparisonEntry::failure);
        clauses.push_back(fmt::format(
            "within {}, `{}` loses {}{}{}", family, row->label, rows.size() > 1 ? "most, " : "",
            in_words(row->entries.front().failure), remark.empty() ? "" : " (" + remark + ")"));
      }
    if (clauses.empty())
      return fmt::format(
          "At the {} stage, no condition loses more faces than the clean pictures, {}, by more than the "
          "intervals allow.",
          stage.stage, in_words(clean));
    return fmt::format(
        "At the {} stage, of the faces that must be found again, {}, against {} on clean "
        "pictures.",
        stage.stage, fmt::join(clauses, "; "), in_words(clean));
  }
  return "";
}

std::string where_rates_rise(const ModelComparison& comparison) {
  if (comparison.stages.empty() || comparison.non_match.empty()) return "";
  const StageComparison& stage = comparison.stages.front();
  const ComparisonRow* clean =
      stage.rows.empty() || !stage.rows.front().clean ? nullptr : &stage.rows.front();
  std::vector<std::string> clauses;
  for (const auto& [family, rows] : families(stage)) {
    const Step step = largest_step(rows, clean, comparison.models.size());
    if (step.to == nullptr) continue;
    clauses.push_back(fmt::format("within {}, from `{}` to `{}`, where that of {} goes from {} to {}",
                                  family, step.from->label, step.to->label,
                                  comparison.models[step.model],
                                  in_words(step.from->entries[step.model].non_match),
                                  in_words(step.to->entries[step.model].non_match)));
  }
  if (clauses.empty()) return "";
  return fmt::format("From one severity to the next the {} rises most: {}.",
                     rate_name(comparison.non_match), fmt::join(clauses, "; "));
}

}  // namespace robench::finding
