// SPDX-License-Identifier: Apache-2.0
// How strong a perturbation may be before too many people are refused.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "metrics/rate.h"
#include "metrics/run_summary.h"
#include "perturb/params.h"

namespace robench::summaries {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// The first severity at which straight lines between the points exceed `limit`; kNever if none does.
double first_crossing(std::span<const double> severities, std::span<const double> losses, double limit) {
  if (losses[0] > limit) return 0;
  for (std::size_t i = 1; i < losses.size(); ++i) {
    if (losses[i] <= limit) continue;
    const double share = (limit - losses[i - 1]) / (losses[i] - losses[i - 1]);
    return severities[i - 1] + share * (severities[i] - severities[i - 1]);
  }
  return kNever;
}

Measure breakdown(const SeverityCurve& curve, double limit) {
  const std::string name = "breakdown_severity";
  std::vector<double> severities{0};
  severities.insert(severities.end(), curve.severities.begin(), curve.severities.end());
  std::vector<Sampled> points{curve.clean};
  points.insert(points.end(), curve.losses.begin(), curve.losses.end());
  Sampled crossing =
      combined(points, [&](std::span<const double> y) { return first_crossing(severities, y, limit); });
  if (!crossing.missing.empty()) return refused(name, "severity", Better::higher, crossing.missing);

  const double last = severities.back();
  const auto censored =
      static_cast<double>(std::count(crossing.replicates.begin(), crossing.replicates.end(), kNever));
  const double share =
      crossing.replicates.empty() ? 0 : censored / static_cast<double>(crossing.replicates.size());
  std::string note = fmt::format("FNMR limit {}, straight lines between severities", shortest(limit));
  if (crossing.value == kNever) {
    Measure never = refused(name, "severity", Better::higher,
                            fmt::format("> {}: the limit is not passed; {}", shortest(last), note));
    add_note(never.note, fmt::format("{:.0f} % of replicates do pass it", 100 * (1 - share)));
    never.n = crossing.n;
    return never;
  }
  if (crossing.value == 0) add_note(note, "passed on the clean pictures");
  for (double& replicate : crossing.replicates) replicate = std::min(replicate, last);
  Measure measure = sampled_measure(name, "severity", Better::higher, crossing, note);
  if (share > 0)
    add_note(measure.note,
             fmt::format("censored at {}: {:.0f} % of replicates do not pass the limit; where 2.5 % or "
                         "more, the upper end is > {}",
                         shortest(last), 100 * share, shortest(last)));
  return measure;
}

std::vector<SummaryRow> breakdown_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const ModelCurves& model : input.curves)
    for (const SeverityCurve& curve : model.fnmr)
      rows.push_back({model.model, model.stage, curve.perturbation,
                      breakdown(curve, input.options.breakdown_fnmr)});
  return rows;
}

}  // namespace

SummarySpec breakdown_severity() {
  return {"breakdown_severity",
          "interpolated severity at which FNMR passes the stated limit",
          {{"breakdown_severity", "severity", Better::higher,
            "first severity at which FNMR exceeds the limit; > 5 where it does not"}},
          breakdown_rows};
}

}  // namespace robench::summaries
