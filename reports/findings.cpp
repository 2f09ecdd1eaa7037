// SPDX-License-Identifier: Apache-2.0
#include "reports/findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "reports/comparison.h"
#include "reports/numbers.h"

namespace robench {
namespace {

using Rows = std::vector<const ComparisonRow*>;

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string rate_name(const std::string& non_match) {
  return non_match == "fnmr" ? "FNMR" : "self non-match rate";
}

std::string without_full_stop(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}

// ---- 1: which condition moves the embeddings most ------------------------------------------------

std::vector<std::pair<std::string, Rows>> families(const StageComparison& stage) {
  std::vector<std::pair<std::string, Rows>> result;
  for (const ComparisonRow& row : stage.rows) {
    if (row.clean) continue;
    if (result.empty() || result.back().first != row.family) result.push_back({row.family, {}});
    result.back().second.push_back(&row);
  }
  return result;
}

/// Names what cannot be told from the worst; "" when its interval stands alone.
std::string overlap_remark(const Rows& rows, const ComparisonRow& worst, std::size_t model) {
  std::vector<std::string> others;
  for (const ComparisonRow* row : rows) {
    const Measure* drift = row->entries[model].drift;
    if (row == &worst || !available(drift)) continue;
    if (!separable(*drift, *worst.entries[model].drift)) others.push_back(row->label);
  }
  if (others.empty()) return "";
  return others.size() == 1 ? fmt::format("cannot be told from `{}`", others[0])
                            : fmt::format("cannot be told from {} others", others.size());
}

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
  remarks.push_back(overlap_remark(rows, worst, model));
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

// ---- 2: how the models compare -------------------------------------------------------------------

/// A quantity that is on one scale for all models.
struct Yardstick {
  const Measure* ComparisonEntry::*measure;
  std::string name;
};

struct Contest {
  std::vector<int> wins;  // per model: conditions where its value is separably the lowest
  int untold = 0;         // conditions where no model is
  const ComparisonRow* widest = nullptr;  // the largest gap between two models
  std::size_t low = 0, high = 0;          // the models there
  double gap = -1;
};

/// The model whose value lies separably below all others; nothing when the intervals do not say.
std::optional<std::size_t> separably_lowest(const std::vector<std::size_t>& order,
                                            const std::vector<const Measure*>& measures) {
  const Measure& lowest = *measures[order.front()];
  const bool alone = std::all_of(order.begin() + 1, order.end(),
                                 [&](std::size_t m) { return separable(lowest, *measures[m]); });
  return alone ? std::optional(order.front()) : std::nullopt;
}

Contest contest(const ModelComparison& comparison, const Yardstick& yardstick) {
  Contest result;
  result.wins.resize(comparison.models.size());
  const auto& rows = comparison.stages.front().rows;
  const bool only_clean =
      std::all_of(rows.begin(), rows.end(), [](const ComparisonRow& row) { return row.clean; });
  for (const ComparisonRow& row : rows) {
    std::vector<const Measure*> measures;
    std::vector<std::size_t> order;  // models with a value, from the lowest
    for (const ComparisonEntry& entry : row.entries) {
      measures.push_back(entry.*yardstick.measure);
      if (available(measures.back())) order.push_back(measures.size() - 1);
    }
    if ((row.clean && !only_clean) || order.size() < 2) continue;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return measures[a]->value < measures[b]->value;
    });
    const auto winner = separably_lowest(order, measures);
    if (winner) ++result.wins[*winner];
    if (!winner) ++result.untold;
    const double gap = measures[order.back()]->value - measures[order.front()]->value;
    if (gap <= result.gap) continue;
    result.widest = &row;
    result.low = order.front();
    result.high = order.back();
    result.gap = gap;
  }
  return result;
}

std::string conditions(int count) { return fmt::format("{} condition{}", count, count == 1 ? "" : "s"); }

/// "31.0 % [..] for A against 12.0 % [..] for B at `gamma@5`".
std::string widest_gap(const ModelComparison& comparison, const Yardstick& yardstick,
                       const Contest& found) {
  const auto value = [&](std::size_t m) {
    return fmt::format("{} for {}", in_words(found.widest->entries[m].*yardstick.measure),
                       comparison.models[m]);
  };
  return fmt::format("{} against {} at `{}`", value(found.low), value(found.high), found.widest->label);
}

std::string outcome(const ModelComparison& comparison, const Yardstick& yardstick,
                    const Contest& found) {
  constexpr const char* kWhyUntold = "where the 95 % intervals overlap or are missing";
  std::vector<std::string> parts;
  for (std::size_t m = 0; m < found.wins.size(); ++m) {
    if (found.wins[m] == 0) continue;
    parts.push_back(
        fmt::format("{} is the lowest under {}", comparison.models[m], conditions(found.wins[m])));
  }
  if (parts.empty()) {
    const std::string where =
        found.untold == 1 ? "the one condition" : fmt::format("any of {}", conditions(found.untold));
    parts.push_back(
        fmt::format("cannot tell which model is the lowest under {}, {}", where, kWhyUntold));
  } else if (found.untold > 0) {
    parts.push_back(fmt::format("cannot tell under the other {}, {}", found.untold, kWhyUntold));
  }
  const std::string gap =
      found.gap > 0 ? fmt::format("; the widest gap is {}", widest_gap(comparison, yardstick, found))
                    : "";
  return fmt::format("By {}, {}{}.", yardstick.name, fmt::join(parts, "; "), gap);
}

