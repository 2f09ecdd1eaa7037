// SPDX-License-Identifier: Apache-2.0
#include "perturb/condition.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "perturb/error.h"

namespace robench {
namespace {

const RegisteredPerturbation& registered(std::string_view name, SeveritySet set) {
  if (const RegisteredPerturbation* found = find_perturbation(name, set)) return *found;
  throw ConfigError("unknown perturbation '" + std::string(name) + "'",
                    suggestion(name, perturbation_names(set)));
}

bool is_clean(const Step& step) { return step.severity && *step.severity == 0; }

std::vector<Step> without_clean(const std::vector<Step>& steps) {
  std::vector<Step> kept;
  std::copy_if(steps.begin(), steps.end(), std::back_inserter(kept),
               [](const Step& step) { return !is_clean(step); });
  return kept;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

// What the user wrote beside name and severity, as `k=v`, the strength first, without values that
// are the default anyway.
std::vector<std::string> extras(const Step& step) {
  const PerturbationSpec& spec = step.spec();
  std::vector<std::string> words;
  for (const auto& [name, value] : step.given.values()) {
    const ParamSpec* param = spec.find_param(name);
    if (param != nullptr && param->default_value == value) continue;
    // What the set itself says.
    if (step.set == SeveritySet::cifar_c && name == "table" && to_string(value) == "cifar_c") continue;
    const std::string word = name + '=' + to_string(value);
    words.insert(name == spec.strength ? words.begin() : words.end(), word);
  }
  return words;
}

std::string name_at_severity(const Step& step) {
  return step.severity ? step.perturbation + '@' + shortest(*step.severity) : step.perturbation;
}

// The resolved parameters; a strength that is solved for is named by its set point.
std::string params_text(const Step& step) {
  std::string text = step.params.canonical();
  if (!step.set_point) return text;
  if (!text.empty()) text += ';';
  return text + std::string(to_string(step.set_point->measure)) + '=' + shortest(step.set_point->target);
}

std::string chain_text(const std::vector<Step>& steps) {
  std::vector<std::string> words;
  for (const Step& step : steps) {
    const std::string inner = joined(extras(step), ",");
    words.push_back(name_at_severity(step) + (inner.empty() ? "" : '(' + inner + ')'));
  }
  return joined(words, "+");
}

}  // namespace

std::string_view to_string(Stage stage) { return stage == Stage::crop ? "crop" : "capture"; }

const PerturbationSpec& Step::spec() const { return registered(perturbation, set).spec; }

bool Condition::is_clean() const { return without_clean(steps).empty(); }

std::string Condition::perturbation() const {
  if (steps.empty()) return "identity";
  return steps.size() == 1 ? steps.front().perturbation : "chain";
}

std::optional<double> Condition::severity() const {
  if (steps.empty()) return 0.0;
  return steps.size() == 1 ? steps.front().severity : std::nullopt;
}

std::string Condition::params() const {
  if (steps.empty()) return "";
  return steps.size() == 1 ? params_text(steps.front()) : chain_text(steps);
}

std::string Condition::label() const {
  if (steps.empty()) return "identity";
  if (steps.size() > 1) return chain_text(steps);
  std::vector<std::string> words = extras(steps.front());
  words.insert(words.begin(), name_at_severity(steps.front()));
  return joined(words, " ");
}

std::string Condition::family() const {
  if (steps.empty()) return "clean";
  const Step& first = steps.front();
  return steps.size() == 1 ? registered(first.perturbation, first.set).family : "chain";
}

std::string Condition::pixel_key() const {
  std::vector<std::string> words;
  for (const Step& step : without_clean(steps)) {
    const std::string set = step.set == SeveritySet::face ? "" : std::string(to_string(step.set)) + '.';
    words.push_back(set + step.perturbation + '/' + std::to_string(step.spec().version) + '(' +
                    params_text(step) + ')' +
                    (step.set_point ? "/calibration " + std::to_string(kCalibrationVersion) : ""));
  }
  return std::string(to_string(stage)) + ':' + (words.empty() ? "identity" : joined(words, "+"));
}

bool Condition::is_random() const {
  const std::vector<Step> effective = without_clean(steps);
  return std::any_of(effective.begin(), effective.end(),
                     [](const Step& step) { return step.spec().random; });
}

bool Condition::needs_other_face() const {
  const std::vector<Step> effective = without_clean(steps);
  return std::any_of(effective.begin(), effective.end(),
                     [](const Step& step) { return step.spec().needs_other_face; });
}

Step step_at_severity(std::string_view perturbation, double severity, Params given, SeveritySet set) {
  const PerturbationSpec& spec = registered(perturbation, set).spec;
  if (given.contains(spec.strength)) {
    throw ConfigError(
        "'" + spec.name + "' has both a severity and '" + spec.strength + "', which a severity sets",
        "give one of them");
  }
  if (set != SeveritySet::face && severity != std::floor(severity)) {
    throw ConfigError("severity " + shortest(severity) + " of '" + spec.name + "' is not a level of " +
                          std::string(to_string(set)),
                      "allowed: 0, 1, 2, 3, 4, 5");
  }
  Params params = given;
  if (severity != 0) {
    params.set(spec.strength, strength_at(spec, severity));
  } else if (spec.neutral) {
    params.set(spec.strength, *spec.neutral);
  }
  return {spec.name, severity, resolved_params(spec, params), std::move(given), set};
}

Step step_at_value(std::string_view perturbation, Params given, SeveritySet set) {
  const PerturbationSpec& spec = registered(perturbation, set).spec;
  Params params = resolved_params(spec, given);
  if (!given.contains(spec.strength)) {
    throw ConfigError("'" + spec.name + "' has no strength",
                      "give 'severity' or '" + spec.strength + "'");
  }
  return {spec.name, std::nullopt, std::move(params), std::move(given), set};
}

PreparedCondition::PreparedCondition(const Condition& condition, std::uint64_t seed) : seed_(seed) {
  for (const Step& step : without_clean(condition.steps)) {
    const PerturbationSpec& spec = step.spec();
    steps_.push_back({step.perturbation, step.params.canonical(spec.strength),
                      step.set_point ? calibrated_perturber(spec, step.params, *step.set_point)
                                     : spec.make(step.params),
                      spec.alignment_error && condition.stage == Stage::crop});
  }
}

Perturbed PreparedCondition::apply(const Image& image, const Frame& frame, std::string_view sample_key,
                                   int repetition) const {
  Perturbed result(image);
  result.landmarks = frame.landmarks;
  int occlusions = 0;
  int calibrated = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const PreparedStep& step = steps_[i];
    const RandomStream stream(seed_, step.perturbation, step.params_without_strength, sample_key,
                              repetition);
    Frame now(*result.landmarks);
    now.others = frame.others;
    // The place in the chain, so that one perturbation used twice does not repeat its random numbers.
    Perturbed next = step.perturber(result.image, now, stream.fork("step " + std::to_string(i)));
    result.image = std::move(next.image);
    if (next.landmarks && !step.landmarks_stay) result.landmarks = next.landmarks;
    if (next.covered_fraction)
      result.covered_fraction = ++occlusions == 1 ? next.covered_fraction : std::nullopt;
    if (next.calibration_residual)
      result.calibration_residual = ++calibrated == 1 ? next.calibration_residual : std::nullopt;
  }
  return result;
}

}  // namespace robench
