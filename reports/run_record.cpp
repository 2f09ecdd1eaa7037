// SPDX-License-Identifier: Apache-2.0
#include "reports/run_record.h"

#include <algorithm>
#include <cmath>

namespace robench {
namespace {

using nlohmann::json;

/// JSON has no NaN: a number that is not finite is null, as is one that is absent.
json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }
json number(const std::optional<double>& value) { return value ? number(*value) : json(nullptr); }

json to_json(const Measure& measure) {
  json ci95 = nullptr;
  if (measure.ci95) ci95 = json::array({number(measure.ci95->low), number(measure.ci95->high)});
  return {{"name", measure.name}, {"value", number(measure.value)},
          {"unit", measure.unit}, {"n", measure.n},
          {"ci95", ci95},         {"better", std::string(to_string(measure.better))},
          {"note", measure.note}};
}

json to_json(const CellRecord& cell) {
  json measures = json::array();
  for (const Measure& measure : cell.measures) measures.push_back(to_json(measure));
  return {{"model", cell.model},   {"stage", cell.stage},           {"perturbation", cell.perturbation},
          {"family", cell.family}, {"label", cell.label},           {"severity", number(cell.severity)},
          {"params", cell.params}, {"repetition", cell.repetition}, {"measures", measures}};
}

json to_json(const SampleRecord& sample) {
  json box = nullptr;
  if (sample.box) box = {sample.box->x, sample.box->y, sample.box->width, sample.box->height};
  json summary = nullptr;
  if (sample.summary) {
    summary = {{"drift_median", number(sample.summary->drift_median)},
               {"drift_p95", number(sample.summary->drift_p95)},
               {"worst_condition", sample.summary->worst_condition},
               {"typicality_p", number(sample.summary->typicality_p)}};
  }
  json record = {{"path", sample.path},
                 {"face", sample.face},
                 {"subject", sample.subject},
                 {"status", sample.status},
                 {"reason", sample.reason},
                 {"box", box},
                 {"inter_eye_px", number(sample.inter_eye_px)},
                 {"fallback_box", sample.fallback_box},
                 {"model", sample.model},
                 {"summary", summary},
                 {"worst_condition", sample.worst_condition}};
  if (sample.brightness) record["brightness"] = *sample.brightness;
  if (sample.sharpness) record["sharpness"] = *sample.sharpness;
  return record;
}

json to_json(const SummaryRecord& summary) {
  json measures = json::array();
  for (const Measure& measure : summary.measures) measures.push_back(to_json(measure));
  return {{"model", summary.model},
          {"stage", summary.stage},
          {"scope", summary.scope},
          {"measures", measures}};
}

json to_json(const GateRecord& gate) {
  return {{"text", gate.text}, {"passed", gate.passed}, {"found", gate.found}};
}

template <typename Record>
json array_of(const std::vector<Record>& records) {
  json array = json::array();
  for (const Record& record : records) array.push_back(to_json(record));
  return array;
}

/// Provenance and execution are objects even when nothing was put in.
json object_or_empty(const json& value) { return value.is_null() ? json::object() : value; }

bool holds_objects(const json& value) {
  return std::any_of(value.begin(), value.end(), [](const json& inner) {
    return inner.is_object() || (inner.is_array() && holds_objects(inner));
  });
}

/// An object or list on one line, unless it holds objects: then one line for each of its values.
std::string text_of(const json& value, std::size_t indent) {
  // File names need not be UTF-8, JSON must be: bytes that are not become U+FFFD.
  constexpr auto kReplace = json::error_handler_t::replace;
  if (!value.is_structured() || !holds_objects(value)) return value.dump(-1, ' ', false, kReplace);
  std::string text;
  for (const auto& [key, inner] : value.items()) {
    text += (text.empty() ? "" : ",") + ("\n" + std::string(indent + 1, ' '));
    if (value.is_object()) text += json(key).dump(-1, ' ', false, kReplace) + ": ";
    text += text_of(inner, indent + 1);
  }
  text += "\n" + std::string(indent, ' ');
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

}  // namespace

std::string run_json(const RunRecord& run) {
  // nlohmann::json keeps the keys of an object sorted, so the text is canonical.
  const json document = {{"format", RunRecord::kFormat},
                         {"schema", RunRecord::kSchema},
                         {"suite", run.suite},
                         {"data", run.data},
                         {"seed", run.seed},
                         {"private", run.is_private},
                         {"models", run.models},
                         {"cells", array_of(run.cells)},
                         {"samples", array_of(run.samples)},
                         {"summaries", array_of(run.summaries)},
                         {"gates", array_of(run.gates)},
                         {"notes", run.notes},
                         {"findings", run.findings},
                         {"provenance", object_or_empty(run.provenance)},
                         {"execution", object_or_empty(run.execution)}};
  return text_of(document, 0) + "\n";
}

}  // namespace robench
