// SPDX-License-Identifier: Apache-2.0
// The plain mean of an error over severities: "unnormalised mCE" elsewhere.
#include "metrics/run_summary.h"

namespace robench::summaries {
namespace {

std::vector<SummaryRow> mean_error_rows(const SummaryInput& input) {
  std::vector<SummaryRow> rows;
  for (const ModelCurves& model : input.curves) {
    for (const Loss* loss : {&fnmr_loss(), &drift_loss()}) {
      const auto& curves = curves_of(model, *loss);
      std::vector<Sampled> means;
      for (const SeverityCurve& curve : curves) means.push_back(curve.mean());
      const auto all = scoped(curves, means);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string note = i < curves.size() ? "mean over " + curves[i].described()
                                 : all[i].scope == "all"
                                     ? "mean over families, each the mean over its perturbations"
                                     : "mean over the perturbations of the family";
        rows.push_back({model.model, model.stage, all[i].scope,
                        sampled_measure("mean_error:" + loss->name, loss->unit, Better::lower,
                                        all[i].value, note, loss->is_share)});
      }
    }
  }
  return rows;
}

}  // namespace

SummarySpec mean_error() {
  return {"mean_error",
          "mean error over severities, families averaged first",
          {{"mean_error:fnmr", "share", Better::lower, "mean FNMR at the frozen threshold"},
           {"mean_error:drift_angle_deg", "deg", Better::lower, "mean drift angle"}},
          mean_error_rows};
}

}  // namespace robench::summaries
