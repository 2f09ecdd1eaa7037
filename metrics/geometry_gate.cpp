// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_gate.h"

#include <utility>

#include "metrics/geometry_probes.h"
#include "metrics/rate.h"

namespace robench {
namespace {

class RefusedMetric : public PreparedMetric {
 public:
  RefusedMetric(std::vector<MeasureInfo> infos, std::string reason, IsOfCell is_of_cell)
      : infos_(std::move(infos)), reason_(std::move(reason)), is_of_cell_(std::move(is_of_cell)) {}

  [[nodiscard]] std::vector<Measure> evaluate(const Cell& cell) const override {
    std::vector<Measure> measures;
    for (const MeasureInfo& info : infos_)
      if (!is_of_cell_ || is_of_cell_(info, cell))
        measures.push_back(refused(info.name, info.unit, info.better, reason_));
    return measures;
  }

 private:
  std::vector<MeasureInfo> infos_;
  std::string reason_;
  IsOfCell is_of_cell_;
};

}  // namespace

GeometryGate::GeometryGate(const CleanContext& context)
    : units(resampling_units(context.data)),
      samples(geometry_samples(context.data, context.clean, context.card.comparison, units)),
      refusal(too_few_for_geometry(samples.size(), samples.subjects())) {}

std::unique_ptr<PreparedMetric> refused_metric(const GeometryGate& gate, std::vector<MeasureInfo> infos,
                                               IsOfCell is_of_cell) {
  std::string reason = gate.refusal;
  add_note(reason, gate.samples.left_out);
  return std::make_unique<RefusedMetric>(std::move(infos), std::move(reason), std::move(is_of_cell));
}

}  // namespace robench
