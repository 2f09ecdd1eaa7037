// SPDX-License-Identifier: Apache-2.0
// A heap of photographs of which it is known what was done to each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "suites/experiment.h"

namespace robench::heap {

/// A person of LFW with two photographs: one goes into the heap, the other is the clean reference.
struct Person {
  std::size_t row = 0;
  std::size_t partner = 0;
};

/// A file of the heap.
struct Planted {
  std::string name;
  std::string what;              // "clean", "turned by 90 degrees", "no face: stripes", ...
  std::optional<Person> person;  // where it is a photograph of LFW
};

/// Writes 300 files into `folder` and says what they are: photographs of `people` (240 are needed) as
/// they are, under the chains of field.yaml and turned; up to 12 pictures of `groups`; pictures without
/// a face; files that are broken. Equal arguments give equal files. Throws EnvironmentError.
[[nodiscard]] std::vector<Planted> write_mixed_heap(const Experiment& lfw,
                                                    const std::vector<Person>& people,
                                                    const std::filesystem::path& groups,
                                                    const std::filesystem::path& folder);

}  // namespace robench::heap
