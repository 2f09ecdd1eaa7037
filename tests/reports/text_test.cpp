// SPDX-License-Identifier: Apache-2.0
#include "reports/text.h"

#include <doctest/doctest.h>

#include "reports/csv.h"
#include "reports/markdown.h"
#include "reports/numbers.h"

namespace robench {
namespace {

TEST_SUITE("reports") {
  TEST_CASE("text: widths count terminal cells, not bytes") {
    CHECK(display_width("gamma@3") == 7);
    CHECK(display_width("▲ é") == 3);
    CHECK(display_width("e\xCC\x81") == 1);  // e and a combining acute
    CHECK(display_width("日本") == 4);
    CHECK(padded("日本", 6, Align::left) == "日本  ");
    CHECK(padded("▲", 3, Align::right) == "  ▲");
    CHECK(padded("longer", 3, Align::left) == "longer");
  }

  TEST_CASE("text: shortened keeps both ends and never exceeds the width") {
    CHECK(shortened("side_light@5 direction=left", 12) == "side_l…=left");
    CHECK(shortened("short", 5) == "short");
    for (const std::string text : {"abcdefghij", "日本語日本語", "▲▼▲▼▲▼▲▼"}) {
      for (int width = 1; width <= 12; ++width) CHECK(display_width(shortened(text, width)) <= width);
    }
  }

  TEST_CASE("text: bytes that are not UTF-8 and characters that steer a terminal are replaced") {
    CHECK(valid_utf8("caf\xE9.jpg") == "caf\xEF\xBF\xBD.jpg");
    CHECK(valid_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");          // overlong '/'
    CHECK(valid_utf8("\xED\xA0\x80").find('\xED') == std::string::npos);  // a surrogate
    CHECK(valid_utf8("\xF0\x9F\x98").find('\xF0') == std::string::npos);  // cut off
    CHECK(one_line("a\nb\tc") == "a b c");
    CHECK(one_line("\033[31mred").find('\033') == std::string::npos);
    CHECK(one_line("\xE2\x80\xAE"
                   "gpj.exe")
              .find("\xE2\x80\xAE") == std::string::npos);
  }

  TEST_CASE("text: wrapped keeps intervals together") {
    CHECK(wrapped("drift 31.4 deg [30.5, 32.3] here", 22) ==
          std::vector<std::string>{"drift 31.4 deg", "[30.5, 32.3] here"});
    CHECK(wrapped("one_word_longer_than_the_line x", 5).size() == 2);
    CHECK(wrapped("", 10).empty());
    CHECK(wrapped("  spaced   out ", 20) == std::vector<std::string>{"spaced out"});
  }

  TEST_CASE("numbers: as people read them") {
    CHECK(percent(0.1234) == "12.3");
    CHECK(fixed(-0.04, 1) == "0.0");
    CHECK(fixed(-0.06, 1) == "-0.1");
    CHECK(grouped(999) == "999");
    CHECK(grouped(13233) == "13,233");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(counted(std::size_t{1}, "photograph") == "1 photograph");
    CHECK(counted(std::int64_t{0}, "face") == "0 faces");
    CHECK(counted(std::int64_t{2000}, "face") == "2,000 faces");
    const Measure rate{"fnmr", 0.123, "share", 40, Interval{0.1, 0.15}, Better::lower, ""};
    CHECK(in_words(&rate) == "12.3 % [10.0, 15.0]");
    const Measure angle{"drift_angle_deg", 8.25, "deg", 40, {}, Better::lower, ""};
    CHECK(in_words(&angle) == "8.2 deg");  // ties to even, as printf
    CHECK(in_words(nullptr) == "n/a");
    const Measure none = refused("eer", "share", Better::lower, "no mated comparison");
    CHECK(in_words(&none) == "n/a");
  }

  TEST_CASE("numbers: separable needs two intervals without a common point") {
    Measure a{"fnmr", 0.1, "share", 40, Interval{0.05, 0.15}, Better::lower, ""};
    Measure b{"fnmr", 0.3, "share", 40, Interval{0.15, 0.4}, Better::lower, ""};
    CHECK_FALSE(separable(a, b));
    b.ci95->low = 0.16;
    CHECK(separable(a, b));
    CHECK(separable(b, a));
    b.ci95.reset();
    CHECK_FALSE(separable(a, b));
  }

  TEST_CASE("csv: quoting by RFC 4180 and no formula for a spreadsheet") {
    CHECK(csv_text("plain") == "plain");
    CHECK(csv_text("a,b") == "\"a,b\"");
    CHECK(csv_text("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(csv_text("two\nlines") == "\"two\nlines\"");
    CHECK(csv_text("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"");
    for (const std::string start : {"=", "+", "-", "@", "\t", "\r"}) {
      const std::string cell = csv_text(start + "1");
      CHECK((cell.rfind("'", 0) == 0 || cell.rfind("\"'", 0) == 0));
    }
    CHECK(csv_text("a=b") == "a=b");
    CHECK(csv_line({"", "b", ""}) == ",b,\n");
    CHECK(csv_number(0.1) == "0.1");
    CHECK(csv_number(-3) == "-3");
    CHECK(csv_number(std::numeric_limits<double>::quiet_NaN()).empty());
    CHECK(csv_number(std::numeric_limits<double>::infinity()).empty());
  }

  TEST_CASE("markdown: text shows as it is") {
    CHECK(markdown_text("dlib_resnet") == "dlib_resnet");
    CHECK(markdown_text("_x_ *y* a|b `c`") == "\\_x\\_ \\*y\\* a\\|b \\`c\\`");
    CHECK(markdown_text("<script> 1 < 2 & 3 &amp;") == "&lt;script> 1 < 2 & 3 &amp;amp;");
    CHECK(markdown_text("[a](http://b)") == "[a]\\(http://b)");
    CHECK(markdown_text("12.3 [11.8, 12.9]") == "12.3 [11.8, 12.9]");
    CHECK(markdown_text("a\nb") == "a b");
    CHECK(markdown_code("a|b`c") == "`a\\|b'c`");
    CHECK(markdown_code("").empty());
    CHECK(markdown_sentence("run `robench list` *now*") == "run `robench list` \\*now\\*");
    CHECK(markdown_code_block("x ``` y", "") == "````\nx ``` y\n````\n");
  }

  TEST_CASE("markdown: a table's source is aligned by display width") {
    MarkdownTable table({"name", "n"});
    table.add({"日本", "1"});
    table.add({"a"});
    CHECK(table.text() ==
          "| name |   n |\n"
          "| ---- | --: |\n"
          "| 日本 |   1 |\n"
          "| a    |     |\n");
  }
}

}  // namespace
}  // namespace robench
