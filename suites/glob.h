// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace robench {

/// Does the whole of `text` match `pattern`? `*` stands for any run of characters, also none, `?` for
/// one character; everything else means itself. Takes time linear in text x pattern.
[[nodiscard]] bool matches_glob(std::string_view text, std::string_view pattern);

}  // namespace robench
