// SPDX-License-Identifier: Apache-2.0
// A comparison for programs. Keys of a row are the columns of the CSV.
#include "reports/json_text.h"
#include "reports/run_comparison.h"

namespace robench {
namespace {

using nlohmann::json;

constexpr int kComparisonSchema = 2;  // 2: units
constexpr const char* kComparisonFormat = "robench-comparison";

json limits_json(const std::optional<double>& low, const std::optional<double>& high) {
  if (!low || !high) return nullptr;
  return json::array({number_or_null(*low), number_or_null(*high)});
}

json row_json(const PairedCell& cell, const JudgedPair& judged) {
  const bool has = !cell.values.empty();
  const auto& ci = judged.alone.ci95;
  return {{"stage", cell.stage},
          {"family", cell.family},
          {"condition", cell.label},
          {"measure", cell.measure},
          {"unit", cell.unit},
          {"a", number_or_null(cell.a)},
          {"b", number_or_null(cell.b)},
          {"difference", has ? number_or_null(judged.limit.difference) : json(nullptr)},
          {"ci95", ci ? limits_json(ci->low, ci->high) : json(nullptr)},
          {"simultaneous", limits_json(judged.limit.low, judged.limit.high)},
          {"p_adjusted", has ? number_or_null(judged.limit.p) : json(nullptr)},
          {"n", judged.differences.n},
          {"subjects", judged.differences.units},
          {"discordant", judged.limit.discordant},
          {"margin", number_or_null(judged.margin)},
          {"verdict", std::string(to_string(judged.verdict))},
          {"note", has ? judged.alone.note : cell.missing}};
}

json pair_json(const ComparedPair& pair) {
  json rows = json::array();
  for (std::size_t i = 0; i < pair.cells.size(); ++i)
    rows.push_back(row_json(pair.cells[i], pair.judged[i]));
  return {{"model_a", pair.model_a},
          {"model_b", pair.model_b},
          {"only_in_a", pair.missing_in_b},
          {"only_in_b", pair.missing_in_a},
          {"rows", rows}};
}

}  // namespace

std::string comparisons_json(const std::vector<RunComparison>& comparisons) {
  json list = json::array();
  for (const RunComparison& comparison : comparisons) {
    json pairs = json::array();
    for (const ComparedPair& pair : comparison.pairs) pairs.push_back(pair_json(pair));
    list.push_back({{"run_a", comparison.run_a},
                    {"run_b", comparison.run_b},
                    {"units", std::string(comparison.units.many)},
                    {"people", comparison.people},
                    {"order_changes", ranking_changes(comparison)},
                    {"pairs", pairs}});
  }
  return json_text(
      {{"format", kComparisonFormat}, {"schema", kComparisonSchema}, {"comparisons", list}});
}

}  // namespace robench
