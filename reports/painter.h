// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace robench {

enum class Style { plain, bold, faint, good, bad };

/// Colours of a terminal (ECMA-48), if asked for. Paint after padding: the codes have no width.
class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}

  [[nodiscard]] std::string operator()(Style style, const std::string& text) const {
    if (!colour_ || style == Style::plain || text.empty()) return text;
    const char* code = style == Style::bold    ? "1"
                       : style == Style::faint ? "2"
                       : style == Style::good  ? "32"
                                               : "31";
    return "\033[" + std::string(code) + "m" + text + "\033[0m";
  }

 private:
  bool colour_;
};

}  // namespace robench
