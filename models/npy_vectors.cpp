// SPDX-License-Identifier: Apache-2.0
#include "models/npy_vectors.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxHeader = 65536;

struct Npy {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::size_t first = 0;  // byte of the first number
};

/// The header's length lies behind the magic and the version: 16 bits in version 1, 32 later.
bool read_header(const std::string& bytes, Npy& npy) {
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12) return false;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const bool first_version = byte(6) == 1;
  const std::size_t start = first_version ? 10 : 12;
  std::size_t length = byte(8) + 256 * byte(9);
  if (!first_version) length += 65536 * byte(10) + 16777216 * byte(11);
  if (length > kMaxHeader || start + length > bytes.size()) return false;
  const std::string header = bytes.substr(start, length);
  std::smatch match;
  if (!std::regex_search(header, match, std::regex("'descr': *'([^']*)'"))) return false;
  npy.descr = match[1];
  if (!std::regex_search(header, match, std::regex("'fortran_order': *(True|False)"))) return false;
  npy.fortran_order = match[1] == "True";
  if (!std::regex_search(header, match, std::regex("'shape': *\\(([0-9, ]*)\\)"))) return false;
  const std::string shape = match[1];
  static const std::regex number("[0-9]{1,12}");
  for (std::sregex_iterator it(shape.begin(), shape.end(), number), end; it != end; ++it)
    npy.shape.push_back(std::stoull(it->str()));
  npy.first = start + length;
  return true;
}

template <typename Number>
EmbeddingMatrix numbers_of(const std::string& bytes, std::size_t first, std::size_t rows, int dim) {
  Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> numbers(
      static_cast<Eigen::Index>(rows), dim);
  std::memcpy(numbers.data(), bytes.data() + first,
              static_cast<std::size_t>(numbers.size()) * sizeof(Number));
  return numbers.template cast<float>();
}

}  // namespace

EmbeddingMatrix read_npy_vectors(const fs::path& file, std::size_t rows, int dim,
                                 const std::string& who) {
  const auto fail = [&](const std::string& what, const std::string& hint = "") {
    throw EnvironmentError(fmt::format("{}: '{}' {}", who, file.string(), what), hint);
  };
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail("was not written");
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  Npy npy;
  if (!read_header(bytes, npy)) fail("is no NumPy file", "numpy.save(FILE, vectors) writes one");
  const bool single = npy.descr == "<f4";
  if (!single && npy.descr != "<f8")
    fail(fmt::format("holds numbers of dtype '{}', expected '<f4' or '<f8'", npy.descr),
         "vectors.astype('float32')");
  if (npy.fortran_order) fail("is in Fortran order", "numpy.ascontiguousarray(vectors)");
  std::uint64_t per_row = 1;
  for (std::size_t axis = 1; axis < npy.shape.size(); ++axis)
    per_row =
        std::min<std::uint64_t>(per_row * std::min<std::uint64_t>(npy.shape[axis], 1U << 20), 1U << 20);
  if (npy.shape.size() < 2 || npy.shape[0] != rows || per_row != static_cast<std::uint64_t>(dim))
    fail(fmt::format("is of shape ({}), expected ({}, {})", fmt::join(npy.shape, ", "), rows, dim),
         "one row for each line of the list, in its order; `dim` as in the card");
  const std::size_t expected = rows * static_cast<std::size_t>(dim) * (single ? 4 : 8);
  if (bytes.size() - npy.first != expected)
    fail(
        fmt::format("is cut off: {} bytes of numbers, expected {}", bytes.size() - npy.first, expected));
  return single ? numbers_of<float>(bytes, npy.first, rows, dim)
                : numbers_of<double>(bytes, npy.first, rows, dim);
}

}  // namespace robench
