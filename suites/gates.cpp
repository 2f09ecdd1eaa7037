// SPDX-License-Identifier: Apache-2.0
#include "suites/gates.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "perturb/params.h"
#include "suites/glob.h"

namespace robench {
namespace {

std::string gate_text(const Gate& gate) {
  std::string text = gate.metric + " of " + (gate.model.empty() ? "every model" : gate.model) + " on " +
                     (gate.condition == "*" ? "every condition" : gate.condition);
  if (gate.min) text += " >= " + shortest(*gate.min);
  if (gate.max) text += std::string(gate.min ? " and" : "") + " <= " + shortest(*gate.max);
  return text;
}

bool concerns(const Gate& gate, const CellRecord& cell) {
  return cell.repetition == "all" && (gate.model.empty() || gate.model == cell.model) &&
         matches_condition(cell.label, gate.condition);
}

bool holds(const Gate& gate, double value) {
  return !(gate.min && value < *gate.min) && !(gate.max && value > *gate.max);
}

/// "0.0213 [0.0102, 0.0391] (n = 1500)".
std::string found_text(const Measure& measure) {
  std::string text = shortest(measure.value);
  if (measure.ci95)
    text += fmt::format(" [{}, {}]", shortest(measure.ci95->low), shortest(measure.ci95->high));
  return text + fmt::format(" (n = {})", measure.n);
}

/// How far inside of the limits a value lies; negative outside.
double slack(const Gate& gate, double value) {
  double least = std::numeric_limits<double>::infinity();
  if (gate.min) least = std::min(least, value - *gate.min);
  if (gate.max) least = std::min(least, *gate.max - value);
  return least;
}

/// A value that keeps the limit while its interval, or the lack of one, cannot vouch for it.
bool is_uncertain(const Gate& gate, const Measure& measure) {
  return !measure.ci95 || !holds(gate, measure.ci95->low) || !holds(gate, measure.ci95->high);
}

GateRecord judge(const Gate& gate, const RunRecord& run) {
  GateRecord record{gate_text(gate), true, ""};
  int judged = 0;
  int uncertain = 0;
  const CellRecord* nearest_cell = nullptr;
  const Measure* nearest = nullptr;
  for (const CellRecord& cell : run.cells) {
    if (!concerns(gate, cell)) continue;
    for (const Measure& measure : cell.measures) {
      if (measure.name != gate.metric) continue;
      ++judged;
      const bool measured = std::isfinite(measure.value);
      if (measured && holds(gate, measure.value)) {
        uncertain += is_uncertain(gate, measure) ? 1 : 0;
        if (nearest == nullptr || slack(gate, measure.value) < slack(gate, nearest->value)) {
          nearest = &measure;
          nearest_cell = &cell;
        }
        continue;
      }
      record.passed = false;
      record.found +=
          fmt::format("{}{} on {} {}: {}", record.found.empty() ? "" : "; ", cell.model, cell.stage,
                      cell.label, measured ? found_text(measure) : "no value: " + measure.note);
    }
  }
  if (judged == 0)
    return {record.text, false, "no cell of this run has that metric, model and condition"};
  if (record.passed)
    record.found = fmt::format(
        "{} value{} within the limit; nearest: {} {} {}, {}{}", judged, judged == 1 ? "" : "s",
        nearest_cell->model, nearest_cell->stage, nearest_cell->label, found_text(*nearest),
        uncertain == 0
            ? ""
            : fmt::format("; NOT SURE of {}: the 95 % interval passes the limit or is missing",
                          uncertain));
  return record;
}

}  // namespace

std::vector<GateRecord> judge_gates(const std::vector<Gate>& gates, const RunRecord& run) {
  std::vector<GateRecord> records;
  records.reserve(gates.size());
  for (const Gate& gate : gates) records.push_back(judge(gate, run));
  return records;
}

}  // namespace robench
