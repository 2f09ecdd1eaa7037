// SPDX-License-Identifier: Apache-2.0
#include "reports/csv.h"

#include <cmath>

#include "perturb/params.h"
#include "reports/text.h"

namespace robench {

std::string csv_text(std::string_view text) {
  std::string cell = valid_utf8(text);
  const bool is_formula = cell.find_first_of("=+-@\t\r") == 0;
  if (is_formula) cell.insert(0, "'");
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_number(double value) { return std::isfinite(value) ? shortest(value) : std::string(); }

std::string csv_line(std::initializer_list<std::string_view> cells) {
  std::string line;
  for (const std::string_view cell : cells) {
    line += cell;
    line += ',';
  }
  line.back() = '\n';
  return line;
}

}  // namespace robench
