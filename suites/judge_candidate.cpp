// SPDX-License-Identifier: Apache-2.0
#include "suites/judge_candidate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/paired_cells.h"
#include "metrics/vector_agreement.h"
#include "perturb/error.h"
#include "reports/numbers.h"
#include "reports/sample_words.h"
#include "suites/gated_cells.h"
#include "suites/gates.h"
#include "suites/judge_vectors.h"

namespace robench {
namespace {

const std::string kNoValue = "no value: ";
const std::string kDropInOf = "drop-in of ";

bool in_percent(const PairedCell& cell) { return cell.unit == "share"; }

std::string scaled(const PairedCell& cell, double value, bool sign = false) {
  const double shown = in_percent(cell) ? 100 * value : value;
  return (sign && shown > 0 ? "+" : "") + fixed(shown, 2);
}

/// What n counts: each comparison has two pictures, often of two people.
const char* values_of(const PairedCell& cell) {
  return cell.measure.starts_with("fnmr") || cell.measure.starts_with("fmr") ? "comparisons"
                                                                             : "pictures";
}

std::string found_text(const GatedCell& gated, const SimultaneousLimit& limit, const Words& units) {
  const PairedCell& cell = gated.cell;
  const std::string unit = in_percent(cell) ? "points" : "deg";
  std::string text =
      fmt::format("{} -> {} {}, loss {} {}", scaled(cell, cell.a), scaled(cell, cell.b),
                  in_percent(cell) ? "%" : "deg", scaled(cell, limit.difference, true), unit);
  if (limit.low && limit.high)
    text += fmt::format(" [{}, {}]", scaled(cell, *limit.low), scaled(cell, *limit.high));
  return text + fmt::format(", margin {}, n {} {} ({} {})", scaled(cell, gated.margin),
                            grouped(gated.differences.n), values_of(cell),
                            grouped(gated.differences.units), units.many);
}

GateVerdict verdict_of(const SimultaneousLimit& limit, double margin) {
  if (limit.high && *limit.high <= margin) return GateVerdict::pass;
  if (limit.low && *limit.low > 0 && limit.difference > margin) return GateVerdict::fail;
  return GateVerdict::undecided;
}

/// How many people would decide it.
std::string needed_text(const GatedCell& gated, const SimultaneousLimit& limit, const Words& units) {
  const auto people = people_needed(gated.differences, limit, gated.margin);
  if (!people)
    return gated.margin == 0
               ? fmt::format("; no number of {} shows a loss of exactly 0: give a margin", units.many)
               : fmt::format("; too few {} for limits of this measure", units.many);
  const double needed = std::max(*people, gated.differences.units + 1.0);
  const double each = static_cast<double>(gated.differences.n) / gated.differences.units;
  return fmt::format("; needs about {} {} ({} {}) at this loss",
                     grouped(std::llround(std::ceil(needed))), units.many,
                     grouped(std::llround(std::ceil(needed * each))), values_of(gated.cell));
}

GateCheck named_check(const GatedCell& gated) {
  GateCheck check;
  check.name = fmt::format("{} of {} on {} {}", gated.cell.measure, gated.model, gated.cell.stage,
                           gated.cell.clean ? "clean" : gated.cell.label);
  check.family = gated.cell.clean ? "clean" : gated.cell.family;
  return check;
}

/// What no condition has a value of, for one reason, is one check.
void add_check_without_value(const GatedCell& gated, std::vector<GateCheck>& checks) {
  const std::string found = kNoValue + gated.cell.missing;
  const std::string name = fmt::format("{} of {}", gated.cell.measure, gated.model);
  const bool is_there = std::any_of(checks.begin(), checks.end(), [&](const GateCheck& check) {
    return check.name == name && check.found == found;
  });
  if (!is_there) checks.push_back({name, "", GateVerdict::undecided, found, 0});
}

bool has_limits(const GatedCell& gated) { return !gated.cell.identical && !gated.cell.values.empty(); }

std::ptrdiff_t count_differing(const std::vector<GatedCell>& gated) {
  return std::count_if(gated.begin(), gated.end(), has_limits);
}

std::vector<GateCheck> loss_checks(const std::vector<GatedCell>& gated, const RunRecord& baseline,
                                   double confidence) {
  const Words units = unit_words(baseline);
  std::vector<UnitDifferences> differences;
  for (const GatedCell& cell : gated)
    if (has_limits(cell)) differences.push_back(cell.differences);
  const auto limits = simultaneous_limits(differences, baseline.seed, {confidence, false});
  std::size_t next = 0;
  std::vector<GateCheck> checks;
  for (const GatedCell& cell : gated) {
    if (cell.cell.values.empty()) {
      add_check_without_value(cell, checks);
      continue;
    }
    GateCheck check = named_check(cell);
    if (cell.cell.identical) {
      check.found = "identical, number for number";
    } else {
      const SimultaneousLimit& limit = limits[next++];
      check.verdict = verdict_of(limit, cell.margin);
      check.found = found_text(cell, limit, units);
      check.excess = (limit.difference - cell.margin) / (in_percent(cell.cell) ? 1 : 180);
      if (check.verdict == GateVerdict::undecided) check.found += needed_text(cell, limit, units);
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

/// The rules with the lines that these runs can answer, each model at its own threshold.
std::string answerable_rules(const std::vector<GatedCell>& gated, GateRules rules) {
  rules.at_baseline_threshold = false;
  rules.at_own_threshold = true;
  std::erase_if(rules.allow, [&](const AllowedLoss& loss) {
    return std::none_of(gated.begin(), gated.end(), [&](const GatedCell& cell) {
      return cell.cell.measure == loss.metric && !cell.cell.values.empty();
    });
  });
  return gate_rules_text(rules);
}

/// The baseline's threshold means nothing for scores of another kind: one check instead of one for each
/// condition where a gate file asks for it, and a note where nobody did.
void add_scale(const ModelOutcomes& baseline, const ModelOutcomes& candidate, bool asked,
               GateReport& report) {
  const std::string scale = different_scales(baseline, candidate);
  if (scale.empty()) return;
  if (!asked) {
    report.notes.push_back(
        fmt::format("Not gated: {} at the threshold of {}. {}, so the threshold must be set anew.",
                    candidate.model, baseline.model, scale));
    return;
  }
  report.checks.push_back({kDropInOf + candidate.model, "", GateVerdict::fail,
                           scale + "; `threshold: own` in a gate file gates at its own alone", 0});
}

/// Every number that both runs have is the same, bit for bit, and there is one.
bool are_identical(const std::vector<PairedCell>& cells) {
  const auto has_values = [](const PairedCell& cell) { return !cell.values.empty(); };
  return std::any_of(cells.begin(), cells.end(), has_values) &&
         std::all_of(cells.begin(), cells.end(),
                     [&](const PairedCell& cell) { return cell.identical || !has_values(cell); });
}

/// Do templates of the baseline still stand for the same people?
std::string templates_note(const ModelOutcomes& baseline, const ModelOutcomes& candidate,
                           const std::vector<PairedCell>& cells) {
  const auto same = [&](const char* key) {
    const auto a = baseline.identity.find(key);
    const auto b = candidate.identity.find(key);
    return a != baseline.identity.end() && b != candidate.identity.end() && a->second == b->second;
  };
  const bool has_vectors = have_vectors(baseline, candidate);
  if (has_vectors && vector_agreement(baseline, candidate, 0).identical)
    return fmt::format("Stored templates of {} stay valid. {}", baseline.model,
                       moved_vectors_text(baseline, candidate));
  if (are_identical(cells))
    return fmt::format(
        "Stored templates of {} stay valid as far as this shows: every number of the two runs is the "
        "same, bit for "
        "bit; vectors were not kept.",
        baseline.model);
  if (same("weights_sha256") && same("card_sha256"))
    return fmt::format(
        "Same weights and card, other numbers: the runtime of {} changed. {}", baseline.model,
        has_vectors
            ? moved_vectors_text(baseline, candidate)
            : "Scores cannot show whether templates stored by the old one match those of the new one; "
              "enrol again, or keep vectors (`keep: [vectors]` in the suite) and gate them.");
  return fmt::format(
      "Stored templates must be enrolled again: {} has other {} than {}, and templates of two models "
      "cannot be compared.{}",
      candidate.model, same("weights_sha256") ? "preprocessing" : "weights", baseline.model,
      has_vectors ? " " + moved_vectors_text(baseline, candidate) : "");
}

void add_missing(const LoadedRun& baseline, const LoadedRun& candidate, std::size_t of_baseline,
                 std::size_t of_candidate, bool fails, GateReport& report) {
  for (const std::string& condition : missing_conditions(baseline.outcomes.models[of_baseline],
                                                         candidate.outcomes.models[of_candidate])) {
    GateCheck check;
    check.name = fmt::format("{} on {}", candidate.outcomes.models[of_candidate].model, condition);
    check.verdict = fails ? GateVerdict::fail : GateVerdict::pass;
    check.found = "missing: the baseline has this condition, the candidate has not";
    report.checks.push_back(std::move(check));
  }
}

/// A model of the baseline that nothing stands for: left out, it would pass unseen.
void add_missing_models(const LoadedRun& baseline, const LoadedRun& candidate,
                        const std::vector<std::size_t>& paired, bool fails, GateReport& report) {
  const auto& there = candidate.outcomes.models;
  for (std::size_t i = 0; i < baseline.outcomes.models.size(); ++i) {
    const std::string& model = baseline.outcomes.models[i].model;
    const bool is_there = std::any_of(there.begin(), there.end(),
                                      [&](const ModelOutcomes& other) { return other.model == model; });
    if (is_there || std::find(paired.begin(), paired.end(), i) != paired.end()) continue;
    report.checks.push_back({model, "", fails ? GateVerdict::fail : GateVerdict::pass,
                             "missing: the baseline has this model, the candidate has not", 0});
  }
}

std::string names_of(const LoadedRun& run, const std::vector<std::size_t>& models) {
  std::string text;
  for (const std::size_t model : models)
    text += (text.empty() ? "" : ", ") + run.outcomes.models[model].model;
  return fmt::format("{} ({})", text, run.name);
}

}  // namespace

GateReport judge_candidate(const LoadedRun& baseline, const LoadedRun& candidate,
                           const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                           const GateRules& rules) {
  GateReport report;
  std::vector<std::size_t> of_baseline;
  std::vector<std::size_t> of_candidate;
  for (const auto& [a, b] : pairs) of_baseline.push_back(a), of_candidate.push_back(b);
  report.baseline = names_of(baseline, of_baseline);
  report.candidate = names_of(candidate, of_candidate);
  const auto gated = gated_cells(baseline, candidate, pairs, rules);
  report.checks = loss_checks(gated, baseline.record, rules.confidence);
  for (const GateRecord& limit : judge_gates(rules.limits, candidate.record))
    report.checks.push_back(
        {limit.text, "", limit.passed ? GateVerdict::pass : GateVerdict::fail, limit.found, 0});
  add_missing_models(baseline, candidate, of_baseline, rules.missing_fails, report);
  for (const auto& [a, b] : pairs) {
    add_missing(baseline, candidate, a, b, rules.missing_fails, report);
    if (rules.vectors) report.checks.push_back(judge_vectors(baseline, candidate, a, b, *rules.vectors));
    const ModelOutcomes& old_model = baseline.outcomes.models[a];
    const ModelOutcomes& new_model = candidate.outcomes.models[b];
    if (rules.at_baseline_threshold && !rules.allow.empty())
      add_scale(old_model, new_model, !rules.allow.front().place.file.empty(), report);
    report.notes.push_back(
        templates_note(old_model, new_model, paired_cells(baseline.outcomes, old_model, new_model)));
  }
  const bool asks_too_much =
      std::any_of(report.checks.begin(), report.checks.end(), [](const GateCheck& check) {
        return check.found.starts_with(kNoValue) || check.name.starts_with(kDropInOf);
      });
  if (asks_too_much) report.gate_file = answerable_rules(gated, rules);
  if (report.checks.empty())
    throw ConfigError("these runs hold nothing that the gate could judge",
                      "data with mated pairs are needed, or `limits:` on what the runs have");
  if (const auto differing = count_differing(gated); differing > 0)
    report.notes.push_back(fmt::format(
        "Limits: each end of a bracket is a one-sided {:g} % limit, and all of them hold together, over "
        "the {} of {} gated values that are not identical (exchanges of the models by {}). fnmr, fmr: "
        "each model at its own threshold; *_drop_in: the candidate at the baseline's.",
        100 * rules.confidence, differing, gated.size(), unit_words(baseline.record).one));
  return report;
}

}  // namespace robench
