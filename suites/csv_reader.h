// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "perturb/error.h"

namespace robench {

/// A cell of a CSV file and where it begins.
struct CsvCell {
  std::string text;
  SourcePlace place;
};

/// A CSV file with a header line (RFC 4180; LF or CRLF; UTF-8, BOM allowed; blank lines are skipped).
struct CsvTable {
  std::vector<CsvCell> header;
  std::vector<std::vector<CsvCell>> rows;  // each as long as the header

  /// Index of a column; nullopt when there is none.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
};

/// Throws ConfigError with every fault found (at most 20): missing or empty file, NUL bytes, a quote
/// that is not closed, text behind a closing quote, rows of another length, empty or repeated columns.
[[nodiscard]] CsvTable read_csv(const std::filesystem::path& file);
[[nodiscard]] CsvTable parse_csv(const std::string& text, const std::string& file, char separator = ',');

/// The n-th line (from 1) of a text, without its end; for diagnostics.
[[nodiscard]] std::string line_of(const std::string& text, int line);

/// Faults found so far, in a form that can be thrown together.
class FaultList {
 public:
  void add(SourcePlace place, std::string message, std::string hint = {}, std::string source_line = {});
  [[nodiscard]] bool full() const { return faults_.size() >= kMost; }
  /// Throws ConfigError when there are any.
  void throw_if_any() const;

 private:
  static constexpr std::size_t kMost = 20;
  std::vector<Diagnostic> faults_;
};

/// Throws a ConfigError of one fault.
[[noreturn]] void fail_at(SourcePlace place, std::string message, std::string hint = {},
                          std::string source_line = {});

}  // namespace robench
