// SPDX-License-Identifier: Apache-2.0
// Strengths that were solved for on each picture: how near they came to their set point.
#include <algorithm>
#include <cmath>

#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr const char* kMeanResidual = "calibration_residual";
constexpr const char* kWorst = "calibration_residual_max_abs";

class Calibration : public PreparedMetric {
 public:
  explicit Calibration(const CleanContext& context)
      : units_(resampling_units(context.data)), bootstrap_(units_.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    UnitMean values(units_.count);
    double worst = 0;
    for (const EmbeddingTable* table : cell.perturbed) {
      for (std::size_t row = 0; row < table->calibration_residual.size(); ++row) {
        const double residual = table->calibration_residual[row];
        if (!std::isfinite(residual)) continue;  // the PSNR of an unchanged picture is infinite
        values.add(units_.of_sample[row], residual);
        worst = std::max(worst, std::abs(residual));
      }
    }
    constexpr const char* kNone = "strengths were not solved for on each picture";
    const char* unit = unit_of(cell.condition);
    if (values.n() == 0)
      return {refused(kMeanResidual, unit, Better::none, kNone),
              refused(kWorst, unit, Better::none, kNone)};
    Measure largest;
    largest.name = kWorst;
    largest.value = worst;
    largest.unit = unit;
    largest.n = values.n();
    return {mean_measure(kMeanResidual, unit, Better::none, values, bootstrap_,
                         "the measure minus its set point"),
            std::move(largest)};
  }

 private:
  /// SSIM has none, PSNR is in dB.
  static const char* unit_of(const Condition& condition) {
    for (const Step& step : condition.steps)
      if (step.set_point && step.set_point->measure == SimilarityMeasure::psnr) return "dB";
    return "1";
  }

  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

MetricSpec calibration() {
  MetricSpec spec;
  spec.name = "calibration";
  spec.summary = "how near strengths that are solved for came to their set points";
  spec.measures = {
      {kMeanResidual, "1", Better::none, "mean of SSIM (or PSNR, unit dB) minus the set point"},
      {kWorst, "1", Better::none, "the picture furthest from the set point"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Calibration>(context); };
  return spec;
}

}  // namespace robench::metrics
