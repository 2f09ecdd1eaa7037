// SPDX-License-Identifier: Apache-2.0
// How much of the face an occlusion hid: what its severity came to in these photographs.
#include <algorithm>
#include <cmath>

#include "metrics/metric.h"
#include "metrics/rate.h"

namespace robench::metrics {
namespace {

constexpr const char* kMeanCovered = "covered_fraction";
constexpr const char* kLeast = "covered_fraction_min";
constexpr const char* kMost = "covered_fraction_max";

class Coverage : public PreparedMetric {
 public:
  explicit Coverage(const CleanContext& context)
      : units_(resampling_units(context.data)), bootstrap_(units_.count, context.data.seed) {}

  std::vector<Measure> evaluate(const Cell& cell) const override {
    UnitMean values(units_.count);
    double least = 1;
    double most = 0;
    for (const EmbeddingTable* table : cell.perturbed) {
      for (std::size_t row = 0; row < table->covered_fraction.size(); ++row) {
        const double covered = table->covered_fraction[row];
        if (std::isnan(covered)) continue;
        values.add(units_.of_sample[row], covered);
        least = std::min(least, covered);
        most = std::max(most, covered);
      }
    }
    if (values.n() == 0) return none();
    return {mean_measure(kMeanCovered, "share", Better::none, values, bootstrap_, ""),
            extreme(kLeast, least, values.n()), extreme(kMost, most, values.n())};
  }

 private:
  static std::vector<Measure> none() {
    std::vector<Measure> measures;
    for (const char* name : {kMeanCovered, kLeast, kMost})
      measures.push_back(refused(name, "share", Better::none,
                                 "the condition covers nothing, or is a chain of several occlusions"));
    return measures;
  }

  static Measure extreme(const char* name, double value, std::int64_t n) {
    Measure measure;
    measure.name = name;
    measure.value = value;
    measure.unit = "share";
    measure.n = n;
    return measure;
  }

  ResamplingUnits units_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

MetricSpec coverage() {
  MetricSpec spec;
  spec.name = "coverage";
  spec.summary = "how much of the face an occlusion covered";
  spec.measures = {
      {kMeanCovered, "share", Better::none, "mean covered share of the face hull"},
      {kLeast, "share", Better::none, "the least covered face"},
      {kMost, "share", Better::none, "the most covered face"},
  };
  spec.prepare = [](const CleanContext& context) { return std::make_unique<Coverage>(context); };
  return spec;
}

}  // namespace robench::metrics
