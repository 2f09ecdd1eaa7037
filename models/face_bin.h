// SPDX-License-Identifier: Apache-2.0
// InsightFace's evaluation files (lfw.bin, cfp_fp.bin, agedb_30.bin, ...): a Python pickle of a list of
// encoded pictures and a list of booleans, one per two pictures. A pickle is a program that can call
// anything. Here it is not run: whatever is not a list of bytes or of booleans is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace robench {

/// Where the pictures lie in the file, and which pairs show one person.
struct FaceBin {
  struct Range {
    std::size_t first = 0;
    std::size_t size = 0;
  };
  std::vector<Range> pictures;  // 2k and 2k + 1 are pair k
  std::vector<bool> mated;      // one per pair
};

/// Throws ConfigError, which names `file`, the byte and what stands there.
[[nodiscard]] FaceBin parse_face_bin(std::span<const std::uint8_t> bytes, const std::string& file);

/// The same of a file, remembered by this process while the file keeps its size and time of change.
[[nodiscard]] std::shared_ptr<const FaceBin> read_face_bin(const std::filesystem::path& file);

/// The path of a picture in it, for read_bytes(): FILE.bin/000017.
[[nodiscard]] std::filesystem::path path_in_face_bin(const std::filesystem::path& file,
                                                     std::size_t picture);

}  // namespace robench
