// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "reports/run_record.h"

namespace robench {

/// The entry `detector` of the provenance where the samples are generated probes, which bring their
/// landmarks. Also in private runs, which hash the name of their data.
inline constexpr std::string_view kDetectorOfProbes = "none: probes bring their landmarks";

struct Words {
  std::string_view one;
  std::string_view many;
};

/// Are the samples generated probes?
[[nodiscard]] bool is_of_probes(const RunRecord& run);
/// Has somebody said who is on the photographs? One without a name stands for a subject of its own.
[[nodiscard]] bool has_named_people(const RunRecord& run);

/// What the samples of a run are: faces, or probes, which are nobody's.
[[nodiscard]] Words sample_words(const RunRecord& run);

/// Whose results are resampled and exchanged together: people; faces where nobody is named; or probes.
[[nodiscard]] Words unit_words(const RunRecord& run);

}  // namespace robench
