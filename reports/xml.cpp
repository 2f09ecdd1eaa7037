// SPDX-License-Identifier: Apache-2.0
#include "reports/xml.h"

#include "reports/text.h"

namespace robench {

std::string xml_attribute(std::string_view text) {
  std::string result;
  // one_line() removes what XML forbids: control characters.
  for (const char c : one_line(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace robench
