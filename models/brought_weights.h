// SPDX-License-Identifier: Apache-2.0
// Weights that a user downloads on his own account, for cards that name their address and hash only.
#pragma once

#include <filesystem>

#include "models/model_card.h"

namespace robench {

/// Where such a file is kept: model_folder()/own/SHA256/name, or, where the card could not verify a
/// hash, model_folder()/own/unverified/name. Exists or not.
[[nodiscard]] std::filesystem::path brought_path(const LocalFile& file);

/// Copies `given` there, for the file of the card that has its hash, and returns where it lies now.
/// Throws ConfigError when the card wants no file of the user; EnvironmentError when `given` cannot be
/// read, is none of the card's files, or the disk is full.
std::filesystem::path bring_weights(const ModelCard& card, const std::filesystem::path& given);

/// What a user does to get the card's missing files, in words. Empty for files of his own.
[[nodiscard]] std::string how_to_bring(const ModelCard& card);

}  // namespace robench
