// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_groups.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "metrics/equity.h"
#include "metrics/group_rows.h"
#include "metrics/paired_difference.h"
#include "metrics/rate.h"
#include "metrics/score_group_errors.h"

namespace robench {
namespace {

/// More groups than that are compared with the rest of the people, not each with each.
constexpr int kMostGroupsInPairs = 4;

/// Both kinds of error of one group, as rows and as they are resampled.
struct GroupAtThreshold {
  GroupErrors mated;
  GroupErrors non_mated;
  Measure fnmr;
  Measure fmr;
};

class ScoreGroups {
 public:
  ScoreGroups(const GroupedScores& scores, const ScoreOptions& options)
      : scores_(scores),
        bootstrap_(scores.all.units, options.seed, score_replicates(scores.all.trials.size())),
        thresholds_(scores.all, bootstrap_) {
    if (options.threshold)
      common_.push_back(given_threshold(thresholds_, *options.threshold, bootstrap_.replicates()));
    for (const double target : options.targets)
      common_.push_back(threshold_of_everybody(thresholds_, target));
    at_.resize(common_.size());
    for (int g = 0; g < groups(); ++g) {
      const std::vector<ScoredTrial> trials = trials_of({g});
      for (std::size_t t = 0; t < common_.size(); ++t)
        at_[t].push_back(judged(common_[t], trials, scores.groups[g]));
    }
  }

  /// FNMR and FMR of one group at each common threshold.
  [[nodiscard]] std::vector<Measure> rows_of(int group) const {
    std::vector<Measure> rows;
    for (const auto& of_groups : at_) {
      rows.push_back(of_groups[group].fnmr);
      rows.push_back(of_groups[group].fmr);
    }
    return rows;
  }

  [[nodiscard]] std::vector<ScoreSection> differences() const {
    std::vector<ScoreSection> sections;
    for (int a = 0; a < groups(); ++a) {
      if (groups() > kMostGroupsInPairs) {
        sections.push_back(against_rest(a));
        continue;
      }
      for (int b = a + 1; b < groups(); ++b) {
        ScoreSection section{scores_.groups[a] + " - " + scores_.groups[b], {}};
        for (const auto& of_groups : at_) add_differences(of_groups[a], of_groups[b], section);
        sections.push_back(std::move(section));
      }
    }
    return sections;
  }

  [[nodiscard]] std::vector<Measure> equity() const {
    std::vector<Measure> rows;
    for (std::size_t t = 0; t < common_.size(); ++t) add_equity(common_[t], at_[t], rows);
    return rows;
  }

  [[nodiscard]] std::optional<double> threshold_to_discard() const {
    return thresholds_.at(kDiscardTarget);
  }

 private:
  [[nodiscard]] int groups() const { return static_cast<int>(scores_.groups.size()); }

  [[nodiscard]] ScoreSection against_rest(int group) const {
    std::vector<int> others;
    for (int g = 0; g < groups(); ++g)
      if (g != group) others.push_back(g);
    const std::vector<ScoredTrial> rest = trials_of(others);
    ScoreSection section{scores_.groups[group] + " - rest", {}};
    for (std::size_t t = 0; t < common_.size(); ++t)
      add_differences(at_[t][group], judged(common_[t], rest, "rest"), section);
    return section;
  }

  [[nodiscard]] std::vector<ScoredTrial> trials_of(const std::vector<int>& wanted) const {
    std::vector<ScoredTrial> trials;
    for (std::size_t i = 0; i < scores_.of_trial.size(); ++i)
      if (std::find(wanted.begin(), wanted.end(), scores_.of_trial[i]) != wanted.end())
        trials.push_back(scores_.all.trials[i]);
    return trials;
  }

  [[nodiscard]] GroupAtThreshold judged(const CommonThreshold& common,
                                        std::span<const ScoredTrial> trials,
                                        const std::string& label) const {
    GroupAtThreshold group;
    if (!common.reason.empty()) {
      group.fnmr = refused("fnmr" + common.suffix, "share", Better::lower, common.reason);
      group.fmr = refused("fmr" + common.suffix, "share", Better::lower, common.reason);
      return group;
    }
    group.mated = group_non_matches(trials, common, bootstrap_);
    group.non_mated = group_matches(trials, common, bootstrap_);
    group.fnmr = fnmr_row(common, group.mated, label);
    group.fmr = fmr_row(common, group.non_mated, label);
    return group;
  }

  [[nodiscard]] std::string note_of(const CommonThreshold& common, int subjects) const {
    std::string note = small_group(subjects);
    add_note(note, common.note);
    add_note(note, scores_.all.units_note);
    return note;
  }

