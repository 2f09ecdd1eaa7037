// SPDX-License-Identifier: Apache-2.0
#include "perturb/params.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "perturb/error.h"

namespace robench {

std::string shortest(double value) {
  if (value == 0) return "0";  // also for -0
  // Plain digits where a person would write them; std::to_chars alone prefers 1e+05 to 100000.
  const double magnitude = std::abs(value);
  const bool plain = magnitude >= 1e-6 && magnitude < 1e15;
  char text[64];
  const auto [end, error] =
      plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed)
            : std::to_chars(text, text + sizeof text, value);
  ROBENCH_ASSERT(error == std::errc());
  return {text, end};
}

std::string to_string(const ParamValue& value) {
  if (const double* number = std::get_if<double>(&value)) return shortest(*number);
  return std::get<std::string>(value);
}

void Params::set(std::string name, ParamValue value) {
  values_.insert_or_assign(std::move(name), std::move(value));
}

void Params::erase(std::string_view name) {
  if (const auto found = values_.find(name); found != values_.end()) values_.erase(found);
}

bool Params::contains(std::string_view name) const { return values_.find(name) != values_.end(); }

double Params::number(std::string_view name) const {
  const auto found = values_.find(name);
  ROBENCH_ASSERT(found != values_.end() && std::holds_alternative<double>(found->second));
  return std::get<double>(found->second);
}

const std::string& Params::choice(std::string_view name) const {
  const auto found = values_.find(name);
  ROBENCH_ASSERT(found != values_.end() && std::holds_alternative<std::string>(found->second));
  return std::get<std::string>(found->second);
}

std::string Params::canonical(std::string_view without) const {
  std::string text;
  for (const auto& [name, value] : values_) {
    if (name == without) continue;
    if (!text.empty()) text += ';';
    text += name + '=' + to_string(value);
  }
  return text;
}

}  // namespace robench
