// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_conditions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace robench {
namespace {

constexpr const char* kSeverity = "severity";
constexpr std::size_t kMaxChain = 16;

/// One parameter of an entry with all of its values.
struct Axis {
  std::string name;  // "severity" or the parameter's name
  std::vector<ParamValue> values;
};

/// One entry of the list: a perturbation and the axes of its product.
struct Entry {
  const PerturbationSpec* spec = nullptr;
  std::vector<Axis> axes;
  SeveritySet set = SeveritySet::face;
};

std::string full_range(const ParamSpec& param) {
  return fmt::format("{} to {}{}{}", shortest(param.min), shortest(param.max),
                     param.unit.empty() ? "" : " ", param.unit);
}

/// Number of conditions of an entry, at most kMaxConditions + 1.
std::size_t product_size(const std::vector<Axis>& axes) {
  std::size_t size = 1;
  for (const Axis& axis : axes) size = std::min(size * axis.values.size(), kMaxConditions + 1);
  return size;
}

/// The `index`-th combination; the last axis varies fastest. Throws ConfigError where the
/// perturbation refuses the combination.
Step step_of(const Entry& entry, std::size_t index) {
  Params given;
  std::optional<double> severity;
  for (auto axis = entry.axes.rbegin(); axis != entry.axes.rend(); ++axis) {
    const ParamValue& value = axis->values[index % axis->values.size()];
    index /= axis->values.size();
    if (axis->name == kSeverity)
      severity = std::get<double>(value);
    else
      given.set(axis->name, value);
  }
  // The files of perturb/imagenet_c hold both tables.
  if (entry.set == SeveritySet::cifar_c && !given.contains("table")) given.set("table", "cifar_c");
  return severity ? step_at_severity(entry.spec->name, *severity, std::move(given), entry.set)
                  : step_at_value(entry.spec->name, std::move(given), entry.set);
}

class ConditionReader {
 public:
  ConditionReader(YamlReader& yaml, SeveritySet set) : yaml_(yaml), set_(set) {}

  void read_entry(const YamlNode& node) {
    if (node.is_scalar()) {
      read_bare_name(node);
    } else if (const auto* only = only_entry(node)) {
      const auto& [name, value] = *only;
      if (name.text == "chain")
        read_chain(name, value);
      else if (const auto entry = read_perturbation(name, value, /*single=*/false))
        expand(name, *entry);
    }
  }

  std::optional<Step> read_chain_step(const YamlNode& node) {
    std::optional<Entry> entry;
    const YamlNode* place = &node;
    if (node.is_scalar()) {
      entry = read_step_text(node);
    } else if (const auto* only = only_entry(node)) {
      place = &only->key;
      entry = read_perturbation(only->key, only->value, /*single=*/true);
    }
    if (!entry) return std::nullopt;
    try {
      return step_of(*entry, 0);
    } catch (const ConfigError& error) {
      yaml_.fail(*place, error);
      return std::nullopt;
    }
  }

  [[nodiscard]] std::vector<std::vector<Step>> take() { return std::move(expanded_); }

 private:
  void read_bare_name(const YamlNode& node) {
    const std::size_t at = node.text.find('@');
    const PerturbationSpec* spec = find_spec(node, node.text.substr(0, at));
    if (spec == nullptr) return;
    if (at != std::string::npos) {
      yaml_.fail(node, fmt::format("'{}' is the form of a step of a chain", node.text),
                 fmt::format("write {}: {{ severity: {} }}", spec->name, node.text.substr(at + 1)));
      return;
    }
    expand(node, {spec, {every_severity()}, set_});
  }

  /// The single key and value of an entry; nullptr and a fault when it is something else.
  const YamlEntry* only_entry(const YamlNode& node) {
    if (!node.is_map() || node.entries.empty()) {
      yaml_.fail(node, fmt::format("expected a perturbation, found {}", described(node)),
                 "write '- NAME' or '- NAME: { severity: [1, 3, 5] }'");
      return nullptr;
    }
    if (node.entries.size() > 1) {
      const YamlNode& second = node.entries[1].key;
      yaml_.fail(second, fmt::format("a second key '{}' in one entry", second.text),
                 fmt::format("indent it below '{}', or begin a new entry with '- '",
                             node.entries.front().key.text));
      return nullptr;
    }
    return &node.entries.front();
  }

  const PerturbationSpec* find_spec(const YamlNode& place, const std::string& name) {
    const RegisteredPerturbation* found = find_perturbation(name, set_);
    if (found != nullptr) return &found->spec;
    const bool elsewhere = set_ != SeveritySet::face && find_perturbation(name) != nullptr;
    yaml_.fail(place, fmt::format("unknown perturbation '{}'", name),
               elsewhere ? fmt::format("it is not among the 19 of 'severity_set: {}'", to_string(set_))
                         : suggestion(name, perturbation_names(set_)));
    return nullptr;
  }

