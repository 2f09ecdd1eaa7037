// SPDX-License-Identifier: Apache-2.0
// A gate file to be pasted.
#include <fmt/format.h>

#include "perturb/params.h"
#include "suites/gate_rules.h"

namespace robench {
namespace {

/// ", condition: "gamma@*"" unless it is every one. Labels are ASCII; a quote ends no label.
std::string rule_condition(const std::string& condition) {
  return condition == "*" ? "" : fmt::format(", condition: \"{}\"", condition);
}

std::string gate_limit_line(const Gate& gate) {
  std::string text = fmt::format("  - {{ metric: \"{}\"", gate.metric);
  if (!gate.model.empty()) text += ", model: " + gate.model;
  text += rule_condition(gate.condition);
  if (gate.min) text += ", min: " + shortest(*gate.min);
  if (gate.max) text += ", max: " + shortest(*gate.max);
  return text + " }\n";
}

}  // namespace

std::string gate_rules_text(const GateRules& rules) {
  std::string text;
  if (!rules.allow.empty()) text += "allow:\n";
  for (const AllowedLoss& loss : rules.allow)
    text += fmt::format("  - {{ metric: {}{}, margin: {} }}\n", loss.metric,
                        rule_condition(loss.condition), shortest(loss.margin));
  if (rules.vectors)
    text += fmt::format("vectors: {{ max_cosine_distance: {} }}\n",
                        shortest(rules.vectors->max_cosine_distance));
  if (!rules.limits.empty()) text += "limits:\n";
  for (const Gate& gate : rules.limits) text += gate_limit_line(gate);
  if (!rules.at_baseline_threshold) text += "threshold: own\n";
  if (!rules.at_own_threshold) text += "threshold: baseline\n";
  if (!rules.missing_fails) text += "missing: ignore\n";
  if (rules.undecided_passes) text += "undecided: pass\n";
  if (rules.confidence != GateRules().confidence)
    text += fmt::format("confidence: {}\n", shortest(rules.confidence));
  return text;
}

}  // namespace robench
