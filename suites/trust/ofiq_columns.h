// SPDX-License-Identifier: Apache-2.0
// What OFIQ said of the photographs of a triage, beside what robench says of their faces.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "suites/data_set.h"
#include "suites/ofiq_table.h"
#include "suites/trust/triage.h"

namespace robench {

/// OFIQ assesses the largest face of a photograph: its row has the qualities, other rows have none.
class OfiqColumns {
 public:
  /// All must outlive it.
  OfiqColumns(const OfiqTable& table, const std::vector<TriageRow>& rows, const DataSet& data);

  /// ",ofiq.NAME,ofiq.NAME.scalar" for each component.
  [[nodiscard]] std::string header() const;
  /// Two cells for each component; empty where the row has none.
  [[nodiscard]] std::vector<std::string> cells(std::size_t row) const;
  /// {"NAME": [raw, score]}; null where the row has none.
  [[nodiscard]] nlohmann::ordered_json json(std::size_t row) const;
  /// In how many rows, and Spearman's correlation of UnifiedQualityScore with the probability of being
  /// usable, where OFIQ gave one to at least three rows.
  [[nodiscard]] std::string summary() const;

 private:
  const OfiqTable& table_;
  const std::vector<TriageRow>& rows_;
  std::vector<const std::vector<OfiqTable::Quality>*> of_row_;  // nullptr = none
};

}  // namespace robench
