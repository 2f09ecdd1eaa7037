// SPDX-License-Identifier: Apache-2.0
// A network of another runtime becomes a TorchScript file and a card, and is held against its source.
#pragma once

#include <filesystem>
#include <string>

#include "models/model_card.h"

namespace robench {

struct ImportRequest {
  std::filesystem::path file;    // dlib's .dat, or the model.json of TensorFlow.js
  std::string name;              // of the new card
  std::filesystem::path folder;  // where NAME.pt and NAME.yaml are written
  std::string output;            // node of a graph model; "" = the only output
  std::string like;              // card (name or file) whose recipe is taken over; "" = a first guess
};

struct ImportReport {
  std::filesystem::path script;
  std::filesystem::path card;
  std::string source;             // what it was held against
  int pictures = 0;               // on how many generated ones
  double largest_difference = 0;  // of a component of the vectors
  double largest_component = 0;   // of the source's vectors
  bool recipe_is_a_guess = false;
};

/// What a component of a vector may differ by between the source's runtime and the TorchScript file.
inline constexpr double kImportTolerance = 1e-4;

/// Writes both files. Where the vectors differ by more than kImportTolerance it throws and leaves
/// neither behind. Throws ConfigError: unknown kind of file, a name that is none; EnvironmentError: a
/// file that cannot be read or rebuilt, with the operation named.
[[nodiscard]] ImportReport import_model(const ImportRequest& request);

/// What `robench models import` prints.
[[nodiscard]] std::string import_text(const ImportReport& report);

}  // namespace robench
