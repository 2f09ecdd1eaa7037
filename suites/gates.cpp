// SPDX-License-Identifier: Apache-2.0
#include "suites/gates.h"

#include <cmath>

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
         matches_glob(cell.label, gate.condition);
}

bool holds(const Gate& gate, double value) {
  return !(gate.min && value < *gate.min) && !(gate.max && value > *gate.max);
}

GateRecord judge(const Gate& gate, const RunRecord& run) {
  GateRecord record{gate_text(gate), true, ""};
  int judged = 0;
  for (const CellRecord& cell : run.cells) {
    if (!concerns(gate, cell)) continue;
    for (const Measure& measure : cell.measures) {
      if (measure.name != gate.metric) continue;
      ++judged;
      const bool measured = std::isfinite(measure.value);
      if (measured && holds(gate, measure.value)) continue;
      record.passed = false;
      record.found += fmt::format(
          "{}{} on {} {}: {}", record.found.empty() ? "" : "; ", cell.model, cell.stage, cell.label,
          measured ? fmt::format("{} (n = {})", shortest(measure.value), measure.n)
                   : "no value: " + measure.note);
    }
  }
  if (judged == 0)
    return {record.text, false, "no cell of this run has that metric, model and condition"};
  if (record.passed)
    record.found = fmt::format("{} value{} within the limit", judged, judged == 1 ? "" : "s");
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
