// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/face.h"
#include "perturb/condition.h"

namespace robench {

/// Where perturbed pictures go below the output folder.
/// filename: `a/b_motion_blur@3.png`. subdirs: `motion_blur/3/a/b.png`, as ImageNet-C is laid out; a
/// chain or a physical value takes its label for the name and has no severity folder.
enum class PictureLayout { filename, subdirs };

/// Pictures to perturb and write, for use in other programs.
struct PerturbJob {
  std::vector<std::filesystem::path> inputs;  // pictures, and folders searched to their depths
  std::vector<Condition> conditions;          // stage crop: the upright face crop is written
  /// A photograph of other people or a folder of them, for conditions that put one into the picture.
  std::optional<std::filesystem::path> other;
  std::filesystem::path out;
  PictureLayout layout = PictureLayout::filename;
  std::uint64_t seed = 1;
  int repetitions = 1;
  AcquisitionPolicy policy;
  std::optional<int> crop_px;
};

/// One picture that was written, or why it was not.
struct PerturbedFile {
  std::string output;  // below the output folder; "" when nothing was written
  std::string input;
  Status status = Status::ok;
  std::string reason;
  Condition condition;
  int repetition = 1;
  std::optional<double> inter_eye_px;  // of the clean face; absent without a face
  std::optional<double> covered_fraction;
  std::string sha256;  // of the written file
  std::string other;   // the photograph whose face was put in, foremost; "" for nobody
};

/// Perturbs and writes every input under every condition, in parallel; rows in the order of inputs,
/// conditions and repetitions. A perturbation acts on the face that the policy chooses. A picture that
/// cannot be used gives one row with the reason. Throws ConfigError, EnvironmentError (disk full),
/// Interrupted.
[[nodiscard]] std::vector<PerturbedFile> perturb_files(const PerturbJob& job);

/// The rows as CSV. `pixel_key` names every step with version and parameters; with `seed`, `sample` (the
/// input) and `repetition` it fixes the pixels, and where somebody was put in, with all that `other`
/// named.
[[nodiscard]] std::string perturbed_csv(const std::vector<PerturbedFile>& rows, std::uint64_t seed);

}  // namespace robench
