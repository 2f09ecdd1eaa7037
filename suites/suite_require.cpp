// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_require.h"

#include <algorithm>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "suites/glob.h"

namespace robench {
namespace {

/// `fnmr@fmr=1e-3` and `geometry_r2:FEATURE` are families: what counts is the name before the mark.
std::string base_name(const std::string& measure) {
  return measure.substr(0, measure.find_first_of("@:"));
}

bool is_named(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class GateReader {
 public:
  GateReader(YamlReader& yaml, const Suite& suite, const std::vector<std::string>& model_names)
      : yaml_(yaml), suite_(suite), model_names_(model_names) {}

  Gate read(const YamlNode& node) {
    Gate gate;
    gate.condition = "*";
    if (!yaml_.check_keys(node, {"metric", "model", "condition", "min", "max"}, "a line of 'require'"))
      return gate;
    gate.place = {yaml_.file_name(), node.line, node.column};
    gate.metric = yaml_.require_text(node, "metric").value_or("");
    if (!gate.metric.empty()) check_metric(*node.find("metric"), gate.metric);
    if (const auto model = yaml_.optional_text(node, "model")) {
      gate.model = *model;
      if (!model_names_.empty() && !is_named(model_names_, *model))
        yaml_.fail(*node.find("model"), fmt::format("'{}' is not one of this suite's models", *model),
                   suggestion(*model, model_names_));
    }
    if (const auto condition = yaml_.optional_text(node, "condition")) {
      gate.condition = *condition;
      check_condition(*node.find("condition"), *condition);
    }
    read_limits(node, gate);
    return gate;
  }

 private:
  void check_metric(const YamlNode& node, const std::string& metric) {
    std::vector<std::string> computed;
    std::string provider;  // a metric that has the measure: of that very name, or else of its family
    bool is_exact = false;
    for (const MetricSpec& spec : metric_registry()) {
      const bool chosen = is_named(suite_.metrics, spec.name);
      for (const MeasureInfo& measure : spec.measures) {
        if (chosen) computed.push_back(base_name(measure.name));
        if (base_name(measure.name) != base_name(metric)) continue;
        if (chosen) return;
        if (provider.empty() || (!is_exact && measure.name == metric)) provider = spec.name;
        is_exact = is_exact || measure.name == metric;
      }
    }
    if (!provider.empty())
      return yaml_.fail(node, fmt::format("this suite does not compute '{}'", metric),
                        fmt::format("add '{}' to 'metrics'", provider));
    computed.erase(std::unique(computed.begin(), computed.end()), computed.end());
    yaml_.fail(node, fmt::format("unknown measure '{}'", metric), suggestion(metric, computed));
  }

  void check_condition(const YamlNode& node, const std::string& pattern) {
    if (suite_.conditions.empty()) return;  // they had faults of their own
    std::vector<std::string> labels;
    for (const Condition& condition : suite_.conditions) {
      labels.push_back(condition.label());
      if (matches_condition(labels.back(), pattern)) return;
    }
    const std::string near = closest_match(pattern, labels);
    yaml_.fail(node, fmt::format("no condition of this suite matches '{}'", pattern),
               near.empty() ? "labels are written NAME@SEVERITY; * stands for anything"
                            : fmt::format("did you mean '{}'?", near));
  }

  void read_limits(const YamlNode& node, Gate& gate) {
    gate.min = yaml_.optional_number(node, "min");
    gate.max = yaml_.optional_number(node, "max");
    if (node.find("min") == nullptr && node.find("max") == nullptr)
      yaml_.fail(node, "this line has neither 'min' nor 'max'", "give one, or both");
    if (gate.min && gate.max && *gate.min > *gate.max)
      yaml_.fail(*node.find("max"), fmt::format("'max' is {}, below 'min' {}", node.find("max")->text,
                                                node.find("min")->text));
  }

  YamlReader& yaml_;
  const Suite& suite_;
  const std::vector<std::string>& model_names_;
};

}  // namespace

std::vector<Gate> read_gates(YamlReader& yaml, const YamlNode& require, const Suite& suite,
                             const std::vector<std::string>& model_names) {
  if (!require.is_list() || require.items.empty()) {
    yaml.fail(require,
              fmt::format("'require': expected a list of limits, found {}",
                          require.is_list() ? "an empty list" : described(require)),
              "write - { metric: fnmr, condition: \"gamma@*\", max: 0.05 }");
    return {};
  }
  GateReader reader(yaml, suite, model_names);
  std::vector<Gate> gates;
  for (const YamlNode& line : require.items) gates.push_back(reader.read(line));
  return gates;
}

}  // namespace robench