  static std::string too_few(const GroupErrors& counts, const char* kind, const std::string& label) {
    if (counts.n == 0) return fmt::format("{}: no {} scores", label, kind);
    if (std::ssize(counts.units) >= kFewestOfGroup) return "";
    return fmt::format("{}: {} subjects with {} scores, fewer than {}", label, counts.units.size(), kind,
                       kFewestOfGroup);
  }

  [[nodiscard]] Measure fnmr_row(const CommonThreshold& common, const GroupErrors& counts,
                                 const std::string& label) const {
    const std::string name = "fnmr" + common.suffix;
    const std::string reason = too_few(counts, "mated", label);
    if (!reason.empty()) return refused(name, "share", Better::lower, reason);
    const auto subjects = static_cast<int>(std::ssize(counts.units));
    const std::vector<double> replicates = counts.replicates();
    return rate_measure(name, Better::lower, counts.rate(),
                        {counts.n, subjects, subjects, std::ssize(counts.units_with_error)}, replicates,
                        variance_of(replicates), note_of(common, subjects));
  }

  [[nodiscard]] Measure fmr_row(const CommonThreshold& common, const GroupErrors& counts,
                                const std::string& label) const {
    const std::string name = "fmr" + common.suffix;
    std::string reason = too_few(counts, "non-mated", label);
    const double budget = common.target * static_cast<double>(counts.n);  // NaN: nobody knows
    if (reason.empty() && budget < 1)
      reason = fmt::format("{}: {} non-mated scores give a false-accept budget of {:.2g}, below 1",
                           label, counts.n, budget);
    if (!reason.empty()) return refused(name, "share", Better::lower, reason);
    const auto subjects = static_cast<int>(std::ssize(counts.units));
    std::string note = note_of(common, subjects);
    if (budget < kCertainOfGroup)
      add_note(note,
               fmt::format("the group's false-accept budget {:.2g}, below {}", budget, kCertainOfGroup));
    const int independent = scores_.all.units_note.empty() ? subjects / 2 : subjects;
    return wilson_measure(name, Better::lower, counts.rate(), {counts.n, subjects, independent},
                          variance_of(counts.replicates()), std::move(note));
  }

  static void add_differences(const GroupAtThreshold& a, const GroupAtThreshold& b,
                              ScoreSection& section) {
    section.measures.push_back(difference_row(a.fnmr, b.fnmr, a.mated, b.mated));
    section.measures.push_back(difference_row(a.fmr, b.fmr, a.non_mated, b.non_mated));
  }

  /// "fnmr_difference@fmr=1e-2" from two of "fnmr@fmr=1e-2".
  static Measure difference_row(const Measure& a, const Measure& b, const GroupErrors& errors_a,
                                const GroupErrors& errors_b) {
    std::string name = a.name;
    name.insert(std::min(name.find('@'), name.size()), "_difference");
    if (std::isnan(a.value) || std::isnan(b.value)) {
      std::string reason = std::isnan(a.value) ? a.note : b.note;
      if (std::isnan(a.value) && std::isnan(b.value) && a.note != b.note) add_note(reason, b.note);
      return refused(name, "share", Better::none, std::move(reason));
    }
    Measure row;
    row.name = name;
    row.value = a.value - b.value;
    row.unit = "share";
    row.n = a.n + b.n;
    row.note = "n = comparisons of both";
    const auto few = [](const GroupErrors& errors) {
      return std::min(errors.errors, errors.n - errors.errors) < Evidence::kManyErrors;
    };
    if (few(errors_a) || few(errors_b)) {
      if (a.ci95 && b.ci95)
        row.ci95 = Interval{row.value - std::hypot(a.value - a.ci95->low, b.ci95->high - b.value),
                            row.value + std::hypot(a.ci95->high - a.value, b.value - b.ci95->low)};
      add_note(row.note, "fewer than 30 errors in a group: Newcombe's interval from both");
      return row;
    }
    const PairedDifference difference =
        paired_difference(a.value, b.value, errors_a.replicates(), errors_b.replicates());
    row.ci95 = difference.ci95;
    add_note(row.note, "by resampled subjects, the threshold as in both");
    add_note(row.note, difference.note);
    return row;
  }

  /// Of the groups that have both rates; `errors` picks one kind of error.
  static GroupCounts counts_of(const std::vector<const GroupAtThreshold*>& compared,
                               GroupErrors GroupAtThreshold::*kind, int replicate) {
    GroupCounts counts(static_cast<int>(compared.size()));
    for (std::size_t k = 0; k < compared.size(); ++k) {
      const GroupErrors& errors = compared[k]->*kind;
      counts.errors[k] =
          replicate < 0 ? static_cast<double>(errors.errors) : errors.error_weights[replicate];
      counts.trials[k] = replicate < 0 ? static_cast<double>(errors.n) : errors.weights[replicate];
    }
    return counts;
  }

