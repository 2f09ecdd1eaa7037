// SPDX-License-Identifier: Apache-2.0
#include "perturb/error.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace robench {
namespace {

// Bytes 10xxxxxx continue a UTF-8 character and take no column on the screen.
bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Blanks up to the column, tabs kept, so that the caret stands under its character.
std::string caret_line(const std::string& source_line, int column) {
  const std::size_t before = std::min(source_line.size(), static_cast<std::size_t>(column - 1));
  std::string caret;
  for (std::size_t i = 0; i < before; ++i) {
    if (starts_character(source_line[i])) caret += source_line[i] == '\t' ? '\t' : ' ';
  }
  return caret + '^';
}

std::string joined(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += to_string(diagnostic);
  }
  return text;
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  const SourcePlace& place = diagnostic.place;
  std::string text;
  if (!place.file.empty()) {
    text += place.file + ':';
    if (place.line > 0) text += std::to_string(place.line) + ':';
    if (place.line > 0 && place.column > 0) text += std::to_string(place.column) + ':';
    text += ' ';
  }
  text += "error: " + diagnostic.message;
  if (!diagnostic.hint.empty()) text += "; " + diagnostic.hint;
  if (!diagnostic.source_line.empty()) {
    text += "\n  " + diagnostic.source_line;
    if (place.column > 0) text += "\n  " + caret_line(diagnostic.source_line, place.column);
  }
  return text;
}

ConfigError::ConfigError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(joined(diagnostics)), diagnostics_(std::move(diagnostics)) {}

ConfigError::ConfigError(std::string message, std::string hint)
    : ConfigError(std::vector<Diagnostic>{{{}, std::move(message), std::move(hint), {}}}) {}

EnvironmentError::EnvironmentError(const std::string& message, const std::string& hint)
    : std::runtime_error(hint.empty() ? message : message + "; " + hint) {}

std::string closest_match(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower_word = lower_case(word);
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    // One edit for each three letters: more is another word, not a slip of the finger.
    const std::size_t allowed = std::max<std::size_t>(1, candidate.size() / 3);
    // The distance is at least the difference of the lengths; this bounds the work for huge words.
    if (word.size() > candidate.size() + allowed || candidate.size() > word.size() + allowed) continue;
    const std::size_t distance = edit_distance(lower_word, lower_case(candidate));
    if (distance > allowed || (!best.empty() && distance >= best_distance)) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string match = closest_match(word, candidates);
  if (!match.empty()) return "did you mean '" + match + "'?";
  std::string known;
  for (const std::string& candidate : candidates) {
    known += (known.empty() ? "known: " : ", ") + candidate;
  }
  return known;
}

void detail::assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal error: '%s' does not hold; this is a bug in robench\n", file,
               line, expression);
  std::abort();
}

}  // namespace robench
