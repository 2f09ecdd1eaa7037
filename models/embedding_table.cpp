// SPDX-License-Identifier: Apache-2.0
#include "models/embedding_table.h"

#include <algorithm>

namespace robench {
namespace {

template <class Value>
void set_column(std::vector<Value>& column, std::size_t rows, std::size_t first,
                const std::vector<Value>& part, Value absent) {
  if (part.empty()) return;
  column.resize(rows, absent);
  std::copy(part.begin(), part.end(), column.begin() + static_cast<std::ptrdiff_t>(first));
}

}  // namespace

void EmbeddingTable::set_rows(std::size_t first, const EmbeddingTable& part) {
  vectors.middleRows(static_cast<Eigen::Index>(first), part.vectors.rows()) = part.vectors;
  std::copy(part.status.begin(), part.status.end(), status.begin() + static_cast<std::ptrdiff_t>(first));
  set_column(intruder, size(), first, part.intruder, kNoIntruder);
  set_column(covered_fraction, size(), first, part.covered_fraction, kNotMeasured);
  set_column(calibration_residual, size(), first, part.calibration_residual, kNotMeasured);
  set_column(brightness, size(), first, part.brightness, kNotMeasured);
  set_column(sharpness, size(), first, part.sharpness, kNotMeasured);
  set_column(landmarks, size(), first, part.landmarks, std::optional<Landmarks>());
}

}  // namespace robench
