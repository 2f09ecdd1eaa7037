// SPDX-License-Identifier: Apache-2.0
#include "reports/numbers.h"

#include <cmath>

#include <fmt/format.h>

namespace robench {
namespace {

constexpr int kPlainDecimals = 3;

}  // namespace

bool available(const Measure* measure) { return measure != nullptr && std::isfinite(measure->value); }

std::string fixed(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool is_zero = text.find_first_of("123456789") == std::string::npos;
  if (is_zero && text.front() == '-') text.erase(0, 1);
  return text;
}

std::string percent(double share, int decimals) { return fixed(share * 100, decimals); }

std::string grouped(std::int64_t count) {
  std::string text = std::to_string(count);
  const int first_digit = count < 0 ? 1 : 0;
  for (int i = static_cast<int>(text.size()) - 3; i > first_digit; i -= 3) {
    text.insert(static_cast<std::size_t>(i), ",");
  }
  return text;
}

std::string counted(std::int64_t count, std::string_view one) {
  return fmt::format("{} {}{}", grouped(count), one, count == 1 ? "" : "s");
}

std::string counted(std::size_t count, std::string_view one) {
  return counted(static_cast<std::int64_t>(count), one);
}

Shown shown(const Measure* measure, int decimals) {
  if (!available(measure)) return {"n/a", "", ""};
  const bool is_share = measure->unit == "share";
  const bool is_angle = measure->unit == "deg";
  const auto text = [&](double value) {
    if (measure->unit == "count") return grouped(std::llround(value));
    return is_share ? percent(value, decimals) : fixed(value, is_angle ? decimals : kPlainDecimals);
  };
  Shown result{text(measure->value), "", is_share ? "%" : is_angle ? "deg" : ""};
  if (measure->ci95 && std::isfinite(measure->ci95->low) && std::isfinite(measure->ci95->high)) {
    result.interval = fmt::format("[{}, {}]", text(measure->ci95->low), text(measure->ci95->high));
  }
  return result;
}

std::string in_words(const Measure* measure, int decimals) {
  const Shown parts = shown(measure, decimals);
  std::string text = parts.value;
  if (!parts.unit.empty()) text += " " + parts.unit;
  if (!parts.interval.empty()) text += " " + parts.interval;
  return text;
}

bool separable(const Measure& a, const Measure& b) {
  return a.ci95 && b.ci95 && (a.ci95->high < b.ci95->low || b.ci95->high < a.ci95->low);
}

}  // namespace robench
