// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/store.h"
#include "suites/experiment.h"
#include "suites/model_doctor.h"
#include "suites/suite.h"

namespace robench {

/// A card and the faces that it is tried on.
struct DoctorCase {
  ModelCard card;
  DoctorData data;
  std::string described;  // "300 pairs (150 mated) of 562 faces, lfw, ..."
};

/// Finds the faces of a seeded sample of the data (options.limit trials, or photographs where none are
/// listed). Throws ConfigError when there are too few subjects, mated or non-mated pairs to tell
/// recipes apart, EnvironmentError, Interrupted.
[[nodiscard]] DoctorCase doctor_case(const std::string& model, const DataSpec& data,
                                     const std::string& detector, const RunOptions& options,
                                     const Store& store);

}  // namespace robench
