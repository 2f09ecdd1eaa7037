// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace robench {

/// Files with a picture's extension below `root`, as paths relative to it with '/', sorted by bytes.
/// Links to folders are not followed, hidden files and folders are left out.
/// Throws ConfigError when `root` is no folder, or holds no picture.
[[nodiscard]] std::vector<std::string> picture_files(const std::filesystem::path& root,
                                                     const std::string& written);

}  // namespace robench
