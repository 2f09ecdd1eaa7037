// SPDX-License-Identifier: Apache-2.0
#include "suites/olivetti.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "models/codec.h"
#include "perturb/error.h"

namespace robench {
namespace {

static_assert(std::endian::native == std::endian::little, "MATLAB files are read as little-endian");

/// Types of data elements ("MAT-File Format", MathWorks, table 1-1).
enum ElementType : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kMatrix = 14,
  kCompressed = 15,
};

struct Element {
  std::uint32_t type = 0;
  std::span<const std::uint8_t> data;
};

/// Walks over the data elements of a file or of a matrix.
class Elements {
 public:
  Elements(std::span<const std::uint8_t> bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  [[nodiscard]] bool at_end() const { return at_ >= bytes_.size(); }

  Element next() {
    const std::uint32_t first = word();
    // Up to four bytes may stand in the tag itself.
    if (first >> 16 != 0) {
      const std::size_t size = first >> 16;
      if (size > 4) refuse();
      const Element element{first & 0xFFFF, take(size)};
      skip(4 - size);
      return element;
    }
    const std::size_t size = word();
    const Element element{first, take(size)};
    if (first != kCompressed) skip(std::min((8 - size % 8) % 8, bytes_.size() - at_));
    return element;
  }

  [[noreturn]] void refuse() const {
    throw EnvironmentError(fmt::format("'{}' is no MATLAB 5 file, or is cut off", file_));
  }

 private:
  std::uint32_t word() {
    std::uint32_t value = 0;
    const auto bytes = take(4);
    std::memcpy(&value, bytes.data(), 4);
    return value;
  }

  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > bytes_.size() - at_) refuse();
    const auto taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  void skip(std::size_t count) { static_cast<void>(take(count)); }

  std::span<const std::uint8_t> bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
};

template <typename Stored>
std::vector<double> numbers_as(std::span<const std::uint8_t> data) {
  std::vector<double> numbers(data.size() / sizeof(Stored));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, data.data() + i * sizeof(Stored), sizeof(Stored));
    numbers[i] = static_cast<double>(stored);
  }
  return numbers;
}

std::vector<double> numbers_of(const Element& element) {
  switch (element.type) {
    case kInt8:
      return numbers_as<std::int8_t>(element.data);
    case kUint8:
      return numbers_as<std::uint8_t>(element.data);
    case kInt16:
      return numbers_as<std::int16_t>(element.data);
    case kUint16:
      return numbers_as<std::uint16_t>(element.data);
    case kInt32:
      return numbers_as<std::int32_t>(element.data);
    case kUint32:
      return numbers_as<std::uint32_t>(element.data);
    case kSingle:
      return numbers_as<float>(element.data);
    case kDouble:
      return numbers_as<double>(element.data);
    default:
      return {};
  }
}

}  // namespace

MatlabMatrix read_matlab_matrix(std::span<const std::uint8_t> bytes, const std::string& name,
                                const std::string& file) {
  constexpr std::size_t kHeader = 128;
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), "MATLAB 5.0", 10) != 0 || bytes[126] != 'I')
    Elements({}, file).refuse();
  for (Elements all(bytes.subspan(kHeader), file); !all.at_end();) {
    const Element element = all.next();
    if (element.type == kCompressed)
      throw EnvironmentError(fmt::format("'{}' holds compressed matrices, which are not read", file));
    if (element.type != kMatrix) continue;
    Elements parts(element.data, file);
    parts.next();  // flags
    const std::vector<double> sides = numbers_of(parts.next());
    const Element found = parts.next();
    if (std::string(found.data.begin(), found.data.end()) != name) continue;
    const std::vector<double> values = numbers_of(parts.next());
    if (sides.size() != 2 || sides[0] < 1 || sides[1] < 1 ||
        sides[0] * sides[1] != static_cast<double>(values.size()))
      all.refuse();
    return {static_cast<std::int64_t>(sides[0]), static_cast<std::int64_t>(sides[1]), values};
  }
  throw EnvironmentError(fmt::format("'{}' has no matrix '{}'", file, name));
}

void unpack_olivetti(const std::filesystem::path& mat, const std::filesystem::path& folder) {
  constexpr int kSide = 64, kPictures = 10;
  const auto bytes = read_bytes(mat);
  if (const auto* reason = std::get_if<std::string>(&bytes))
    throw EnvironmentError(fmt::format("cannot read '{}': {}", mat.string(), *reason));
  const MatlabMatrix faces =
      read_matlab_matrix(std::get<std::vector<std::uint8_t>>(bytes), "faces", mat.string());
  if (faces.rows != kSide * kSide || faces.columns % kPictures != 0)
    throw EnvironmentError(fmt::format("'{}': its faces are {} x {}, not 4096 by ten each", mat.string(),
                                       faces.rows, faces.columns));
  for (std::int64_t face = 0; face < faces.columns; ++face) {
    cv::Mat3b picture(kSide, kSide);
    for (int i = 0; i < kSide * kSide; ++i) {
      const double value = faces.values[static_cast<std::size_t>(face * faces.rows + i)];
      const auto grey =
          static_cast<uchar>(std::clamp(std::lround(std::isfinite(value) ? value : 0), 0L, 255L));
      picture(i % kSide, i / kSide) = {grey, grey, grey};  // a picture too goes by columns
    }
    cv::resize(picture, picture, {}, 2, 2, cv::INTER_CUBIC);
    const auto place = folder / fmt::format("s{:02}", face / kPictures + 1) /
                       fmt::format("{:02}.png", face % kPictures + 1);
    std::filesystem::create_directories(place.parent_path());
    write_image(place, Image(picture));
  }
}

}  // namespace robench
