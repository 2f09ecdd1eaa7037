// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suites/experiment.h"
#include "suites/trust/face_reading.h"

namespace robench {

/// One picture of the reference set, clean or perturbed, as read.
struct ReferencePicture {
  std::size_t row = 0;    // of the sample
  std::string condition;  // "clean" or the condition's label
  FaceReading reading;    // ok
};

struct ReferencePictures {
  std::vector<ReferencePicture> pictures;  // by row; the clean one first
  std::int64_t not_found_again = 0;        // perturbed photographs in which the face was lost
};

/// Reads every acquired face of `experiment` as photographed, and those marked in `perturb` in `draws`
/// perturbed copies of the photograph too, each under a condition drawn by the seed and the sample,
/// where the face is found anew as `triage` finds it. Throws Interrupted. Same result on any number of
/// threads.
[[nodiscard]] ReferencePictures read_reference(const Experiment& experiment,
                                               const std::vector<Condition>& conditions, int draws,
                                               const std::vector<bool>& perturb);

/// The face of sample `row` in a perturbed copy of its photograph, found as `triage` finds it:
/// wrong_face where it is another one.
[[nodiscard]] AcquiredFace found_again(const Experiment& experiment, std::size_t row,
                                       const Perturbed& perturbed, const Detector& detector);

}  // namespace robench
