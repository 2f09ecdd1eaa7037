// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perturb/perturbation.h"

namespace robench {

/// Where a perturbation acts. crop: on the face crop, with the landmarks of the clean picture, so
/// that only the embedder is tested. capture: on the whole photograph, and the face is found again.
enum class Stage { crop, capture };
[[nodiscard]] std::string_view to_string(Stage stage);

/// One perturbation at one strength.
struct Step {
  std::string perturbation;
  std::optional<double> severity;  // absent where the suite gives a physical value
  Params params;                   // resolved, the strength included
};

/// What is done to every sample of a cell. No step = the clean picture.
///
/// Severity 0 of any perturbation is the clean condition's pixels exactly: it keeps its name for the
/// report, but `is_clean()` holds and its pixels, key and embedding are those of the identity.
struct Condition {
  std::vector<Step> steps;  // several = a chain
  Stage stage = Stage::crop;

  [[nodiscard]] bool is_clean() const;
  /// "identity", the perturbation's name, or "chain".
  [[nodiscard]] std::string perturbation() const;
  /// 0 for identity; absent for physical values and chains.
  [[nodiscard]] std::optional<double> severity() const;
  /// `k=v;k=v` of the step, or `low_light@3+motion_blur@2` of a chain; "" for identity.
  [[nodiscard]] std::string params() const;
  /// Short name for people: `gamma@3`, `side_light@5 direction=left`, `gamma gamma=2.2`.
  [[nodiscard]] std::string label() const;
  /// The family of the first step; "clean" for identity; "chain".
  [[nodiscard]] std::string family() const;
  /// Everything that the pixels depend on besides picture, seed, sample and repetition, as text:
  /// names, versions and parameters, stage. Equal for all clean conditions of a stage.
  [[nodiscard]] std::string pixel_key() const;
  /// Uses random numbers, so that repetitions differ.
  [[nodiscard]] bool is_random() const;
};

/// A step at a severity (0 allowed). Throws ConfigError for unknown names and bad values.
[[nodiscard]] Step step_at_severity(std::string_view perturbation, double severity, Params given = {});
/// A step whose strength is given as a physical value among `given`.
[[nodiscard]] Step step_at_value(std::string_view perturbation, Params given);

/// A condition made ready to run: every table computed once, shared by all samples and threads.
class PreparedCondition {
 public:
  PreparedCondition(const Condition& condition, std::uint64_t seed);
  /// The perturbed picture. For a clean condition the very same pixels as `image`.
  [[nodiscard]] Image apply(const Image& image, const Frame& frame, std::string_view sample_key,
                            int repetition) const;

 private:
  struct Prepared {
    std::string perturbation;
    std::string params_without_strength;
    Perturber perturber;
  };
  std::uint64_t seed_;
  std::vector<Prepared> steps_;
};

}  // namespace robench
