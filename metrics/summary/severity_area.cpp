// SPDX-License-Identifier: Apache-2.0
// Area under the curve of an error over severity, the clean pictures included as severity 0.
#include <fmt/format.h>

#include "metrics/run_summary.h"
#include "perturb/params.h"

namespace robench::summaries {
namespace {

/// Trapezoids over severity 0 to the last, divided by the last: a constant error is its own area.
Sampled area(const SeverityCurve& curve) {
  std::vector<Sampled> points{curve.clean};
  points.insert(points.end(), curve.losses.begin(), curve.losses.end());
  return combined(points, [&](std::span<const double> y) {
    double sum = 0;
    double from = 0;
    for (std::size_t i = 0; i < curve.severities.size(); ++i) {
      sum += (curve.severities[i] - from) * (y[i] + y[i + 1]) / 2;
      from = curve.severities[i];
    }
    return sum / from;
  });
}

std::vector<SummaryRow> area_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const ModelCurves& model : input.curves) {
    for (const Loss* loss : {&fnmr_loss(), &drift_loss()}) {
      const auto& curves = curves_of(model, *loss);
      std::vector<Sampled> areas;
      for (const SeverityCurve& curve : curves) areas.push_back(area(curve));
      const auto all = scoped(curves, areas);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string note = i < curves.size()
                                     ? fmt::format("trapezoids over severity 0 to {}, over the range",
                                                   shortest(curves[i].severities.back()))
                                     : "mean of the perturbations' areas, families averaged first";
        rows.push_back({model.model, model.stage, all[i].scope,
                        sampled_measure("severity_area:" + loss->name, loss->unit, Better::lower,
                                        all[i].value, note, loss->is_share)});
      }
    }
  }
  return rows;
}

}  // namespace

SummarySpec severity_area() {
  return {"severity_area",
          "area under the curve of an error over severity 0 to 5, over the range",
          {{"severity_area:fnmr", "share", Better::lower, "normalised area under FNMR"},
           {"severity_area:drift_angle_deg", "deg", Better::lower, "normalised area under drift"}},
          area_rows};
}

}  // namespace robench::summaries