  static Axis every_severity() { return {kSeverity, {1.0, 2.0, 3.0, 4.0, 5.0}}; }

  /// `single`: a step of a chain, where each parameter has one value.
  std::optional<Entry> read_perturbation(const YamlNode& name, const YamlNode& value, bool single) {
    const PerturbationSpec* spec = find_spec(name, name.text);
    if (spec == nullptr) return std::nullopt;
    if (!value.is_map()) {
      const bool number = value.is_scalar() || value.is_list();
      yaml_.fail(value, fmt::format("'{}': expected parameters, found {}", name.text, described(value)),
                 number ? fmt::format("write {}: {{ severity: ... }}", name.text)
                        : fmt::format("write '- {}' for severities 1 to 5", name.text));
      return std::nullopt;
    }
    Entry entry{spec, {}, set_};
    bool sound = true;
    const YamlNode* strength = nullptr;  // whichever key sets it first
    for (const auto& [key, values] : value.entries) {
      if (key.text == kSeverity || key.text == spec->strength) {
        if (strength != nullptr && strength->text != key.text) {
          yaml_.fail(key,
                     fmt::format("'severity' and '{}' both set the strength of '{}'", spec->strength,
                                 spec->name),
                     "give one of them");
          sound = false;
        }
        strength = &key;
      }
      Axis axis = read_axis(*spec, key, values, single);
      sound = sound && !axis.values.empty();
      entry.axes.push_back(std::move(axis));
    }
    if (strength == nullptr && single) {
      yaml_.fail(name,
                 fmt::format("a step of a chain needs a strength: 'severity' or '{}'", spec->strength));
      sound = false;
    } else if (strength == nullptr) {
      entry.axes.push_back(every_severity());
    }
    return sound ? std::optional(std::move(entry)) : std::nullopt;
  }

  /// An axis without values when there was a fault.
  Axis read_axis(const PerturbationSpec& spec, const YamlNode& key, const YamlNode& values,
                 bool single) {
    const ParamSpec* param = spec.find_param(key.text);
    if (param == nullptr && key.text != kSeverity) {
      std::vector<std::string> known = {kSeverity};
      for (const ParamSpec& candidate : spec.params) known.push_back(candidate.name);
      yaml_.fail(key, fmt::format("unknown parameter '{}' of '{}'", key.text, spec.name),
                 suggestion(key.text, known));
      return {};
    }
    if (values.is_list() && (single || values.items.empty())) {
      yaml_.fail(values, single ? fmt::format("'{}': a step of a chain has one value", key.text)
                                : fmt::format("'{}' is an empty list", key.text));
      return {};
    }
    Axis axis{key.text, {}};
    const std::vector<YamlNode> one = {values};
    const std::vector<YamlNode>& items = values.is_list() ? values.items : one;
    std::set<ParamValue> seen;
    for (const YamlNode& item : items) {
      const auto value = param == nullptr ? read_severity(spec, item) : read_value(*param, item);
      if (!value) continue;
      if (!seen.insert(*value).second)
        yaml_.fail(item, fmt::format("'{}' has the value {} twice", key.text, item.text));
      axis.values.push_back(*value);
    }
    if (axis.values.size() != items.size() || seen.size() != items.size()) axis.values.clear();
    return axis;
  }

  std::optional<ParamValue> read_severity(const PerturbationSpec& spec, const YamlNode& node) {
    const auto severity = yaml_.number_of(node);
    if (!severity) return std::nullopt;
    if (*severity < 0 || *severity > 5) {
      yaml_.fail(node, fmt::format("severity {} is out of range", node.text), "allowed: 0 to 5");
      return std::nullopt;
    }
    try {
      if (*severity != 0) static_cast<void>(strength_at(spec, *severity));
    } catch (const ConfigError& error) {
      yaml_.fail(node, error);
      return std::nullopt;
    }
    return *severity;
  }

  std::optional<ParamValue> read_value(const ParamSpec& param, const YamlNode& node) {
    if (param.kind == ParamKind::choice) {
      auto choice = yaml_.choice_of(node, param.choices);
      return choice ? std::optional<ParamValue>(std::move(*choice)) : std::nullopt;
    }
    if (param.kind == ParamKind::integer && !yaml_.integer_of(node)) return std::nullopt;
    const auto number = yaml_.number_of(node);
    if (!number) return std::nullopt;
    if (*number < param.min || *number > param.max) {
      yaml_.fail(node, fmt::format("'{}' is {}, out of range", param.name, node.text),
                 "allowed: " + full_range(param));
      return std::nullopt;
    }
    return *number;
  }