  void add_equity(const CommonThreshold& common, const std::vector<GroupAtThreshold>& of_groups,
                  std::vector<Measure>& rows) const {
    std::vector<const GroupAtThreshold*> compared;
    std::string left_out;
    for (int g = 0; g < groups(); ++g) {
      if (std::isnan(of_groups[g].fnmr.value) || std::isnan(of_groups[g].fmr.value))
        add_note(left_out, scores_.groups[g] + " left out: without one of the rates");
      else
        compared.push_back(&of_groups[g]);
    }
    if (compared.size() < 2) {
      rows.push_back(
          refused("fdr" + common.suffix, "1", Better::higher,
                  common.reason.empty() ? "fewer than two groups with both rates" : common.reason));
      return;
    }
    const auto indices = [&](int replicate) {
      return equity_indices(counts_of(compared, &GroupAtThreshold::non_mated, replicate),
                            counts_of(compared, &GroupAtThreshold::mated, replicate));
    };
    const EquityIndices observed = indices(-1);
    std::vector<EquityIndices> replicates;
    for (int r = 0; r < bootstrap_.replicates(); ++r) replicates.push_back(indices(r));
    for (const EquityIndex& index : equity_index_list()) {
      Measure row = index_row(index, observed, replicates);
      row.name += common.suffix;
      row.n = std::ssize(compared);
      add_note(row.note, left_out);
      add_note(row.note, "noise alone makes rates unequal");
      rows.push_back(std::move(row));
    }
  }

  static Measure index_row(const EquityIndex& index, const EquityIndices& observed,
                           const std::vector<EquityIndices>& replicates) {
    std::vector<double> values;
    for (const EquityIndices& one : replicates) values.push_back(one.*index.value);
    Measure row;
    row.name = index.name;
    row.value = observed.*index.value;
    row.unit = "1";
    row.better = index.higher_is_fairer ? Better::higher : Better::lower;
    row.ci95 = percentile_interval(values);
    row.note = fmt::format("{}; n = groups", index.formula);
    return row;
  }

  const GroupedScores& scores_;
  SubjectBootstrap bootstrap_;
  ScoreThresholds thresholds_;
  std::vector<CommonThreshold> common_;
  std::vector<std::vector<GroupAtThreshold>> at_;  // by common threshold, then by group
};

/// The rows of a group that judge it at a threshold of its own say so.
std::vector<Measure> own_measures(const ScoreTable& table, const ScoreOptions& options) {
  std::vector<Measure> measures = curve_measures(table, options);
  for (Measure& measure : measures) {
    const bool own = measure.name.starts_with("eer") || measure.name.starts_with("partial_auc") ||
                     measure.name == "lfw_accuracy";
    if (own && !std::isnan(measure.value))
      add_note(measure.note, "at thresholds of the group's own, not at everybody's");
  }
  return measures;
}

}  // namespace

ScoreTable GroupedScores::table_of(int group) const {
  ScoreTable table;
  table.units_note = all.units_note;
  table.sign = all.sign;
  std::unordered_map<int, int> numbers;
  const auto renumbered = [&](int unit) {
    return numbers.try_emplace(unit, static_cast<int>(numbers.size())).first->second;
  };
  for (std::size_t i = 0; i < all.trials.size(); ++i) {
    if (of_trial[i] != group) continue;
    ScoredTrial trial = all.trials[i];
    trial.unit_a = renumbered(trial.unit_a);
    trial.unit_b = renumbered(trial.unit_b);
    table.trials.push_back(trial);
    if (!all.folds.empty()) table.folds.push_back(all.folds[i]);
    if (!all.quality.empty()) table.quality.push_back(all.quality[i]);
  }
  table.units = static_cast<int>(numbers.size());
  return table;
}

std::vector<ScoreSection> grouped_score_measures(const GroupedScores& scores,
                                                 const ScoreOptions& options) {
  std::vector<ScoreSection> sections{{"", score_measures(scores.all, options)}};
  if (scores.groups.empty()) return sections;
  const ScoreGroups groups(scores, options);
  ScoreOptions own = options;
  if (!own.threshold) own.threshold = groups.threshold_to_discard();
  for (std::size_t g = 0; g < scores.groups.size(); ++g) {
    const int group = static_cast<int>(g);
    ScoreSection section{scores.groups[g], groups.rows_of(group)};
    auto more = own_measures(scores.table_of(group), own);
    std::move(more.begin(), more.end(), std::back_inserter(section.measures));
    sections.push_back(std::move(section));
  }
  if (scores.groups.size() < 2) return sections;
  auto differences = groups.differences();
  std::move(differences.begin(), differences.end(), std::back_inserter(sections));
  auto equity = groups.equity();
  std::move(equity.begin(), equity.end(), std::back_inserter(sections.front().measures));
  return sections;
}

}  // namespace robench
