// SPDX-License-Identifier: Apache-2.0
#include "models/jpeg_quality.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace robench {
namespace {

/// ITU-T T.81, table K.1; its sum does not depend on the order (zigzag in the file).
constexpr std::array<int, 64> kLuma = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,  //
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,  //
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,  //
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};

/// libjpeg's jpeg_quality_scaling() and the rounding of jpeg_add_quant_table().
int sum_at(int quality) {
  const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  int sum = 0;
  for (const int value : kLuma) sum += std::clamp((value * percent + 50) / 100, 1, 255);
  return sum;
}

/// The sum of the table number 0 in the segment; 0 when it is not there.
int sum_of_table(std::span<const std::uint8_t> segment) {
  while (!segment.empty()) {
    const bool words = segment[0] >> 4 != 0;
    const std::size_t size = words ? 128 : 64;
    if (segment.size() < 1 + size) return 0;
    int sum = 0;
    for (std::size_t i = 1; i <= size; i += words ? 2 : 1)
      sum += words ? segment[i] << 8 | segment[i + 1] : segment[i];
    if ((segment[0] & 0x0F) == 0) return sum;
    segment = segment.subspan(1 + size);
  }
  return 0;
}

}  // namespace

std::optional<int> jpeg_quality(std::span<const std::uint8_t> file) {
  if (file.size() < 4 || file[0] != 0xFF || file[1] != 0xD8) return std::nullopt;
  int sum = 0;
  // Segment by segment, so that the thumbnail inside of an EXIF segment is passed over.
  for (std::size_t at = 2; sum == 0 && at + 4 <= file.size();) {
    if (file[at] != 0xFF) return std::nullopt;
    if (file[at + 1] == 0xFF) {  // a fill byte
      ++at;
      continue;
    }
    if (file[at + 1] == 0xDA || file[at + 1] == 0xD9) break;  // the scan: no table came
    const std::size_t length = static_cast<std::size_t>(file[at + 2]) << 8 | file[at + 3];
    if (length < 2 || at + 2 + length > file.size()) return std::nullopt;
    if (file[at + 1] == 0xDB) sum = sum_of_table(file.subspan(at + 4, length - 2));
    at += 2 + length;
  }
  if (sum == 0) return std::nullopt;
  int nearest = 1;
  for (int quality = 2; quality <= 100; ++quality)
    if (std::abs(sum_at(quality) - sum) < std::abs(sum_at(nearest) - sum)) nearest = quality;
  return nearest;
}

}  // namespace robench
