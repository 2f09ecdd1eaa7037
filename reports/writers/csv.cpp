// SPDX-License-Identifier: Apache-2.0
// rows.csv: tidy, one row per model x condition x repetition x metric.
#include "reports/csv.h"

#include <string>

#include "reports/writer.h"

namespace robench::writers {
namespace {

/// A measure without a value has no interval either, and no n unless something was counted; the
/// reason is in its note.
std::string row(const RunRecord& run, const CellRecord& cell, const Measure& measure) {
  const std::string value = csv_number(measure.value);
  const bool has_interval = !value.empty() && measure.ci95.has_value();
  const bool has_n = !value.empty() || measure.n > 0;
  return csv_line({csv_text(run.suite), csv_text(run.data), csv_text(cell.model), csv_text(cell.stage),
                   csv_text(cell.perturbation), cell.severity ? csv_number(*cell.severity) : "",
                   csv_text(cell.params), csv_text(cell.repetition), csv_text(measure.name), value,
                   csv_text(measure.unit), has_n ? std::to_string(measure.n) : "",
                   has_interval ? csv_number(measure.ci95->low) : "",
                   has_interval ? csv_number(measure.ci95->high) : "", to_string(measure.better),
                   csv_text(measure.note)});
}

std::string write_csv(const RunRecord& run) {
  std::string text =
      "suite,data,model,stage,perturbation,severity,params,repetition,metric,value,unit,n,ci95_low,"
      "ci95_high,better,note\n";
  for (const CellRecord& cell : run.cells) {
    for (const Measure& measure : cell.measures) text += row(run, cell, measure);
  }
  for (const SummaryRecord& summary : run.summaries) {
    CellRecord cell;
    cell.model = summary.model;
    cell.stage = summary.stage;
    cell.perturbation = summary.scope;
    cell.params = "summary";
    cell.repetition = "all";
    for (const Measure& measure : summary.measures) text += row(run, cell, measure);
  }
  return text;
}

}  // namespace

WriterSpec csv() {
  return {"csv", "one row per model, condition, repetition and metric, for analysis", "rows.csv",
          write_csv};
}

}  // namespace robench::writers
