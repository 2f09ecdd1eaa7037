// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace robench {

/// Plain text as LaTeX prints it, on one line: the ten special characters escaped.
[[nodiscard]] std::string latex_text(std::string_view text);

}  // namespace robench
