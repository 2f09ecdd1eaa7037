// SPDX-License-Identifier: Apache-2.0
// Marker syntax: ITU-T T.81, B.1.1. A marker is FF and a code; a byte FF of coded data is followed by
// 00.
#include "perturb/compression/parts/jpeg_scan.h"

namespace robench {
namespace {

constexpr std::uint8_t kMarker = 0xFF;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::size_t kStartOfImageBytes = 2;

std::size_t begin_of_scan(std::span<const std::uint8_t> stream) {
  std::size_t at = kStartOfImageBytes;
  while (at + 4 <= stream.size() && stream[at] == kMarker) {
    const std::size_t length = 256U * stream[at + 2] + stream[at + 3];
    const bool is_scan = stream[at + 1] == kStartOfScan;
    at += 2 + length;
    if (is_scan) return at;
  }
  return stream.size();
}

}  // namespace

std::vector<std::size_t> entropy_coded_bytes(std::span<const std::uint8_t> stream) {
  std::vector<std::size_t> positions;
  for (std::size_t at = begin_of_scan(stream); at < stream.size(); ++at) {
    const bool is_marker = stream[at] == kMarker && (at + 1 == stream.size() || stream[at + 1] != 0);
    if (is_marker) {
      ++at;  // its code as well
    } else {
      positions.push_back(at);
    }
  }
  return positions;
}

}  // namespace robench
