// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace robench {

/// Brings `address` (https, http or file) to `file` with curl. What an earlier try left in `file`.part
/// is gone on with. Where `sha256` is not empty the file appears only with that hash; one that lies
/// there already and has it is not fetched again. `say` gets one line per step. Returns the hash of the
/// file. Throws EnvironmentError: no network, no such address, another hash (nothing is kept), curl
/// missing.
std::string download(const std::string& address, const std::string& sha256,
                     const std::filesystem::path& file,
                     const std::function<void(const std::string&)>& say);

}  // namespace robench
