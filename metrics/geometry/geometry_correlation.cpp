// SPDX-License-Identifier: Apache-2.0
// How much of the measured shape of a face can be read from its embedding? Probes (geometry_r2) and
// relations of distances (geometry_rsa, geometry_dcor, geometry_cka) per condition. See GEOMETRY.md.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "metrics/geometry_probes.h"
#include "metrics/geometry_relations.h"
#include "metrics/geometry_samples.h"
#include "metrics/metric.h"
#include "metrics/rate.h"
#include "metrics/subject_bootstrap.h"

namespace robench {
namespace {

// The means of the probes come first, then the relations, then the features one by one.
constexpr std::ptrdiff_t kMeans = 4;

template <typename Item>
std::vector<Item> with_relations(std::vector<Item> probes, std::vector<Item> relations) {
  probes.insert(probes.begin() + kMeans, std::make_move_iterator(relations.begin()),
                std::make_move_iterator(relations.end()));
  return probes;
}

std::vector<MeasureInfo> measure_infos() {
  return with_relations(GeometryProbes::infos(), GeometryRelations::infos());
}

class PreparedGeometry : public PreparedMetric {
 public:
  PreparedGeometry(const CleanContext& context, GeometrySamples samples, const ResamplingUnits& units)
      : samples_(std::move(samples)), probes_(context, samples_, units), relations_(context, samples_) {}

  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const override {
    return with_relations(probes_.evaluate(cell), relations_.evaluate(cell));
  }

 private:
  GeometrySamples samples_;
  GeometryProbes probes_;
  GeometryRelations relations_;
};

class RefusedGeometry : public PreparedMetric {
 public:
  explicit RefusedGeometry(std::string reason) : reason_(std::move(reason)) {}

  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> measures;
    for (const MeasureInfo& info : measure_infos()) {
      if (info.name.starts_with("geometry_icc:") && !cell.condition.is_clean()) continue;
      measures.push_back(refused(info.name, info.unit, info.better, reason_));
    }
    return measures;
  }

 private:
  std::string reason_;
};

std::unique_ptr<PreparedMetric> prepare(const CleanContext& context) {
  const ResamplingUnits units = resampling_units(context.data);
  GeometrySamples samples =
      geometry_samples(context.data, context.clean, context.card.comparison, units);
  std::string refusal = too_few_for_geometry(samples.size(), samples.subjects());
  if (!refusal.empty()) {
    add_note(refusal, samples.left_out);
    return std::make_unique<RefusedGeometry>(refusal);
  }
  return std::make_unique<PreparedGeometry>(context, std::move(samples), units);
}

}  // namespace

namespace metrics {

MetricSpec geometry_correlation() {
  return {.name = "geometry_correlation",
          .summary = "How much of the shape of a face can be read from its embedding",
          .measures = measure_infos(),
          .prepare = prepare};
}

}  // namespace metrics
}  // namespace robench
