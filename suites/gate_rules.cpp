// SPDX-License-Identifier: Apache-2.0
#include "suites/gate_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "models/source_text.h"
#include "models/yaml_reader.h"

namespace robench {
namespace {

const std::vector<std::string>& gated_metrics() {
  static const std::vector<std::string> names = {"fnmr", "fmr", "drift_angle_deg", "drift_relative",
                                                 "not_acquired_rate"};
  return names;
}

AllowedLoss read_allowed(YamlReader& yaml, const YamlNode& node) {
  AllowedLoss loss;
  if (!yaml.check_keys(node, {"metric", "condition", "margin"}, "a line of 'allow'")) return loss;
  loss.place = {yaml.file_name(), node.line, node.column};
  loss.metric = yaml.require_choice(node, "metric", gated_metrics()).value_or("");
  loss.condition = yaml.optional_text(node, "condition").value_or("*");
  const double most = loss.metric == "drift_angle_deg" ? 180 : 1;
  loss.margin = yaml.require_number(node, "margin", 0, most).value_or(0);
  return loss;
}

/// Any measure that a run can hold; `fnmr@fmr=1e-3` is of the family before the mark.
void check_measure(YamlReader& yaml, const YamlNode& node, const std::string& measure) {
  std::vector<std::string> known;
  for (const MetricSpec& spec : metric_registry())
    for (const MeasureInfo& info : spec.measures)
      known.push_back(info.name.substr(0, info.name.find_first_of("@:")));
  if (std::find(known.begin(), known.end(), measure.substr(0, measure.find_first_of("@:"))) ==
      known.end())
    yaml.fail(node, fmt::format("unknown measure '{}'", measure), suggestion(measure, known));
}

Gate read_limit(YamlReader& yaml, const YamlNode& node) {
  Gate gate;
  if (!yaml.check_keys(node, {"metric", "model", "condition", "min", "max"}, "a line of 'limits'"))
    return gate;
  gate.place = {yaml.file_name(), node.line, node.column};
  gate.metric = yaml.require_text(node, "metric").value_or("");
  if (!gate.metric.empty()) check_measure(yaml, *node.find("metric"), gate.metric);
  gate.model = yaml.optional_text(node, "model").value_or("");
  gate.condition = yaml.optional_text(node, "condition").value_or("*");
  gate.min = yaml.optional_number(node, "min");
  gate.max = yaml.optional_number(node, "max");
  if (!gate.min && !gate.max)
    yaml.fail(node, "this line has neither 'min' nor 'max'", "give one, or both");
  return gate;
}

std::optional<VectorLimit> read_vectors(YamlReader& yaml, const YamlNode& root) {
  const YamlNode* node = root.find("vectors");
  if (node == nullptr || !yaml.check_keys(*node, {"max_cosine_distance"}, "'vectors'"))
    return std::nullopt;
  return VectorLimit{yaml.require_number(*node, "max_cosine_distance", 0, 2).value_or(0),
                     {yaml.file_name(), node->line, node->column}};
}

/// Reads every item of the list `key`, where there is one.
template <typename Read>
auto read_list(YamlReader& yaml, const char* key, const Read& read) {
  std::vector<decltype(read(yaml, yaml.root()))> result;
  const YamlNode* list = yaml.root().find(key);
  if (list == nullptr) return result;
  if (!list->is_list() || list->items.empty()) {
    yaml.fail(*list,
              fmt::format("'{}': expected a list, found {}", key,
                          list->is_list() ? "an empty list" : described(*list)),
              "write - { metric: fnmr, ... }");
    return result;
  }
  for (const YamlNode& item : list->items) result.push_back(read(yaml, item));
  return result;
}

}  // namespace

GateRules default_gate_rules() {
  GateRules rules;
  for (const char* metric : {"fnmr", "fmr", "not_acquired_rate"})
    rules.allow.push_back({metric, "*", 0.01, {}});
  rules.allow.push_back({"drift_angle_deg", "*", 1, {}});
  rules.allow.push_back({"drift_relative", "*", 0.01, {}});
  return rules;
}

GateRules parse_gate_rules(const std::string& text, const std::string& file) {
  YamlReader yaml(text, file);
  GateRules rules;
  if (yaml.check_keys(yaml.root(),
                      {"allow", "limits", "vectors", "threshold", "missing", "undecided", "confidence"},
                      "a gate file")) {
    const YamlNode& root = yaml.root();
    rules.allow = read_list(yaml, "allow", read_allowed);
    rules.limits = read_list(yaml, "limits", read_limit);
    rules.vectors = read_vectors(yaml, root);
    const auto threshold =
        yaml.optional_choice(root, "threshold", {"both", "own", "baseline"}).value_or("both");
    rules.at_own_threshold = threshold != "baseline";
    rules.at_baseline_threshold = threshold != "own";
    rules.missing_fails = yaml.optional_choice(root, "missing", {"fail", "ignore"}) != "ignore";
    rules.undecided_passes = yaml.optional_choice(root, "undecided", {"fail", "pass"}) == "pass";
    rules.confidence = yaml.optional_number(root, "confidence", 0.5, 0.999).value_or(0.95);
    if (root.find("allow") == nullptr && root.find("limits") == nullptr &&
        root.find("vectors") == nullptr)
      yaml.fail(root, "this gate has none of 'allow', 'limits' and 'vectors': it could not fail",
                "write allow: [ { metric: fnmr, margin: 0.01 } ]");
  }
  yaml.finish();
  return rules;
}

GateRules read_gate_rules(const std::filesystem::path& file) {
  return parse_gate_rules(read_source_text(file, YamlReader::kMaxBytes), file.string());
}

}  // namespace robench
