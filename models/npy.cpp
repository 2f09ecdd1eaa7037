// SPDX-License-Identifier: Apache-2.0
// NumPy's array format (numpy.lib.format), the part of it that holds 32-bit float matrices.
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "models/store.h"

namespace robench {
namespace {

using namespace std::string_view_literals;

static_assert(std::endian::native == std::endian::little, "the files are little-endian");

constexpr std::string_view kMagic = "\x93NUMPY\x01\x00"sv;  // version 1.0
constexpr std::size_t kPreamble = kMagic.size() + 2;        // and the header's length, 16 bit
constexpr std::size_t kAlignment = 64;                      // of the first number
constexpr std::uint64_t kMaxCount = 1U << 31;               // of rows and columns

/// Takes `text` off the front of `rest`. False: something else stands there.
bool take(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

bool take(std::string_view& rest, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

struct Shape {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
};

/// NumPy writes the keys sorted and in this spelling; a file that differs is not one of ours.
std::optional<Shape> parse_header(std::string_view header) {
  Shape shape;
  const bool matches = take(header, "{'descr': '<f4', 'fortran_order': False, 'shape': (") &&
                       take(header, shape.rows) && take(header, ", ") && take(header, shape.columns) &&
                       take(header, "), }");
  const bool padded = header.ends_with('\n') && header.find_first_not_of(' ') == header.size() - 1;
  if (!matches || !padded || shape.rows > kMaxCount || shape.columns > kMaxCount) return std::nullopt;
  return shape;
}

/// The shape's numbers are exactly `byte_count` bytes.
bool fits(const Shape& shape, std::size_t byte_count) {
  return byte_count % sizeof(float) == 0 && shape.rows * shape.columns == byte_count / sizeof(float);
}

}  // namespace

std::string npy_bytes(const EmbeddingMatrix& matrix) {
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}",
                                   matrix.rows(), matrix.cols());
  const std::size_t unpadded = kPreamble + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string bytes(kMagic);
  bytes += static_cast<char>(header.size() % 256);
  bytes += static_cast<char>(header.size() / 256);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(matrix.data()),
               static_cast<std::size_t>(matrix.size()) * sizeof(float));
  return bytes;
}

std::optional<EmbeddingMatrix> parse_npy(std::string_view bytes) {
  if (bytes.size() < kPreamble || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::size_t header_size = static_cast<unsigned char>(bytes[kMagic.size()]) +
                                  256U * static_cast<unsigned char>(bytes[kMagic.size() + 1]);
  bytes.remove_prefix(kPreamble);
  if (header_size == 0 || bytes.size() < header_size) return std::nullopt;
  const std::optional<Shape> shape = parse_header(bytes.substr(0, header_size));
  bytes.remove_prefix(header_size);
  if (!shape || !fits(*shape, bytes.size())) return std::nullopt;

  EmbeddingMatrix matrix(static_cast<Eigen::Index>(shape->rows),
                         static_cast<Eigen::Index>(shape->columns));
  if (!bytes.empty()) std::memcpy(matrix.data(), bytes.data(), bytes.size());
  return matrix;
}

}  // namespace robench
