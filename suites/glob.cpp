// SPDX-License-Identifier: Apache-2.0
#include "suites/glob.h"

namespace robench {

bool matches_glob(std::string_view text, std::string_view pattern) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t last_star = kNone;
  std::size_t star_covers_to = 0;  // end of what the last star has swallowed so far
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      last_star = p++;
      star_covers_to = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (last_star != kNone) {
      p = last_star + 1;
      t = ++star_covers_to;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool matches_condition(std::string_view label, std::string_view pattern) {
  return matches_glob(label, pattern) || matches_glob(label.substr(0, label.find(' ')), pattern);
}

}  // namespace robench