std::string how_models_compare(const ModelComparison& comparison) {
  if (comparison.models.size() < 2) {
    return fmt::format(
        "Only {} was run, so models cannot be compared; name several with `--models A,B`.",
        comparison.models.empty() ? "no model" : comparison.models.front());
  }
  const std::vector<Yardstick> yardsticks = {
      {&ComparisonEntry::non_match, rate_name(comparison.non_match)},
      {&ComparisonEntry::relative, "drift as a share of each model's median non-mated distance"}};
  for (const Yardstick& yardstick : yardsticks) {
    if (comparison.stages.empty()) break;
    const Contest found = contest(comparison, yardstick);
    if (found.widest != nullptr) return outcome(comparison, yardstick, found);
  }
  return "Which model is the more robust cannot be told: no two models have a non-match rate or a "
         "relative "
         "drift under the same condition, and their drift angles are not on one scale.";
}

// ---- 3: what this data cannot tell ---------------------------------------------------------------

struct Untold {
  std::string reason;
  std::vector<std::string> names;  // as in a sentence
};

/// A measure by its name; a name that ends in '@' or ':' stands for all measures that begin so.
bool is_named(const Measure& measure, const std::string& name) {
  const bool is_group = name.back() == '@' || name.back() == ':';
  return is_group ? measure.name.rfind(name, 0) == 0 : measure.name == name;
}

/// The first such measure without a value among the clean cells; nullptr when all have one.
const Measure* refused_on_clean(const RunRecord& run, const std::string& name) {
  for (const CellRecord* cell : pooled_cells(run)) {
    if (cell->perturbation != "identity") continue;
    for (const Measure& measure : cell->measures) {
      if (is_named(measure, name) && !available(&measure)) return &measure;
    }
  }
  return nullptr;
}

/// What was asked for and has no value, by reason, in the order in which a reader misses it.
std::vector<Untold> refused_measures(const RunRecord& run) {
  static const std::vector<std::pair<std::string, std::string>> kWanted = {
      {"drift_angle_deg", "drift"},
      {"fnmr", "FNMR"},
      {"fmr", "FMR"},
      {"eer", "EER"},
      {"auc", "AUC"},
      {"d_prime", "d'"},
      {"fnmr@", "FNMR at a lower FMR"},
      {"geometry_r2:", "geometry R2"},
      {"geometry_rsa", "geometry RSA"}};
  std::vector<Untold> result;
  for (const auto& [name, word] : kWanted) {
    const Measure* refused = refused_on_clean(run, name);
    if (refused == nullptr) continue;
    const std::string reason = without_full_stop(refused->note);
    auto known = std::find_if(result.begin(), result.end(),
                              [&](const Untold& untold) { return untold.reason == reason; });
    if (known == result.end()) known = result.insert(known, {reason, {}});
    known->names.push_back(word);
  }
  return result;
}

/// "9 of 21 faces that failed to acquire (7 no_face, 2 undecodable)"; "" when none failed.
std::string failed_faces(const RunRecord& run) {
  std::map<std::string, int> by_status;
  int failed = 0;
  int faces = 0;
  for (const SampleRecord& sample : run.samples) {
    if (sample.model != run.samples.front().model) continue;
    ++faces;
    if (sample.status == "ok") continue;
    ++failed;
    ++by_status[sample.status];
  }
  if (failed == 0) return "";
  std::vector<std::string> parts;
  for (const auto& [status, count] : by_status) parts.push_back(fmt::format("{} {}", count, status));
  return fmt::format("{} of {} faces that failed to acquire ({})", failed, faces, listed(parts));
}

bool has_stage(const RunRecord& run, const std::string& stage) {
  const auto stages = stages_of(run);
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

/// Who is who makes comparisons of two pictures possible; people who have only photographs lack that.
std::string remedy(const RunRecord& run) {
  if (run.data == "lfw")
    return fmt::format("`robench suite {}.yaml` on all folds and without `--limit`", run.suite);
  const bool named = std::any_of(run.samples.begin(), run.samples.end(), [](const SampleRecord& sample) {
    // A photograph without a name stands for a subject of its own.
    return !sample.subject.empty() && sample.subject != sample.path;
  });
  if (named)
    return fmt::format(
        "more people with two photographs or more each (or LFW: `robench suite {}.yaml --data "
        "lfw:ROOT,PAIRS`)",
        run.suite);
  return fmt::format(
      "naming the people (`robench suite {0}.yaml --data folders:DIR`, or a manifest with a column "
      "`subject`)",
      run.suite);
}

std::string refused_clause(const RunRecord& run, const std::vector<Untold>& refused) {
  std::vector<std::string> parts;
  for (const Untold& untold : refused) {
    const std::string reason = untold.reason.empty() ? "" : fmt::format(" ({})", untold.reason);
    parts.push_back(listed(untold.names) + reason);
  }
  return fmt::format("{}, which {} would answer", fmt::join(parts, ", nor "), remedy(run));
}

std::string what_cannot_be_told(const RunRecord& run) {
  const std::vector<Untold> refused = refused_measures(run);
  const std::string failed = failed_faces(run);
  std::string clause;
  if (!refused.empty()) {
    clause = refused_clause(run, refused);
  } else if (!has_stage(run, "capture")) {
    clause = fmt::format(
        "whether the face would be found again under these conditions, which "
        "`robench suite {}.yaml` with `stage: both` in the suite would answer",
        run.suite);
  } else {
    clause = fmt::format(
        "how the models do on photographs unlike these, which `robench suite {}.yaml "
        "--data images:DIR` on your own would answer",
        run.suite);
  }
  if (!failed.empty()) clause += fmt::format("; it also says nothing of the {}", failed);
  return fmt::format("This data cannot tell {}.", clause);
}

}  // namespace

std::vector<std::string> findings(const RunRecord& run) {
  const ModelComparison comparison = compare_models(run);
  return {what_moves_most(comparison), how_models_compare(comparison), what_cannot_be_told(run)};
}

}  // namespace robench
