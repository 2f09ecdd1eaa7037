// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "suites/suite.h"

namespace robench {

/// A line of `allow:`: how much worse the candidate may be. The last line that matches counts.
struct AllowedLoss {
  std::string metric;  // "fnmr", "fmr", "drift_angle_deg", "drift_relative", "not_acquired_rate"
  std::string condition = "*";  // glob on the label
  double margin = 0;
  SourcePlace place;
};

/// `vectors:`: how far the stored vector of a sample may move.
struct VectorLimit {
  double max_cosine_distance = 0;  // see VectorAgreement; 0..2
  SourcePlace place;
};

/// What a gate demands.
struct GateRules {
  std::vector<AllowedLoss> allow;
  std::vector<Gate> limits;  // absolute, of the candidate
  std::optional<VectorLimit> vectors{};
  bool at_own_threshold = true;
  bool at_baseline_threshold = true;  // as when it is dropped in
  bool missing_fails = true;          // a condition or model of the baseline that the candidate lacks
  bool undecided_passes = false;
  double confidence = 0.95;
};

/// Without a gate file: one point of FNMR, FMR and failures to acquire, under every condition; of data
/// without mated pairs, one degree of drift, or between different models one point of drift_relative.
[[nodiscard]] GateRules default_gate_rules();
/// Throws ConfigError with all faults, each with file:line:column.
[[nodiscard]] GateRules parse_gate_rules(const std::string& text, const std::string& file);
[[nodiscard]] GateRules read_gate_rules(const std::filesystem::path& file);
/// A whole gate file that says the same; what is as a file would leave it out is left out.
[[nodiscard]] std::string gate_rules_text(const GateRules& rules);

}  // namespace robench
