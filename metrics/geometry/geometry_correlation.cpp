// SPDX-License-Identifier: Apache-2.0
// How much of the measured shape of a face can be read from its embedding? Probes (geometry_r2) and
// relations of distances (geometry_rsa, geometry_dcor, geometry_cka) per condition. See GEOMETRY.md.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "metrics/geometry_gate.h"
#include "metrics/geometry_probes.h"
#include "metrics/geometry_relations.h"
#include "metrics/metric.h"

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

/// Reliabilities stand in clean cells only.
bool is_of_cell(const MeasureInfo& info, const Cell& cell) {
  return cell.condition.is_clean() || !info.name.starts_with("geometry_icc:");
}

std::unique_ptr<PreparedMetric> prepare_geometry(const CleanContext& context) {
  GeometryGate gate(context);
  if (!gate.refusal.empty()) return refused_metric(gate, measure_infos(), is_of_cell);
  return std::make_unique<PreparedGeometry>(context, std::move(gate.samples), gate.units);
}

}  // namespace

namespace metrics {

MetricSpec geometry_correlation() {
  return {.name = "geometry_correlation",
          .summary = "How much of the shape of a face can be read from its embedding",
          .measures = measure_infos(),
          .prepare = prepare_geometry};
}

}  // namespace metrics
}  // namespace robench
