// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "perturb/perturbation.h"

namespace robench {

/// What the corruptions of ImageNet-C and CIFAR-10-C have in common: `level` 1 to 5 is the strength and
/// `table` says whose severities the levels are. `table_text` goes into the source of the ladder.
[[nodiscard]] PerturbationSpec imagenet_c_spec(std::string name, std::string summary,
                                               const std::string& table_text);

/// For corruptions whose lengths are pixels: why a level depends on the resolution.
inline constexpr const char* kPixelsOfACrop =
    "ImageNet-C counts pixels of a crop of fixed size (224), CIFAR-10-C of one of 32";

/// A corruption's parameters at levels 1 to 5, in each of the two published tables.
template <typename Row>
struct LevelTables {
  std::array<Row, 5> imagenet_c;
  std::array<Row, 5> cifar_c;

  [[nodiscard]] const Row& at(const Params& params) const {
    const auto index = static_cast<std::size_t>(params.number("level")) - 1;
    return params.choice("table") == "cifar_c" ? cifar_c[index] : imagenet_c[index];
  }
};

}  // namespace robench
