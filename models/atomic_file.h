// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include <sys/types.h>

namespace robench {

/// Writes `bytes` to a temporary name in the same folder, syncs it, renames it to `path` and syncs the
/// folder: after a crash the file is either the old one or the whole new one. The temporary name is
/// unique per process and call. `mode` is cut by the umask.
/// Throws EnvironmentError ("disk full while writing ...", or the system's reason).
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes, mode_t mode);

}  // namespace robench
