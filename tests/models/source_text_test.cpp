// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "models/source_text.h"

namespace robench {
namespace {

/// "line:column message" of the first fault; "text" when there is none.
std::string fault_of(const std::string& text) {
  const auto fault = find_text_fault(text);
  if (!fault) return "text";
  return std::to_string(fault->line) + ':' + std::to_string(fault->column) + ' ' + fault->message;
}

TEST_SUITE("models") {
  TEST_CASE("text is UTF-8 without control characters") {
    CHECK(fault_of("") == "text");
    CHECK(fault_of("a\tb\r\nc") == "text");
    CHECK(fault_of("\xEF\xBB\xBF"
                   "a") == "text");
    CHECK(fault_of("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF") == "text");
    CHECK(fault_of(std::string("a\nb\0c", 5)) == "2:2 control character U+0000 in a text file");
    CHECK(fault_of("\x1b[31m") == "1:1 control character U+001B in a text file");
    CHECK(fault_of("ok\n\nx\x7F") == "3:2 control character U+007F in a text file");
  }

  TEST_CASE("bytes that are no UTF-8") {
    CHECK(fault_of("caf\xE9") == "1:4 byte 0xe9 is not UTF-8");
    CHECK(fault_of("\x80") == "1:1 byte 0x80 is not UTF-8");
    CHECK(fault_of("\xC0\x80") == "1:1 byte 0xc0 is not UTF-8");          // overlong NUL
    CHECK(fault_of("\xE0\x9F\xBF") == "1:1 byte 0xe0 is not UTF-8");      // overlong
    CHECK(fault_of("\xED\xA0\x80") == "1:1 byte 0xed is not UTF-8");      // surrogate
    CHECK(fault_of("\xF4\x90\x80\x80") == "1:1 byte 0xf4 is not UTF-8");  // above U+10FFFF
    CHECK(fault_of("\xF0\x9F\x98") == "1:1 byte 0xf0 is not UTF-8");      // cut short
  }

  TEST_CASE("what is shown holds text only") {
    CHECK(printable("caf\xC3\xA9\t1") == "caf\xC3\xA9\t1");
    CHECK(printable(std::string("a\0\x1b\xE9z", 5)) == "a???z");
  }
}

}  // namespace
}  // namespace robench
