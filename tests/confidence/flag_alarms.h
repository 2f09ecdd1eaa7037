// SPDX-License-Identifier: Apache-2.0
// Does each outlier flag fire on its own kind, and only there?
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tests/confidence/lfw_tables.h"

namespace robench::confidence {

/// Image measures of the first picture of each woman and of every second man under some conditions, as
/// `robench triage` takes them; NaN rows elsewhere. Perturbs pictures: minutes.
class CaptureMeasures {
 public:
  explicit CaptureMeasures(const LfwTables& lfw);

  [[nodiscard]] const std::vector<int>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::size_t>& milder() const { return milder_; }  ///< severity 2
  [[nodiscard]] const std::vector<std::size_t>& strong() const { return strong_; }  ///< 4 and 5
  /// rows().size() x measures
  [[nodiscard]] const Eigen::MatrixXd& under(std::size_t condition) const {
    return measures_.at(condition);
  }

 private:
  std::vector<int> rows_;
  std::vector<std::size_t> milder_, strong_;
  std::map<std::size_t, Eigen::MatrixXd> measures_;
};

/// Prints two Markdown tables: calibrated on one gender, judged on held-out people of it, in clean and
/// in bad pictures, and on the other gender. The perturbation that is judged was left out of the
/// calibration.
/// Without a model the capture flag alone, which needs no embeddings.
void print_flag_alarms(const LfwTables& lfw, const CaptureMeasures& measures,
                       std::optional<std::size_t> model, int splits);

}  // namespace robench::confidence
