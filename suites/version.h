// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace robench {

/// The version of this build, as in CMakeLists.txt.
[[nodiscard]] std::string_view version();

}  // namespace robench
