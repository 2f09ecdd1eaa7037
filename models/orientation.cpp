// SPDX-License-Identifier: Apache-2.0
// Cameras store pixels as the sensor read them and note in EXIF how to hold the picture.
#include "models/orientation.h"

#include <algorithm>
#include <string_view>

#include "perturb/error.h"

namespace robench {
namespace {

using namespace std::string_view_literals;

/// Numbers out of untrusted bytes: what lies beyond the end reads as 0.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool has_at(std::size_t offset, std::string_view text) const {
    if (offset > size() || size() - offset < text.size()) return false;
    return std::equal(text.begin(), text.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  }
  [[nodiscard]] std::uint32_t number(std::size_t offset, int byte_count, bool big_endian) const {
    std::uint32_t value = 0;
    for (int i = 0; i < byte_count; ++i) {
      const int shift = 8 * (big_endian ? byte_count - 1 - i : i);
      value |= std::uint32_t{at(offset + static_cast<std::size_t>(i))} << shift;
    }
    return value;
  }
  /// As much of [offset, offset + length) as there is.
  [[nodiscard]] ByteReader part(std::size_t offset, std::size_t length) const {
    const std::size_t first = std::min(offset, size());
    return ByteReader(bytes_.subspan(first, std::min(length, size() - first)));
  }

 private:
  [[nodiscard]] std::uint8_t at(std::size_t offset) const {
    return offset < size() ? bytes_[offset] : std::uint8_t{0};
  }
  std::span<const std::uint8_t> bytes_;
};

constexpr std::size_t kEverything = static_cast<std::size_t>(-1);

/// The orientation in a TIFF structure, the body of every EXIF block (EXIF 2.3, section 4.6.2).
int orientation_in_tiff(const ByteReader& tiff) {
  constexpr std::uint32_t kOrientationTag = 274;
  constexpr std::uint32_t kShort = 3;
  const bool big_endian = tiff.has_at(0, "MM\0\x2a"sv);
  if (!big_endian && !tiff.has_at(0, "II\x2a\0"sv)) return 1;
  const std::size_t directory = tiff.number(4, 4, big_endian);
  const std::uint32_t count = tiff.number(directory, 2, big_endian);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + 12 * std::size_t{i};
    if (tiff.number(entry, 2, big_endian) != kOrientationTag) continue;
    const std::uint32_t value = tiff.number(entry + 8, 2, big_endian);
    const bool valid = tiff.number(entry + 2, 2, big_endian) == kShort && value >= 1 && value <= 8;
    return valid ? static_cast<int>(value) : 1;
  }
  return 1;
}

int orientation_in_jpeg(const ByteReader& file) {
  constexpr std::uint32_t kApp1 = 0xe1;
  constexpr std::uint32_t kStartOfScan = 0xda;
  std::size_t offset = 2;
  while (offset + 4 <= file.size() && file.number(offset, 1, true) == 0xff) {
    const std::uint32_t marker = file.number(offset + 1, 1, true);
    if (marker == 0xff) {  // fill byte
      ++offset;
      continue;
    }
    if (marker == kStartOfScan) break;
    const std::uint32_t length = file.number(offset + 2, 2, true);  // counts itself
    if (length < 2) break;
    if (marker == kApp1 && file.has_at(offset + 4, "Exif\0\0"sv))
      return orientation_in_tiff(file.part(offset + 10, length - 2));
    offset += 2 + length;
  }
  return 1;
}

int orientation_in_png(const ByteReader& file) {
  std::size_t offset = 8;
  while (offset + 12 <= file.size()) {
    const std::size_t length = file.number(offset, 4, true);
    if (file.has_at(offset + 4, "eXIf"sv)) return orientation_in_tiff(file.part(offset + 8, length));
    offset += 12 + length;
  }
  return 1;
}

int orientation_in_webp(const ByteReader& file) {
  std::size_t offset = 12;
  while (offset + 8 <= file.size()) {
    const std::size_t length = file.number(offset + 4, 4, false);
    if (file.has_at(offset, "EXIF"sv)) {
      const std::size_t prefix = file.has_at(offset + 8, "Exif\0\0"sv) ? 6 : 0;  // some writers add it
      return orientation_in_tiff(file.part(offset + 8 + prefix, kEverything));
    }
    offset += 8 + length + length % 2;
  }
  return 1;
}

}  // namespace

int exif_orientation(std::span<const std::uint8_t> file) {
  const ByteReader bytes(file);
  if (bytes.has_at(0, "\xff\xd8"sv)) return orientation_in_jpeg(bytes);
  if (bytes.has_at(0, "\x89PNG\r\n\x1a\n"sv)) return orientation_in_png(bytes);
  if (bytes.has_at(0, "RIFF"sv) && bytes.has_at(8, "WEBP"sv)) return orientation_in_webp(bytes);
  return 1;
}

cv::Mat upright(const cv::Mat& stored, int orientation) {
  constexpr int kMirror = 1, kUpsideDown = 0, kHalfTurn = -1;
  cv::Mat result;
  switch (orientation) {
    case 1:
      return stored;
    case 2:
      cv::flip(stored, result, kMirror);
      return result;
    case 3:
      cv::flip(stored, result, kHalfTurn);
      return result;
    case 4:
      cv::flip(stored, result, kUpsideDown);
      return result;
    case 5:
      cv::transpose(stored, result);
      return result;
    case 6:
      cv::rotate(stored, result, cv::ROTATE_90_CLOCKWISE);
      return result;
    case 7: {  // transposed about the other diagonal
      cv::Mat turned;
      cv::rotate(stored, turned, cv::ROTATE_180);
      cv::transpose(turned, result);
      return result;
    }
    case 8:
      cv::rotate(stored, result, cv::ROTATE_90_COUNTERCLOCKWISE);
      return result;
    default:
      ROBENCH_ASSERT(false && "orientation is 1..8");
      return stored;
  }
}

}  // namespace robench
