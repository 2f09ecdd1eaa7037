// SPDX-License-Identifier: Apache-2.0
#include "reports/run_record.h"

#include "reports/json_text.h"

namespace robench {
namespace {

using nlohmann::json;

json to_json(const Measure& measure) {
  json ci95 = nullptr;
  if (measure.ci95)
    ci95 = json::array({number_or_null(measure.ci95->low), number_or_null(measure.ci95->high)});
  return {{"name", measure.name}, {"value", number_or_null(measure.value)},
          {"unit", measure.unit}, {"n", measure.n},
          {"ci95", ci95},         {"better", std::string(to_string(measure.better))},
          {"note", measure.note}};
}

json to_json(const CellRecord& cell) {
  json measures = json::array();
  for (const Measure& measure : cell.measures) measures.push_back(to_json(measure));
  return {{"model", cell.model},
          {"stage", cell.stage},
          {"perturbation", cell.perturbation},
          {"family", cell.family},
          {"label", cell.label},
          {"severity", number_or_null(cell.severity)},
          {"params", cell.params},
          {"repetition", cell.repetition},
          {"measures", measures}};
}

json to_json(const SampleRecord& sample) {
  json box = nullptr;
  if (sample.box) box = {sample.box->x, sample.box->y, sample.box->width, sample.box->height};
  json summary = nullptr;
  if (sample.summary) {
    summary = {{"drift_median", number_or_null(sample.summary->drift_median)},
               {"drift_p95", number_or_null(sample.summary->drift_p95)},
               {"worst_condition", sample.summary->worst_condition},
               {"typicality_p", number_or_null(sample.summary->typicality_p)}};
  }
  json record = {{"path", sample.path},
                 {"face", sample.face},
                 {"subject", sample.subject},
                 {"status", sample.status},
                 {"reason", sample.reason},
                 {"box", box},
                 {"inter_eye_px", number_or_null(sample.inter_eye_px)},
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

json to_json(const CurveRecord& record) {
  const BinnedCurves& curves = record.curves;
  return {{"model", record.model},
          {"stage", record.stage},
          {"label", record.label},
          {"scores",
           {{"low", curves.mated.low},
            {"high", curves.mated.high},
            {"mated", curves.mated.counts},
            {"non_mated", curves.non_mated.counts}}},
          {"det", {{"fmr", curves.fmr}, {"fnmr", curves.fnmr}}},
          {"drift_deg",
           {{"low", curves.drift_deg.low},
            {"high", curves.drift_deg.high},
            {"counts", curves.drift_deg.counts}}}};
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

}  // namespace

std::string run_json(const RunRecord& run) {
  // nlohmann::json keeps the keys of an object sorted, so the text is canonical.
  json document = {{"format", RunRecord::kFormat},
                   {"schema", RunRecord::kSchema},
                   {"suite", run.suite},
                   {"data", run.data},
                   {"seed", run.seed},
                   {"private", run.is_private},
                   {"models", run.models},
                   {"cells", array_of(run.cells)},
                   {"samples", array_of(run.samples)},
                   {"summaries", array_of(run.summaries)},
                   {"curves", array_of(run.curves)},
                   {"gates", array_of(run.gates)},
                   {"notes", run.notes},
                   {"findings", run.findings},
                   {"provenance", object_or_empty(run.provenance)},
                   {"execution", object_or_empty(run.execution)}};
  if (!run.outcomes.is_null()) document["outcomes"] = run.outcomes;
  return json_text(document);
}

}  // namespace robench
