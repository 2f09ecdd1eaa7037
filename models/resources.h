// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace robench {

/// The folder that holds `cards/` and `suites/`: share/robench of an installation (found from where
/// this library lies), else the source tree of the build.
[[nodiscard]] std::filesystem::path cards_folder();
[[nodiscard]] std::filesystem::path suites_folder();
/// The folder of this shared library, where the modules lie too.
[[nodiscard]] std::filesystem::path library_folder();

}  // namespace robench
