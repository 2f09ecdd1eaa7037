// SPDX-License-Identifier: Apache-2.0
// Which data the metrics of geometry can judge at all, and what they say of the others.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "metrics/geometry_samples.h"
#include "metrics/metric.h"
#include "metrics/subject_bootstrap.h"

namespace robench {

/// What a metric of geometry begins with.
struct GeometryGate {
  ResamplingUnits units;
  GeometrySamples samples;
  std::string refusal;  // why these samples cannot be judged; "" when they can

  /// Refused below kMinGeometrySubjects subjects.
  explicit GeometryGate(const CleanContext& context);
};

/// Which measures a cell has at all; left out: all of them.
using IsOfCell = std::function<bool(const MeasureInfo& info, const Cell& cell)>;
/// All measures of a metric, refused in every cell with the gate's reason and with who was left out.
[[nodiscard]] std::unique_ptr<PreparedMetric> refused_metric(const GeometryGate& gate,
                                                             std::vector<MeasureInfo> infos,
                                                             IsOfCell is_of_cell = nullptr);

}  // namespace robench
