// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "suites/experiment.h"

namespace robench {

/// The face crops of one shard, decoded once for all conditions as far as 512 MiB go; the rest is
/// decoded anew each time. Which ones are kept depends on sizes alone, so threads cannot change it.
class CropShelf {
 public:
  CropShelf(const Experiment& experiment, std::size_t shard);

  /// The crop of an acquired sample. Safe from several threads. nullopt when the photograph has
  /// vanished or its landmarks are unusable.
  [[nodiscard]] std::optional<FaceCrop> crop(std::size_t row) const;

 private:
  const Experiment& experiment_;
  std::size_t first_;
  std::vector<std::optional<FaceCrop>> kept_;
};

/// Decodes the photograph of a row. nullopt when it has vanished since it was acquired.
[[nodiscard]] std::optional<Image> photograph_of(const Experiment& experiment, std::size_t row);

}  // namespace robench
