// SPDX-License-Identifier: Apache-2.0
#include "suites/gates.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "perturb/params.h"
#include "reports/numbers.h"
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

/// Percent, degrees or, where a measure has no such unit, that many significant digits and two more.
std::string gate_number(const Measure& measure, double value, int digits) {
  if (measure.unit == "share") return percent(value, digits);
  return measure.unit == "deg" ? fixed(value, digits) : fmt::format("{:.{}g}", value, digits + 2);
}

/// "2.13 % [1.02, 3.91] (n = 1,500)"; a value beside its limit gets the digits that tell them apart.
std::string found_text(const Gate& gate, const Measure& measure) {
  constexpr int kFewestDigits = 2;
  constexpr int kMostDigits = 8;
  const auto number = [&](double value, int digits) { return gate_number(measure, value, digits); };
  const auto looks_like = [&](const std::optional<double>& limit, int digits) {
    return limit && *limit != measure.value && number(*limit, digits) == number(measure.value, digits);
  };
  int digits = kFewestDigits;
  while (digits < kMostDigits && (looks_like(gate.min, digits) || looks_like(gate.max, digits)))
    ++digits;
  std::string text = number(measure.value, digits);
  if (const std::string unit = shown(&measure).unit; !unit.empty()) text += " " + unit;
  if (measure.ci95)
    text +=
        fmt::format(" [{}, {}]", number(measure.ci95->low, digits), number(measure.ci95->high, digits));
  return text + fmt::format(" (n = {})", grouped(measure.n));
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
                      cell.label, measured ? found_text(gate, measure) : "no value: " + measure.note);
    }
  }
  if (judged == 0)
    return {record.text, false, "no cell of this run has that metric, model and condition"};
  if (record.passed)
    record.found = fmt::format(
        "{} within the limit; nearest: {} {} {}, {}{}",
        counted(static_cast<std::size_t>(judged), "value"), nearest_cell->model, nearest_cell->stage,
        nearest_cell->label, found_text(gate, *nearest),
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
