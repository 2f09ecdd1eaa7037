// SPDX-License-Identifier: Apache-2.0
// How things fail: bad input is a ConfigError, a broken machine an EnvironmentError, a bug an assertion.
// A sample that fails is none of these; it keeps its row with a Status (models/status.h).
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace robench {

/// A place in a text that the user wrote. Line and column count from 1; 0 = unknown.
struct SourcePlace {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One complaint about the user's input.
struct Diagnostic {
  SourcePlace place;
  std::string message;      // "unknown perturbation 'gama'"
  std::string hint;         // "did you mean 'gamma'?"; may be empty
  std::string source_line;  // the text of the line, shown with a caret; may be empty
};

/// `file:line:column: error: message; hint`, then the line and a caret where they are known.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// The user's input is wrong. Caught once, in main; exit code 2. Carries every complaint found.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Diagnostic> diagnostics);
  explicit ConfigError(std::string message, std::string hint = {});

  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// The machine lacks something: a model file, a library, disk space, a matching hash. Exit code 3.
class EnvironmentError : public std::runtime_error {
 public:
  explicit EnvironmentError(const std::string& message, const std::string& hint = {});
};

/// The candidate closest to `word` in edit distance, or "" when none is near enough to be meant.
[[nodiscard]] std::string closest_match(std::string_view word,
                                        const std::vector<std::string>& candidates);

/// `did you mean 'X'?` or, when nothing is near, `known: a, b, c`.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

namespace detail {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}  // namespace detail

}  // namespace robench

/// A condition that only a bug can break. On in every build; no input may reach it.
#define ROBENCH_ASSERT(expression) \
  ((expression) ? void() : ::robench::detail::assertion_failed(#expression, __FILE__, __LINE__))
