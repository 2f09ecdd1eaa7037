// SPDX-License-Identifier: Apache-2.0
// A comparison for a spreadsheet: every row, also those without a value.
#include "reports/csv.h"
#include "reports/run_comparison.h"

namespace robench {

std::string comparison_csv(const RunComparison& comparison) {
  std::string text =
      "run_a,run_b,model_a,model_b,stage,family,condition,measure,unit,a,b,difference,ci95_low,ci95_"
      "high,"
      "simultaneous_low,simultaneous_high,p_adjusted,n,subjects,discordant,margin,verdict,note\n";
  const auto optional = [](const std::optional<double>& value) {
    return value ? csv_number(*value) : std::string();
  };
  for (const ComparedPair& pair : comparison.pairs)
    for (std::size_t i = 0; i < pair.cells.size(); ++i) {
      const PairedCell& cell = pair.cells[i];
      const JudgedPair& judged = pair.judged[i];
      const bool has = !cell.values.empty();
      const auto& ci = judged.alone.ci95;
      text += csv_line({csv_text(comparison.run_a),
                        csv_text(comparison.run_b),
                        csv_text(pair.model_a),
                        csv_text(pair.model_b),
                        csv_text(cell.stage),
                        csv_text(cell.family),
                        csv_text(cell.label),
                        csv_text(cell.measure),
                        csv_text(cell.unit),
                        csv_number(cell.a),
                        csv_number(cell.b),
                        has ? csv_number(judged.limit.difference) : "",
                        ci ? csv_number(ci->low) : "",
                        ci ? csv_number(ci->high) : "",
                        optional(judged.limit.low),
                        optional(judged.limit.high),
                        has ? csv_number(judged.limit.p) : "",
                        std::to_string(judged.differences.n),
                        std::to_string(judged.differences.units),
                        std::to_string(judged.limit.discordant),
                        csv_number(judged.margin),
                        csv_text(to_string(judged.verdict)),
                        csv_text(has ? judged.alone.note : cell.missing)});
    }
  return text;
}

}  // namespace robench
