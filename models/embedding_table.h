// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <Eigen/Core>

#include "models/sample.h"

namespace robench {

/// n x dim, row-major, 32-bit.
using EmbeddingMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The raw vectors of one model under one condition. Row = sample index, so the order of arrival
/// cannot matter. A row whose status is not ok holds zeros.
struct EmbeddingTable {
  EmbeddingMatrix vectors;
  std::vector<Status> status;

  [[nodiscard]] std::size_t size() const { return status.size(); }
  [[nodiscard]] bool ok(std::size_t row) const { return status[row] == Status::ok; }
};

}  // namespace robench
