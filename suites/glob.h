// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace robench {

/// Does the whole of `text` match `pattern`? `*` stands for any run of characters, also none, `?` for
/// one character; everything else means itself. Takes time linear in text x pattern.
[[nodiscard]] bool matches_glob(std::string_view text, std::string_view pattern);

/// Does a condition's label match `pattern`, whole or without the parameters behind its first space? So
/// `*@3` finds `side_light@3 direction=left` as well as `gamma@3`.
[[nodiscard]] bool matches_condition(std::string_view label, std::string_view pattern);

}  // namespace robench
