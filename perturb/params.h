// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace robench {

/// A parameter's value: a number, or one of the names that its ParamSpec lists.
using ParamValue = std::variant<double, std::string>;

/// Shortest decimal that reads back as the same double; a choice as it is.
[[nodiscard]] std::string to_string(const ParamValue& value);
[[nodiscard]] std::string shortest(double value);

/// Named values, in the order of their names.
class Params {
 public:
  void set(std::string name, ParamValue value);
  void erase(std::string_view name);
  [[nodiscard]] bool contains(std::string_view name) const;
  /// Requires: present and of that type.
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] const std::string& choice(std::string_view name) const;
  /// `k=v;k=v`, keys sorted, numbers shortest round-trip; the key `without` is left out.
  [[nodiscard]] std::string canonical(std::string_view without = {}) const;
  [[nodiscard]] const std::map<std::string, ParamValue, std::less<>>& values() const { return values_; }
  bool operator==(const Params&) const = default;

 private:
  std::map<std::string, ParamValue, std::less<>> values_;
};

enum class ParamKind { number, integer, choice };

/// One parameter of a perturbation, as `robench list` shows it and the suite reader checks it.
struct ParamSpec {
  std::string name{};
  ParamKind kind = ParamKind::number;
  std::string unit{};     // "EV", "deg", "fraction", "kelvin"; "" for a choice
  std::string summary{};  // one line, no full stop
  double min = 0;         // inclusive; numbers only
  double max = 0;
  std::vector<std::string> choices{};         // choices only
  std::optional<ParamValue> default_value{};  // absent: may be left out (an alias such as direction)
};

}  // namespace robench
