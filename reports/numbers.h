// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them. Files for machines use the shortest round-trip decimals instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/measure.h"

namespace robench {

/// Below this many samples or comparisons a value is labelled: the spread of a share is then above
/// 9 points (sqrt(0.25 / 30)), and the threshold's budget is labelled at the same number.
inline constexpr std::int64_t kFewSamples = 30;

/// Has a value that can be shown; nullptr has none.
[[nodiscard]] bool available(const Measure* measure);

/// Fixed decimals, never "-0.0". Requires: finite.
[[nodiscard]] std::string fixed(double value, int decimals);
/// A share in percent, without the sign: 0.1234 -> "12.3".
[[nodiscard]] std::string percent(double share, int decimals = 1);
/// 13233 -> "13,233".
[[nodiscard]] std::string grouped(std::int64_t count);
/// "1 photograph", "2,000 photographs": `one` is a word whose plural ends in s.
[[nodiscard]] std::string counted(std::int64_t count, std::string_view one);
[[nodiscard]] std::string counted(std::size_t count, std::string_view one);

/// The numbers of `measure` in the unit that people read: percent for a share, degrees, or plain.
struct Shown {
  std::string value;     // "12.3"; "n/a" when not available
  std::string interval;  // "[11.8, 12.9]"; "" when there is none
  std::string unit;      // "%", "deg" or ""
};
/// decimals: of a share in percent and of degrees; plain numbers have three.
[[nodiscard]] Shown shown(const Measure* measure, int decimals = 1);
/// `12.3 % [11.8, 12.9]`, as in a sentence.
[[nodiscard]] std::string in_words(const Measure* measure, int decimals = 1);

/// Both have intervals and they share no point: the difference is not due to chance alone.
[[nodiscard]] bool separable(const Measure& a, const Measure& b);

}  // namespace robench
