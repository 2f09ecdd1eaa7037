// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace robench {

struct MatlabMatrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;  // by columns
};
/// The matrix `name` of a MATLAB 5 file. Throws EnvironmentError, which names `file`, for what is no
/// such file, has no such matrix, or holds it compressed or as something else than plain numbers.
[[nodiscard]] MatlabMatrix read_matlab_matrix(std::span<const std::uint8_t> bytes,
                                              const std::string& name, const std::string& file);

/// olivettifaces.mat (400 columns of 64 x 64 pixels, ten for each of 40 people) as folder/s01/01.png to
/// folder/s40/10.png, twice enlarged: detectors want a little more. Throws EnvironmentError.
void unpack_olivetti(const std::filesystem::path& mat, const std::filesystem::path& folder);

}  // namespace robench
