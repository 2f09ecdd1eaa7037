// SPDX-License-Identifier: Apache-2.0
#include "reports/sample_words.h"

#include <algorithm>

namespace robench {

bool is_of_probes(const RunRecord& run) {
  const auto& provenance = run.provenance;
  return provenance.is_object() && provenance.contains("detector") &&
         provenance["detector"] == kDetectorOfProbes;
}

bool has_named_people(const RunRecord& run) {
  return std::any_of(run.samples.begin(), run.samples.end(), [](const SampleRecord& sample) {
    return !sample.subject.empty() && sample.subject != sample.path;
  });
}

Words sample_words(const RunRecord& run) {
  return is_of_probes(run) ? Words{"probe", "probes"} : Words{"face", "faces"};
}

Words unit_words(const RunRecord& run) {
  return has_named_people(run) ? Words{"person", "people"} : sample_words(run);
}

}  // namespace robench
