// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perturb/image.h"
#include "perturb/landmarks.h"
#include "perturb/params.h"
#include "perturb/random_stream.h"

namespace robench {

/// Pixels in, pixels out. Pure and safe to call from several threads: the same picture, frame and
/// stream give the same bytes. The result has the size of the input. Works for any size from 1x1
/// and for landmarks outside of the picture.
using Perturber = std::function<Image(const Image&, const Frame&, const RandomStream&)>;

/// What a perturbation is and how strong its severities are.
struct PerturbationSpec {
  std::string name;     // file stem = YAML name
  std::string summary;  // one line
  int version = 1;      // raised by any change of the pixels; part of every cache key
  std::vector<ParamSpec> params;
  std::string strength;            // the parameter that a severity sets
  std::array<double, 5> ladder{};  // strength at severities 1..5
  std::string ladder_source;       // where the ladder comes from
  std::optional<double> neutral;   // strength that changes nothing
  std::string no_neutral_reason;   // why there is none, when there is none
  bool random = false;             // uses the stream
  /// Replaces aliases and fills values that depend on each other; may be empty. Called with checked
  /// values; the strength may be absent.
  std::function<void(Params&)> resolve;
  /// Requires: all parameters resolved (see `resolved_params`). Tables are computed here, once.
  std::function<Perturber(const Params&)> make;

  [[nodiscard]] const ParamSpec* find_param(std::string_view param) const;
};

/// A perturbation together with the folder (family) that holds its file.
struct RegisteredPerturbation {
  std::string family;  // "lighting"
  PerturbationSpec spec;
};

/// Every perturbation, in the order of family and name. Built from the file names by CMake.
[[nodiscard]] const std::vector<RegisteredPerturbation>& perturbation_registry();
/// nullptr when unknown.
[[nodiscard]] const RegisteredPerturbation* find_perturbation(std::string_view name);
[[nodiscard]] std::vector<std::string> perturbation_names();

/// Defaults filled in, aliases replaced, ranges checked. Resolving the result again changes nothing.
/// Throws ConfigError (without a place) for an unknown name or a value out of range, with every fault.
[[nodiscard]] Params resolved_params(const PerturbationSpec& spec, const Params& given);

/// Strength at a severity in (0, 5], linear between the rungs of the ladder and, below 1, between
/// the neutral value and the first rung. Throws ConfigError outside of [0, 5], and below 1 where
/// there is no neutral value. Requires: severity != 0 (severity 0 is the clean picture).
[[nodiscard]] double strength_at(const PerturbationSpec& spec, double severity);

}  // namespace robench
