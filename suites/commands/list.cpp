// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "models/face.h"
#include "models/model_card.h"
#include "perturb/error.h"
#include "perturb/perturbation.h"
#include "reports/writer.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/suite.h"

namespace robench {
namespace {

constexpr const char* kListUsage =
    "robench list [perturbations|models|metrics|writers|suites|detectors|PERTURBATION]";

using Rows = std::vector<std::vector<std::string>>;

/// Columns as wide as their widest cell; the last one runs free.
void print_table(const std::string& title, const Rows& rows) {
  std::vector<std::size_t> width;
  for (const auto& row : rows) {
    width.resize(std::max(width.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  fmt::print("{}\n", title);
  for (const auto& row : rows) {
    fmt::print(" ");
    for (std::size_t c = 0; c < row.size(); ++c)
      fmt::print(" {:<{}}", row[c], c + 1 < row.size() ? width[c] + 1 : 0);
    fmt::print("\n");
  }
  fmt::print("\n");
}

void list_perturbations() {
  Rows rows;
  for (const auto& [family, spec] : perturbation_registry())
    rows.push_back({spec.name, family, spec.summary});
  print_table("perturbations (name, family, what it does); `robench list NAME` shows one", rows);
}

/// "0.1 to 3 px, default 1", or the choices.
std::string values_text(const ParamSpec& param) {
  std::string text = param.kind == ParamKind::choice
                         ? fmt::format("{}", fmt::join(param.choices, "|"))
                         : fmt::format("{} to {}", shortest(param.min), shortest(param.max));
  if (!param.unit.empty()) text += " " + param.unit;
  return param.default_value ? text + ", default " + to_string(*param.default_value) : text;
}

void show_perturbation(const RegisteredPerturbation& registered) {
  const PerturbationSpec& spec = registered.spec;
  fmt::print("{} ({}, version {}): {}\n", spec.name, registered.family, spec.version, spec.summary);
  fmt::print("severities 1 to 5: {} = {} ({})\n", spec.strength, fmt::join(spec.ladder, ", "),
             spec.ladder_source);
  Rows rows;
  for (const ParamSpec& param : spec.params)
    rows.push_back({param.name, values_text(param), param.summary});
  print_table("parameters (name, values, what it is)", rows);
}

void list_models() {
  Rows rows;
  for (const auto& name : shipped_card_names()) {
    const ModelCard card = find_model_card(name);
    rows.push_back({card.name, card.backend, fmt::format("{}-d", card.dim), card.summary});
  }
  print_table("models (name, backend, dimension, what it is)", rows);
}

void list_metrics() {
  Rows rows;
  for (const auto& metric : metric_registry()) {
    rows.push_back({metric.name, "", metric.summary});
    for (const auto& measure : metric.measures)
      rows.push_back({"  " + measure.name, "[" + measure.unit + "]", measure.summary});
  }
  print_table("metrics and their measures", rows);
}

void list_writers() {
  Rows rows;
  for (const auto& writer : writer_registry())
    rows.push_back({writer.name, writer.file_name, writer.summary});
  print_table("writers (name, file, what it holds)", rows);
}

void list_suites() {
  Rows rows;
  for (const auto& name : shipped_suite_names()) rows.push_back({name});
  print_table("suites in " + shipped_suites_folder().string(), rows);
}

void list_detectors() {
  Rows rows;
  for (const auto& name : detector_names()) rows.push_back({name});
  print_table("detectors", rows);
}

}  // namespace

int list_command(const std::vector<std::string>& arguments) {
  CommandLine command(kListUsage, "Lists what this robench knows, or shows one perturbation in full.",
                      "robench list low_light");
  command.positional("WHAT");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::vector<std::pair<std::string, std::function<void()>>> sections = {
      {"perturbations", list_perturbations},
      {"models", list_models},
      {"metrics", list_metrics},
      {"writers", list_writers},
      {"suites", list_suites},
      {"detectors", list_detectors}};
  const std::string what =
      values->count("WHAT") > 0 ? required_argument(*values, "WHAT", kListUsage) : "";
  bool known = what.empty();
  std::vector<std::string> names;
  for (const auto& [name, print] : sections) {
    names.push_back(name);
    if (!what.empty() && what != name) continue;
    known = true;
    print();
  }
  if (known) return 0;
  const RegisteredPerturbation* perturbation = find_perturbation(what);
  if (perturbation == nullptr) {
    for (const auto& name : perturbation_names()) names.push_back(name);
    const std::string near = closest_match(what, names);
    throw ConfigError("cannot list '" + what + "'", near.empty() ? std::string("usage: ") + kListUsage
                                                                 : "did you mean '" + near + "'?");
  }
  show_perturbation(*perturbation);
  return 0;
}

}  // namespace robench
