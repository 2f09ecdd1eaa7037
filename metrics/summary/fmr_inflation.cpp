// SPDX-License-Identifier: Apache-2.0
// Do strangers begin to match? A perturbation that makes faces alike raises the false match rate at the
// threshold that clean pictures set.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/run_summary.h"

namespace robench::summaries {
namespace {

constexpr double kFewErrors = 30;  // Doddington's rule of 30, as for thresholds

struct Rate {
  double value = 0;
  std::optional<Interval> ci95;
  std::int64_t n = 0;
};

/// Their ends are averaged too: as if the rates moved together, which they mostly do.
Rate mean_rate(const std::vector<Rate>& rates) {
  Rate mean{0, Interval{0, 0}, 0};
  const auto count = static_cast<double>(rates.size());
  for (const Rate& rate : rates) {
    mean.value += rate.value / count;
    mean.n += rate.n;
    if (!rate.ci95) mean.ci95 = std::nullopt;
    if (mean.ci95)
      mean.ci95 =
          Interval{mean.ci95->low + rate.ci95->low / count, mean.ci95->high + rate.ci95->high / count};
  }
  return mean;
}

/// Limits of a ratio from the limits of both, on the log scale (MOVER; Zou and Donner 2008, Statistics
/// in Medicine 27:1693). As if they were independent: they share people, so it is wide rather than
/// short.
std::optional<Interval> ratio_limits(const Rate& a, const Rate& b) {
  if (!a.ci95 || !b.ci95 || !(a.value > 0) || !(a.ci95->low > 0) || !(b.ci95->low > 0))
    return std::nullopt;
  const double ratio = std::log(a.value / b.value);
  const double down = std::hypot(std::log(a.value / a.ci95->low), std::log(b.ci95->high / b.value));
  const double up = std::hypot(std::log(a.ci95->high / a.value), std::log(b.value / b.ci95->low));
  return Interval{std::exp(ratio - down), std::exp(ratio + up)};
}

Measure inflation(const Rate& perturbed, const Measure& clean, std::string note) {
  const Rate base{clean.value, clean.ci95, clean.n};
  Measure measure{"fmr_inflation", perturbed.value / base.value,  "1",
                  perturbed.n,     ratio_limits(perturbed, base), Better::lower,
                  std::move(note)};
  const double errors = clean.value * static_cast<double>(clean.n);
  if (errors < kFewErrors)
    add_note(measure.note, fmt::format("uncertain: {:.0f} clean false matches, fewer than 30", errors));
  if (!measure.ci95) add_note(measure.note, "no interval: a rate without one, or none at all");
  return measure;
}

std::optional<std::string> why_not(const FalseMatchCurve& curve) {
  if (!curve.clean || curve.rates.empty()) return "the metric 'verification' was not asked for";
  if (!std::isfinite(curve.clean->value)) return curve.clean->note;
  if (!(curve.clean->value > 0)) return "no clean false match to compare with";
  for (std::size_t i = 0; i < curve.rates.size(); ++i)
    if (!std::isfinite(curve.rates[i].value)) return "no FMR under " + curve.labels[i];
  return std::nullopt;
}

Rate rate_of(const FalseMatchCurve& curve) {
  std::vector<Rate> rates;
  for (const Measure& rate : curve.rates) rates.push_back({rate.value, rate.ci95, rate.n});
  return mean_rate(rates);
}

std::string note_of(const FalseMatchCurve& curve) {
  const auto largest =
      std::max_element(curve.rates.begin(), curve.rates.end(),
                       [](const Measure& a, const Measure& b) { return a.value < b.value; });
  return fmt::format("mean FMR over severities over the clean FMR {:.3g}; largest {:.3g} at {}",
                     curve.clean->value, largest->value / curve.clean->value,
                     curve.labels[static_cast<std::size_t>(largest - curve.rates.begin())]);
}

void add_model(const ModelCurves& model, std::vector<SummaryRow>& rows) {
  for (const FalseMatchCurve& curve : model.false_matches) {
    if (const auto reason = why_not(curve)) {
      rows.push_back(
          {model.model, model.stage, "all", refused("fmr_inflation", "1", Better::lower, *reason)});
      return;
    }
  }
  std::vector<std::pair<std::string, std::vector<Rate>>> families;
  for (const FalseMatchCurve& curve : model.false_matches) {
    const Rate rate = rate_of(curve);
    rows.push_back(
        {model.model, model.stage, curve.perturbation, inflation(rate, *curve.clean, note_of(curve))});
    auto family = std::find_if(families.begin(), families.end(),
                               [&](const auto& known) { return known.first == curve.family; });
    if (family == families.end()) family = families.insert(family, {curve.family, {}});
    family->second.push_back(rate);
  }
  std::vector<Rate> means;
  for (const auto& [family, rates] : families) {
    means.push_back(mean_rate(rates));
    rows.push_back({model.model, model.stage, "family:" + family,
                    inflation(means.back(), *model.false_matches.front().clean,
                              "mean over the perturbations of the family")});
  }
  rows.push_back({model.model, model.stage, "all",
                  inflation(mean_rate(means), *model.false_matches.front().clean,
                            "mean over families, each the mean over its perturbations")});
}

std::vector<SummaryRow> inflation_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const ModelCurves& model : input.curves) add_model(model, rows);
  return rows;
}

}  // namespace

SummarySpec fmr_inflation() {
  return {"fmr_inflation",
          "false match rate under a perturbation over the clean one, at the frozen threshold",
          {{"fmr_inflation", "1", Better::lower, "mean FMR over severities over the clean FMR"}},
          inflation_rows};
}

}  // namespace robench::summaries
