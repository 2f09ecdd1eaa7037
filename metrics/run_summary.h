// SPDX-License-Identifier: Apache-2.0
// From all conditions of a run to a few numbers for each model. A summary is a plug-in: one file
// metrics/summary/NAME.cpp with `SummarySpec NAME()` in namespace robench::summaries.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/condition_errors.h"
#include "metrics/metric.h"

namespace robench {

/// A number and what it becomes in each bootstrap replicate. Replicate r draws the same subjects for
/// every number of a run, so that functions of several, of models too, are paired.
struct Sampled {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> replicates{};
  std::int64_t n = 0;     // judged comparisons or samples behind it, summed over conditions
  int subjects = 0;       // units with values
  std::string missing{};  // why there is no value
};

/// f of the values, and of the values of each replicate. n is summed; subjects are the fewest.
[[nodiscard]] Sampled combined(std::span<const Sampled> parts,
                               const std::function<double(std::span<const double>)>& f);
[[nodiscard]] Sampled mean_of(std::span<const Sampled> parts);

/// Value, n and percentile interval; refused where there is no value. A value of exactly 0, which
/// resampling cannot move, gets [0, 3/m] where `zero_is_share` says that it is one (rule of three over
/// m subjects, as in rate.h).
[[nodiscard]] Measure sampled_measure(std::string name, std::string unit, Better better,
                                      const Sampled& sampled, std::string note,
                                      bool zero_is_share = false);

/// An error that grows with the strength of a perturbation.
struct Loss {
  std::string name;  // of the measure that it averages
  std::string unit;
  bool is_share = false;
};

/// The loss of one model along the severities of one perturbation. Variants of it (direction: left,
/// right) are averaged at each severity.
struct SeverityCurve {
  std::string perturbation;
  std::string family;
  std::vector<double> severities;  // ascending, above 0
  std::vector<Sampled> losses;     // one per severity
  Sampled clean;                   // at severity 0
  std::size_t variants = 1;

  [[nodiscard]] Sampled mean() const { return mean_of(losses); }
  /// "severities 1, 2, 3, 4, 5"; ", 2 variants averaged".
  [[nodiscard]] std::string described() const;
};

/// False match rates along the severities of one perturbation.
struct FalseMatchCurve {
  std::string perturbation;
  std::string family;
  std::vector<Measure> rates;  // of each condition
  std::vector<std::string> labels;
  std::optional<Measure> clean;
};

/// One model at one stage.
struct ModelCurves {
  std::string model;
  std::string stage;
  std::vector<SeverityCurve> fnmr;
  std::vector<SeverityCurve> drift;
  std::vector<FalseMatchCurve> false_matches;
};

/// What a suite may say of the summaries.
struct SummaryOptions {
  std::string reference_model{};             // "" = no mCE
  std::vector<std::string> perturbations{};  // of mCE; none = the 15 of ImageNet-C
  double breakdown_fnmr = 0.1;
};

struct SummaryInput {
  std::vector<ModelCurves> curves;  // by stage, then model; every model has the same perturbations
  SummaryOptions options;
};

/// The models at one stage, all of them or the only one.
[[nodiscard]] std::vector<std::span<const ModelCurves>> by_stage(const SummaryInput& input);
[[nodiscard]] const Loss& fnmr_loss();
[[nodiscard]] const Loss& drift_loss();
[[nodiscard]] const std::vector<SeverityCurve>& curves_of(const ModelCurves& model, const Loss& loss);

/// A value for each perturbation (its name), each family (`family:NAME`: mean over its perturbations)
/// and `all` (mean over the families), in this order. `per_curve` has one value for each curve.
struct Scoped {
  std::string scope;
  Sampled value;
};
[[nodiscard]] std::vector<Scoped> scoped(const std::vector<SeverityCurve>& curves,
                                         std::span<const Sampled> per_curve);

/// One measure of a summary, and what it speaks of.
struct SummaryRow {
  std::string model;  // "all": of the models together
  std::string stage;
  std::string scope;  // a perturbation, "family:NAME" or "all"
  Measure measure;
};

struct SummarySpec {
  std::string name;  // file stem
  std::string summary;
  std::vector<MeasureInfo> measures;
  std::function<std::vector<SummaryRow>(const SummaryInput&)> summarise;
};

/// Every summary, in the order of names. Built from the file names by CMake.
[[nodiscard]] const std::vector<SummarySpec>& summary_registry();

/// One condition of a run, as the summaries need it.
struct ConditionResult {
  std::string stage;
  std::string perturbation;
  std::string family;
  std::string label;
  std::optional<double> severity;  // absent for physical values and chains, which no curve can hold
  bool clean = false;
  const ConditionErrors* errors = nullptr;
};
struct ModelResult {
  std::string model;
  std::vector<ConditionResult> conditions;
};

/// The curves of all perturbations that have at least kMinSeverities severities above 0.
inline constexpr std::size_t kMinSeverities = 3;
[[nodiscard]] SummaryInput summary_input(const std::vector<ModelResult>& models,
                                         const SubjectBootstrap& bootstrap, SummaryOptions options);
/// All summaries of a run. Empty where no perturbation has a curve.
[[nodiscard]] std::vector<SummaryRow> summarise_run(const SummaryInput& input);

}  // namespace robench
