// SPDX-License-Identifier: Apache-2.0
#include "suites/suite_summaries.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace robench {
namespace {

std::set<double> severities_of(const Suite& suite, const std::string& perturbation) {
  std::set<double> severities;
  for (const Condition& condition : suite.conditions)
    if (condition.perturbation() == perturbation && condition.severity())
      severities.insert(*condition.severity());
  severities.erase(0);
  return severities;
}

void read_list(YamlReader& yaml, const YamlNode& list, const Suite& suite, SummaryOptions& options) {
  if (!list.is_list() || list.items.empty()) {
    yaml.fail(list, fmt::format("'perturbations': expected a list, found {}", described(list)),
              "write [gamma, low_light]");
    return;
  }
  for (const YamlNode& node : list.items) {
    const auto name = yaml.text_of(node);
    if (!name) continue;
    if (std::find(options.perturbations.begin(), options.perturbations.end(), *name) !=
        options.perturbations.end())
      yaml.fail(node, fmt::format("the perturbation '{}' is listed twice", *name));
    else if (severities_of(suite, *name) != std::set<double>{1, 2, 3, 4, 5})
      yaml.fail(node, fmt::format("'{}' is not run at severities 1 to 5, which mCE adds up", *name));
    options.perturbations.push_back(*name);
  }
}

}  // namespace

SummaryOptions read_summaries(YamlReader& yaml, const YamlNode& summaries, const Suite& suite,
                              const std::vector<std::string>& model_names) {
  SummaryOptions options;
  if (!yaml.check_keys(summaries, {"reference_model", "perturbations", "breakdown_fnmr"}, "'summaries'"))
    return options;
  if (const auto model = yaml.optional_choice(summaries, "reference_model", model_names))
    options.reference_model = *model;
  if (const YamlNode* list = summaries.find("perturbations")) {
    read_list(yaml, *list, suite, options);
    if (summaries.find("reference_model") == nullptr)
      yaml.fail(*list, "'perturbations' has no effect without 'reference_model'");
  }
  if (const auto limit = yaml.optional_number(summaries, "breakdown_fnmr", 0, 1))
    options.breakdown_fnmr = *limit;
  return options;
}

}  // namespace robench
