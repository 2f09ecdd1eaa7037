// SPDX-License-Identifier: Apache-2.0
#include "perturb/error.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace robench;

namespace {

Diagnostic complaint(const char* file, int line, int column, const char* message, const char* hint = "",
                     const std::string& source_line = "") {
  Diagnostic diagnostic;
  diagnostic.place.file = file;
  diagnostic.place.line = line;
  diagnostic.place.column = column;
  diagnostic.message = message;
  diagnostic.hint = hint;
  diagnostic.source_line = source_line;
  return diagnostic;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("a complaint reads like a compiler's, with a caret under its column") {
  const Diagnostic diagnostic = complaint("lighting.yaml", 12, 5, "unknown perturbation 'gama'",
                                          "did you mean 'gamma'?", "  - gama: { severity: [1] }");
  CHECK(to_string(diagnostic) ==
        "lighting.yaml:12:5: error: unknown perturbation 'gama'; did you mean 'gamma'?\n"
        "    - gama: { severity: [1] }\n"
        "      ^");
}

TEST_CASE("what is not known of a place is left out") {
  CHECK(to_string(complaint("", 0, 0, "no data")) == "error: no data");
  CHECK(to_string(complaint("a.yaml", 0, 0, "empty")) == "a.yaml: error: empty");
  CHECK(to_string(complaint("a.yaml", 3, 0, "bad")) == "a.yaml:3: error: bad");
}

TEST_CASE("the caret follows tabs, multi-byte characters and lines that are too short") {
  const auto caret_line = [](const std::string& line, int column) {
    const std::string text = to_string(complaint("f", 1, column, "m", "", line));
    return text.substr(text.rfind('\n') + 1);
  };
  CHECK(caret_line("\tx: y", 2) == "  \t^");
  CHECK(caret_line("\xC3\xA9: y", 3) == "   ^");  // e with acute accent: two bytes, one column
  CHECK(caret_line("ab", 100) == "    ^");
}

TEST_CASE("a ConfigError carries every complaint") {
  const ConfigError error({complaint("a", 1, 1, "first"), complaint("a", 2, 1, "second")});
  CHECK(error.diagnostics().size() == 2);
  CHECK(std::string(error.what()) == "a:1:1: error: first\na:2:1: error: second");
  CHECK(std::string(ConfigError("message", "hint").what()) == "error: message; hint");
  CHECK(std::string(EnvironmentError("disk full", "free 2 GB").what()) == "disk full; free 2 GB");
}

TEST_CASE("closest_match finds slips of the finger and nothing else") {
  const std::vector<std::string> names = {"gamma", "brightness", "contrast", "side_light", "low_light"};
  CHECK(closest_match("gama", names) == "gamma");   // one letter missing
  CHECK(closest_match("gamam", names) == "gamma");  // two neighbours swapped
  CHECK(closest_match("Gamma", names) == "gamma");  // another case
  CHECK(closest_match("sidelight", names) == "side_light");
  CHECK(closest_match("brigthnes", names) == "brightness");  // swapped and missing
  CHECK(closest_match("blur", names).empty());
  CHECK(closest_match("", names).empty());
  CHECK(closest_match("gamma", {}).empty());
  CHECK(closest_match(std::string(1'000'000, 'g'), names).empty());
}

TEST_CASE("a suggestion lists what is known when nothing is near") {
  CHECK(suggestion("lft", {"left", "right"}) == "did you mean 'left'?");
  CHECK(suggestion("upwards", {"left", "right"}) == "known: left, right");
}

TEST_SUITE_END();
