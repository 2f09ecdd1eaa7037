// SPDX-License-Identifier: Apache-2.0
// Planted truth: simulate many times, count how often an interval holds the truth or a test rejects.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <tbb/parallel_for.h>

#include "metrics/measure.h"
#include "perturb/random_stream.h"

namespace robench::planted {

inline constexpr int kSimulations = 5000;

/// Of a study that is too dear to repeat 5,000 times in CI: `in_ci` of them, and 5,000 where the
/// environment variable ROBENCH_PLANTED is "full".
inline int simulations(int in_ci) {
  const char* const asked = std::getenv("ROBENCH_PLANTED");
  return asked != nullptr && std::string_view(asked) == "full" ? kSimulations : in_ci;
}

/// What chance may add to a share of `runs` simulations, of about 5 % or 95 %: three standard errors, or
/// nothing for the full number, whose limits stand as they are.
inline double room_for_chance(int runs) {
  return runs < kSimulations ? 3 * std::sqrt(0.05 * 0.95 / runs) : 0;
}

/// The numbers of one simulation: the seed is the hash of the test's name.
inline RandomStream simulation_stream(std::string_view test, int simulation) {
  return {1, "planted", test, "", simulation};
}

/// How often `happens(stream, simulation)` is true, as a share of `simulations`.
inline double share_of(std::string_view test, int simulations,
                       const std::function<bool(const RandomStream&, int)>& happens) {
  std::vector<char> hit(simulations);
  tbb::parallel_for(0, simulations,
                    [&](int s) { hit[s] = happens(simulation_stream(test, s), s) ? 1 : 0; });
  return static_cast<double>(std::count(hit.begin(), hit.end(), 1)) / simulations;
}

inline bool covers(const std::optional<Interval>& interval, double truth) {
  return interval && interval->low <= truth && truth <= interval->high;
}

/// A 95 % interval covers 93 to 97 % of the time.
inline void check_coverage(std::string_view what, double coverage, int runs = kSimulations) {
  MESSAGE(what, ": 95 % interval covers ", 100 * coverage, " % of ", runs);
  CHECK(coverage >= 0.93 - room_for_chance(runs));
  CHECK(coverage <= 0.97 + room_for_chance(runs));
}

/// A test at 5 % rejects 4 to 6 % of the time when there is nothing.
inline void check_size(std::string_view what, double rejected, int runs = kSimulations) {
  MESSAGE(what, ": rejects at 5 % in ", 100 * rejected, " % of ", runs);
  CHECK(rejected >= 0.04 - room_for_chance(runs));
  CHECK(rejected <= 0.06 + room_for_chance(runs));
}

}  // namespace robench::planted
