// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perturb/calibration.h"
#include "perturb/perturbation.h"

namespace robench {

/// Where a perturbation acts. crop: on the face crop, with the landmarks of the clean picture, so
/// that only the embedder is tested. capture: on the whole photograph, and the face is found again.
enum class Stage { crop, capture };
[[nodiscard]] std::string_view to_string(Stage stage);

/// One perturbation at one strength. Made by step_at_severity or step_at_value.
///
/// At severity 0 the strength is the neutral value; where there is none, `params` lacks it.
struct Step {
  std::string perturbation;
  std::optional<double> severity;  // absent where the suite gives a physical value
  Params params;                   // resolved, the strength included
  Params given;                    // what the suite wrote, for label(): no defaults, no severity
  SeveritySet set = SeveritySet::face;
  std::optional<SetPoint>
      set_point{};  // the strength is solved for on each picture; not in `params` then

  [[nodiscard]] const PerturbationSpec& spec() const;
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
  /// `k=v;k=v` of the step, or of a chain `low_light@3+motion_blur@2`, with other parameters given as
  /// `side_light@3(direction=left)`; "" for identity.
  [[nodiscard]] std::string params() const;
  /// Short name for people: `gamma@3`, `side_light@5 direction=left`, `gamma gamma=2.2`; a chain as
  /// in params(). Parameters given at their default value are not named.
  [[nodiscard]] std::string label() const;
  /// The family of the one step; "clean" for identity; "chain".
  [[nodiscard]] std::string family() const;
  /// Everything that the pixels depend on besides picture, seed, sample and repetition, as text:
  /// stage, names, versions and parameters. Equal for all clean conditions of a stage; steps at
  /// severity 0 leave no trace in it.
  [[nodiscard]] std::string pixel_key() const;
  /// Uses random numbers, so that repetitions differ.
  [[nodiscard]] bool is_random() const;
  /// Puts another subject's face into the picture: `Frame::others` must be set.
  [[nodiscard]] bool needs_other_face() const;
};

/// A step at a severity (0 allowed). Throws ConfigError for unknown names, bad values and a strength
/// given beside the severity.
[[nodiscard]] Step step_at_severity(std::string_view perturbation, double severity, Params given = {},
                                    SeveritySet set = SeveritySet::face);
/// A step whose strength is given as a physical value among `given`; ConfigError if it is not.
[[nodiscard]] Step step_at_value(std::string_view perturbation, Params given,
                                 SeveritySet set = SeveritySet::face);

/// A condition made ready to run: every table computed once, shared by all samples and threads.
class PreparedCondition {
 public:
  PreparedCondition(const Condition& condition, std::uint64_t seed);
  /// The perturbed picture; for a clean condition the very same pixels as `image`. `landmarks` is always
  /// set: where the next stage is to look for the face. In the crop stage an alignment error leaves
  /// them where they were. `covered_fraction` is that of the only occlusion; absent where a chain holds
  /// several, whose union nobody measured; so with `calibration_residual`.
  [[nodiscard]] Perturbed apply(const Image& image, const Frame& frame, std::string_view sample_key,
                                int repetition) const;

 private:
  struct PreparedStep {
    std::string perturbation;
    std::string params_without_strength;
    Perturber perturber;
    bool landmarks_stay;
  };
  std::uint64_t seed_;
  std::vector<PreparedStep> steps_;  // without those at severity 0
};

}  // namespace robench
