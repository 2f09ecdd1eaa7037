// SPDX-License-Identifier: Apache-2.0
// What breaks first, finding the face or recognising it? The drift of the capture stage is that of the
// faces that were found again, which are the easier ones: beside the crop stage's mean over all faces it
// flatters the capture stage. Here both are taken over the same faces.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

class StageGap : public PreparedMetric {
 public:
  explicit StageGap(const CleanContext& context)
      : context_(context),
        units_(resampling_units(context.data)),
        bootstrap_(units_.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    if (cell.condition.stage == Stage::crop)
      return both_refused("stage crop: the gap stands at the rows of stage capture");
    if (cell.in_crop_stage.empty())
      return both_refused("the suite does not run this condition in both stages");
    UnitMean gap(units_.count);
    UnitMean crop(units_.count);
    std::int64_t lost = 0;  // acquired in the crop stage only
    for (std::size_t r = 0; r < cell.perturbed.size(); ++r) {
      const auto in_capture = drift_of_samples(context_.clean, *cell.perturbed[r]);
      const auto in_crop = drift_of_samples(context_.clean, *cell.in_crop_stage[r]);
      for (std::size_t i = 0; i < in_crop.size(); ++i) {
        if (std::isnan(in_crop[i])) continue;
        if (std::isnan(in_capture[i])) {
          ++lost;
          continue;
        }
        gap.add(units_.of_sample[i], double{in_capture[i]} - double{in_crop[i]});
        crop.add(units_.of_sample[i], in_crop[i]);
      }
    }
    if (gap.n() == 0) return both_refused("no face was acquired in both stages");
    const std::string note = fmt::format("over the faces found again; {} were not", lost);
    return {mean_measure("stage_gap_drift_cosine", "1", Better::lower, gap, bootstrap_,
                         "capture stage less crop stage, face by face, " + note),
            mean_measure("drift_cosine:found_again", "1", Better::lower, crop, bootstrap_,
                         "crop stage, " + note)};
  }

 private:
  static std::vector<Measure> both_refused(const std::string& reason) {
    return {refused("stage_gap_drift_cosine", "1", Better::lower, reason),
            refused("drift_cosine:found_again", "1", Better::lower, reason)};
  }

  CleanContext context_;
  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

MetricSpec stage_gap() {
  MetricSpec spec;
  spec.name = "stage_gap";
  spec.summary = "drift that finding the face again adds, over the same faces (stage: both)";
  spec.measures = {
      {"stage_gap_drift_cosine", "1", Better::lower,
       "1 - cosine in the capture stage less that in the crop stage, mean over faces of both"},
      {"drift_cosine:found_again", "1", Better::lower,
       "1 - cosine in the crop stage of the faces that the capture stage finds again"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<StageGap>(context); };
  return spec;
}

}  // namespace robench::metrics
