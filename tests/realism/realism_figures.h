// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/measure.h"
#include "tests/realism/light_effects.h"

namespace robench::realism {

/// One row of the table: a value of one model and one group of subjects.
struct Figure {
  std::string name;
  double value = 0;
  std::optional<Interval> ci95;  // over the subjects
};

/// The effects of the subjects [first, last) of one model.
struct Group {
  const std::map<Source, Effect>& effects;
  const std::vector<Light>& directions;
  int first;
  int last;
};

/// The same names in the same order for every model and group that has the same sources.
[[nodiscard]] std::vector<Figure> realism_figures(const Group& group);

/// Mean drift of each direction, each subject of the group counted `weight` times.
[[nodiscard]] std::vector<double> mean_drift(const Group& group, Source source,
                                             std::span<const float> weight);

}  // namespace robench::realism