  void read_chain(const YamlNode& key, const YamlNode& value) {
    constexpr const char* kForm = "write chain: [low_light@3, gamma@2]";
    if (!value.is_list()) {
      yaml_.fail(value, fmt::format("'chain': expected a list of steps, found {}", described(value)),
                 kForm);
      return;
    }
    if (value.items.size() < 2 || value.items.size() > kMaxChain) {
      yaml_.fail(value,
                 fmt::format("a chain has 2 to {} steps, found {}", kMaxChain, value.items.size()),
                 kForm);
      return;
    }
    std::vector<Step> steps;
    for (const YamlNode& item : value.items) {
      if (auto step = read_chain_step(item)) steps.push_back(std::move(*step));
    }
    if (steps.size() == value.items.size()) add(key, {std::move(steps)});
  }

  /// `low_light@3`.
  std::optional<Entry> read_step_text(const YamlNode& node) {
    const std::size_t at = node.text.find('@');
    const PerturbationSpec* spec = find_spec(node, node.text.substr(0, at));
    if (spec == nullptr) return std::nullopt;
    if (at == std::string::npos) {
      yaml_.fail(node, fmt::format("the step '{}' has no severity", node.text),
                 fmt::format("write {}@3", node.text));
      return std::nullopt;
    }
    YamlNode severity = node;
    severity.text = node.text.substr(at + 1);
    severity.quoted = false;
    const auto value = read_severity(*spec, severity);
    return value ? std::optional<Entry>({spec, {{kSeverity, {*value}}}, set_}) : std::nullopt;
  }

  void expand(const YamlNode& place, const Entry& entry) {
    const std::size_t count = product_size(entry.axes);
    if (expanded_.size() + count > kMaxConditions) {
      yaml_.fail(place, fmt::format("more than {} conditions", kMaxConditions),
                 "the values of the parameters multiply");
      return;
    }
    std::vector<std::vector<Step>> conditions;
    try {
      for (std::size_t i = 0; i < count; ++i) conditions.push_back({step_of(entry, i)});
    } catch (const ConfigError& error) {
      yaml_.fail(place, error);
      return;
    }
    add(place, std::move(conditions));
  }

  /// Keeps the conditions of one entry unless one of them was there before.
  void add(const YamlNode& place, std::vector<std::vector<Step>> conditions) {
    std::size_t repeated = 0;
    for (std::vector<Step>& steps : conditions) {
      const Condition condition{std::move(steps), Stage::crop};
      const std::string severity = condition.severity() ? shortest(*condition.severity()) : "";
      const auto [first, is_new] = line_of_condition_.emplace(
          fmt::format("{}@{} {}", condition.perturbation(), severity, condition.params()), place.line);
      if (is_new) {
        expanded_.push_back(condition.steps);
      } else if (repeated++ == 0) {
        yaml_.fail(place, fmt::format("the condition '{}' is given twice", condition.label()),
                   fmt::format("first given in line {}", first->second));
      }
    }
  }

  YamlReader& yaml_;
  SeveritySet set_;
  std::vector<std::vector<Step>> expanded_;
  std::map<std::string, int> line_of_condition_;  // by what tells rows of a report apart
};

}  // namespace

std::vector<Condition> read_conditions(YamlReader& yaml, const YamlNode& perturb,
                                       const std::vector<Stage>& stages, SeveritySet set) {
  if (!perturb.is_list() || perturb.items.empty()) {
    yaml.fail(perturb,
              perturb.is_list()
                  ? "'perturb' is an empty list"
                  : fmt::format("'perturb': expected a list, found {}", described(perturb)),
              "write '- NAME' or '- NAME: { severity: [1, 3, 5] }', one entry a line");
    return {};
  }
  ConditionReader reader(yaml, set);
  for (const YamlNode& entry : perturb.items) reader.read_entry(entry);
  const std::vector<std::vector<Step>> expanded = reader.take();

  std::vector<Condition> conditions;
  for (const Stage stage : stages) {
    conditions.push_back({{}, stage});
    for (const std::vector<Step>& steps : expanded) conditions.push_back({steps, stage});
  }
  return conditions;
}

std::vector<Step> read_steps(YamlReader& yaml, const YamlNode& node, SeveritySet set) {
  ConditionReader reader(yaml, set);
  std::vector<Step> steps;
  const std::vector<YamlNode> one = {node};
  for (const YamlNode& item : node.is_list() ? node.items : one)
    if (auto step = reader.read_chain_step(item)) steps.push_back(std::move(*step));
  return steps;
}

}  // namespace robench
