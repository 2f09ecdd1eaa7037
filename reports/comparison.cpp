// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "metrics/score_thresholds.h"
#include "reports/numbers.h"

namespace robench {
namespace {

constexpr std::string_view kIdentity = "identity";

bool is_identity(const CellRecord& cell) { return cell.perturbation == kIdentity; }

std::string non_match_name(const RunRecord& run) {
  bool has_self = false;
  for (const CellRecord& cell : run.cells) {
    if (available(find_measure(cell, "fnmr"))) return "fnmr";
    has_self = has_self || find_measure(cell, "self_non_match_rate") != nullptr;
  }
  if (has_self) return "self_non_match_rate";
  const bool has_fnmr = std::any_of(run.cells.begin(), run.cells.end(), [](const CellRecord& cell) {
    return find_measure(cell, "fnmr") != nullptr;
  });
  return has_fnmr ? "fnmr" : "";
}

std::string threshold_words(const RunRecord& run) {
  const auto& provenance = run.provenance;
  if (provenance.is_object() && provenance.contains("thresholds"))
    for (const auto& threshold : provenance["thresholds"]) {
      if (!threshold.is_object() || !threshold.contains("target_fmr")) continue;
      const auto& target = threshold["target_fmr"];
      if (target.is_number() && target.get<double>() > 0)
        return "the threshold of clean FMR " + fmr_text(target.get<double>());
    }
  return "the frozen clean threshold";
}

/// `side_light@5 direction=left` -> `@5 left`: a choice speaks for itself, a number keeps its name.
std::string detail_of(const CellRecord& cell) {
  if (cell.label.rfind(cell.perturbation, 0) != 0) return cell.label;
  std::string detail;
  std::string_view rest = std::string_view(cell.label).substr(cell.perturbation.size());
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    const std::size_t equals = word.find('=');
    const bool is_choice =
        equals != std::string_view::npos && equals + 1 < word.size() &&
        std::string_view("0123456789-.").find(word[equals + 1]) == std::string_view::npos;
    if (is_choice) word.remove_prefix(equals + 1);
    if (word.empty()) continue;
    if (!detail.empty()) detail += ' ';
    detail += word;
  }
  return detail;
}

ComparisonRow row_of(const CellRecord& cell, std::size_t models) {
  ComparisonRow row;
  row.clean = is_identity(cell);
  row.family = cell.family;
  row.perturbation = cell.perturbation;
  row.label = row.clean ? "clean" : cell.label;
  row.detail = row.clean ? "clean" : detail_of(cell);
  row.entries.resize(models);
  return row;
}

/// Clean first, then the families together, each in order of appearance.
void group_by_family(std::vector<ComparisonRow>& rows) {
  std::vector<std::string> families;
  for (const ComparisonRow& row : rows) {
    if (std::find(families.begin(), families.end(), row.family) == families.end()) {
      families.push_back(row.family);
    }
  }
  const auto place = [&](const ComparisonRow& row) {
    return std::pair(!row.clean, std::find(families.begin(), families.end(), row.family));
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const ComparisonRow& a, const ComparisonRow& b) { return place(a) < place(b); });
}

/// Marks the least and the most drift of each family for one model, where they differ.
void rank_within_families(std::vector<ComparisonRow>& rows, std::size_t model) {
  std::map<std::string, std::pair<ComparisonEntry*, ComparisonEntry*>> least_most;
  for (ComparisonRow& row : rows) {
    ComparisonEntry& entry = row.entries[model];
    if (row.clean || !available(entry.drift)) continue;
    auto& [least, most] = least_most.try_emplace(row.family, &entry, &entry).first->second;
    if (entry.drift->value < least->drift->value) least = &entry;
    if (entry.drift->value > most->drift->value) most = &entry;
  }
  for (auto& [family, ends] : least_most) {
    auto& [least, most] = ends;
    if (least->drift->value == most->drift->value) continue;
    least->rank = Rank::least;
    most->rank = Rank::most;
  }
}

StageComparison compare_stage(const RunRecord& run, const std::vector<const CellRecord*>& cells,
                              const std::string& stage, const std::string& non_match) {
  StageComparison result;
  result.stage = stage;
  for (const CellRecord* cell : cells) {
    const auto model = std::find(run.models.begin(), run.models.end(), cell->model);
    if (cell->stage != stage || repeats_clean(*cell) || model == run.models.end()) continue;
    const ComparisonRow fresh = row_of(*cell, run.models.size());
    auto row = std::find_if(result.rows.begin(), result.rows.end(), [&](const ComparisonRow& known) {
      return known.label == fresh.label && known.family == fresh.family;
    });
    if (row == result.rows.end()) row = result.rows.insert(row, fresh);
    ComparisonEntry& entry = row->entries[static_cast<std::size_t>(model - run.models.begin())];
    entry.drift = find_measure(*cell, "drift_angle_deg");
    entry.non_match = find_measure(*cell, non_match);
    entry.failure = find_measure(*cell, "failure_to_acquire_rate");
    entry.relative = find_measure(*cell, "drift_relative:non_mated");
  }
  group_by_family(result.rows);
  for (std::size_t m = 0; m < run.models.size(); ++m) rank_within_families(result.rows, m);
  return result;
}

}  // namespace

bool repeats_clean(const CellRecord& cell) { return !is_identity(cell) && cell.severity == 0.0; }

const Measure* find_measure(const CellRecord& cell, std::string_view name) {
  const auto found = std::find_if(cell.measures.begin(), cell.measures.end(),
                                  [name](const Measure& measure) { return measure.name == name; });
  return found == cell.measures.end() ? nullptr : &*found;
}

std::vector<const CellRecord*> pooled_cells(const RunRecord& run) {
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> place;
  std::vector<const CellRecord*> pooled;
  for (const CellRecord& cell : run.cells) {
    const auto [known, is_new] = place.try_emplace({cell.model, cell.stage, cell.label}, pooled.size());
    if (is_new) {
      pooled.push_back(&cell);
    } else if (cell.repetition == "all") {
      pooled[known->second] = &cell;
    }
  }
  return pooled;
}

const CellRecord* clean_cell(const RunRecord& run, std::string_view model, std::string_view stage) {
  for (const CellRecord* cell : pooled_cells(run)) {
    if (is_identity(*cell) && cell->model == model && cell->stage == stage) return cell;
  }
  return nullptr;
}

std::vector<std::string> stages_of(const RunRecord& run) {
  std::vector<std::string> stages;
  for (const CellRecord& cell : run.cells) {
    if (std::find(stages.begin(), stages.end(), cell.stage) == stages.end()) {
      stages.push_back(cell.stage);
    }
  }
  return stages;
}

ModelComparison compare_models(const RunRecord& run) {
  ModelComparison result;
  result.non_match = non_match_name(run);
  result.threshold = threshold_words(run);
  result.models = run.models;
  result.samples = sample_words(run);
  const auto cells = pooled_cells(run);
  for (const std::string& stage : stages_of(run)) {
    result.stages.push_back(compare_stage(run, cells, stage, result.non_match));
  }
  return result;
}

}  // namespace robench
