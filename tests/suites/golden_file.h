// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace robench {

inline std::string file_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE_MESSAGE(stream.is_open(), file.string());
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Compares `text` with the whole of `file`; with ROBENCH_GOLDEN=collect the file is written instead.
inline void check_golden(const std::string& text, const std::filesystem::path& file) {
  const char* mode = std::getenv("ROBENCH_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "collect") {
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  CHECK_MESSAGE(text == file_text(file), file.filename().string());
}

}  // namespace robench
