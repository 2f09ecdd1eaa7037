// SPDX-License-Identifier: Apache-2.0
// `robench data inspect`: what is there, what is broken, what it can decide, where the photographs lie.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "suites/data_set.h"
#include "suites/inspect/photo_reading.h"

namespace robench {

/// Comparisons that the data allows.
struct TrialCounts {
  int subjects = 0;
  std::int64_t unknown = 0;       // samples of unknown subject
  std::int64_t mated = 0;         // of one subject, of two sessions
  std::int64_t non_mated = 0;     // of two subjects and two sessions
  std::int64_t same_session = 0;  // left out: of one photograph or session
  std::int64_t listed_mated = 0, listed_non_mated = 0;
};
[[nodiscard]] TrialCounts count_trials(const DataSet& data);

struct Inspection {
  DataSet data;
  AcquisitionPolicy policy;
  TrialCounts trials;
  std::vector<PhotoReading> readings;
};

/// Requires what read_photographs() does.
[[nodiscard]] Inspection inspect(DataSet data, const AcquisitionPolicy& policy);

/// What is printed. `is_private`: no name of a file or of the data, and no reason, which may quote one.
[[nodiscard]] std::string inspection_text(const Inspection& inspection, bool is_private);
/// One row per face: what was measured, and the severity of each perturbation that it corresponds to.
/// `name_of` makes the names that are shown of files and subjects.
[[nodiscard]] std::string inspection_csv(const Inspection& inspection, bool is_private,
                                         const std::function<std::string(const std::string&)>& name_of);

}  // namespace robench
