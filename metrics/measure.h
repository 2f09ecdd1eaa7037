// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace robench {

enum class Better { lower, higher, none };
[[nodiscard]] std::string_view to_string(Better better);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

/// A number that can be quoted: never without its n, and NaN only with the reason in `note`.
struct Measure {
  std::string name;  // "fnmr", "fnmr@fmr=1e-3", "geometry_r2:eye_distance_over_face_width"
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string unit;              // "share", "deg", "1", "count"
  std::int64_t n = 0;            // what it is a mean or share of; the note says which, if not samples
  std::optional<Interval> ci95;  // by subject bootstrap, unless the note says otherwise
  Better better = Better::none;
  std::string note;  // threshold, its source and budget; or why there is no value
};

/// A measure that the data cannot support. `reason` says why in words.
[[nodiscard]] Measure refused(std::string name, std::string unit, Better better, std::string reason);

}  // namespace robench
