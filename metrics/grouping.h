// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metrics/trial.h"

namespace robench {

/// The groups of people that one or several columns of the manifest make.
struct Grouping {
  std::string name;                 // "gender"; "gender+age_band" for an intersection
  std::vector<std::string> values;  // of the groups, ascending: "female", "female+young"
  std::vector<int> of_unit;         // group of each resampling unit, -1 = none
  std::vector<int> units;           // units by group
  int without_value = 0;            // units of which no sample has a value in each column
  int contradictory = 0;            // units whose samples say different things

  [[nodiscard]] int size() const { return static_cast<int>(values.size()); }
  /// "gender=female".
  [[nodiscard]] std::string label(int group) const { return name + "=" + values[group]; }
  /// "gender=female-male": the first minus the second.
  [[nodiscard]] std::string difference(int a, int b) const { return label(a) + "-" + values[b]; }
  /// Who was left out and why; "" when nobody was.
  [[nodiscard]] std::string left_out() const;
};

/// The group of a subject is that of its samples: the value that they give, where an empty cell says
/// nothing. Subjects whose samples contradict each other, and those without a value in one of the
/// columns, belong to no group and are counted. Units are those of resampling_units().
[[nodiscard]] Grouping make_grouping(const EvaluationData& data,
                                     const std::vector<std::string>& columns);

}  // namespace robench
