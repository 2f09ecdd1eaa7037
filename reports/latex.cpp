// SPDX-License-Identifier: Apache-2.0
#include "reports/latex.h"

#include "reports/text.h"

namespace robench {
namespace {

std::string_view escaped(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '~':
      return "\\textasciitilde{}";
    case '^':
      return "\\textasciicircum{}";
    case '&':
      return "\\&";
    case '%':
      return "\\%";
    case '$':
      return "\\$";
    case '#':
      return "\\#";
    case '_':
      return "\\_";
    case '{':
      return "\\{";
    case '}':
      return "\\}";
    default:
      return {};
  }
}

}  // namespace

std::string latex_text(std::string_view text) {
  std::string result;
  for (const char c : one_line(text)) {
    const std::string_view replacement = escaped(c);
    if (replacement.empty())
      result += c;
    else
      result += replacement;
  }
  return result;
}

}  // namespace robench
