// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "perturb/error.h"

namespace robench {

/// The vectors of a batch must first be made by another program. Its chips are written; the work on
/// other batches goes on, so that all chips are there when the run ends.
class PendingVectors : public EnvironmentError {
 public:
  PendingVectors(const std::string& model, const std::filesystem::path& exchange)
      : EnvironmentError("model '" + model + "': vectors are missing in " + exchange.string(),
                         "make vectors.npy of each list.txt there, and run the same command again") {}
};

}  // namespace robench
