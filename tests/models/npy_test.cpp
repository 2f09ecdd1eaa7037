// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "models/store.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

using namespace std::string_literals;

EmbeddingMatrix counting(int rows, int columns) {
  EmbeddingMatrix matrix(rows, columns);
  for (int i = 0; i < rows * columns; ++i) matrix.data()[i] = static_cast<float>(i) / 8;
  return matrix;
}

/// A file of version 1.0 with any header text.
std::string with_header(const std::string& header, const std::string& data) {
  return "\x93NUMPY\x01\x00"s + static_cast<char>(header.size() % 256) +
         static_cast<char>(header.size() / 256) + header + data;
}

TEST_SUITE("models") {
  TEST_CASE("npy: the bytes are those of numpy.save") {
    // numpy.save(file, numpy.float32([[0, 0.125]])): 128 bytes of header, then the numbers.
    const std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    const std::string header = dictionary + std::string(118 - dictionary.size() - 1, ' ') + "\n";
    const std::string numbers = "\0\0\0\0\0\0\0\x3e"s;
    CHECK(npy_bytes(counting(1, 2)) == "\x93NUMPY\x01\x00v\x00"s + header + numbers);
  }

  TEST_CASE("npy: numbers begin at a multiple of 64 bytes, whatever the shape") {
    for (const int rows : {0, 1, 9, 10, 99, 100, 1024, 100000}) {
      const std::string bytes = npy_bytes(counting(rows, 3));
      CHECK((bytes.size() - static_cast<std::size_t>(rows) * 3 * 4) % 64 == 0);
    }
  }

  TEST_CASE("npy: round trip, bit by bit") {
    EmbeddingMatrix matrix = counting(7, 5);
    matrix(0, 0) = std::numeric_limits<float>::quiet_NaN();
    matrix(1, 1) = -std::numeric_limits<float>::infinity();
    matrix(2, 2) = std::numeric_limits<float>::denorm_min();
    matrix(3, 3) = -0.0F;
    const auto read = parse_npy(npy_bytes(matrix));
    REQUIRE(read);
    REQUIRE(read->rows() == 7);
    REQUIRE(read->cols() == 5);
    CHECK(std::memcmp(read->data(), matrix.data(), 7 * 5 * sizeof(float)) == 0);
    const auto empty = parse_npy(npy_bytes(EmbeddingMatrix(0, 128)));
    REQUIRE(empty);
    CHECK(empty->rows() == 0);
    CHECK(empty->cols() == 128);
  }

  TEST_CASE("npy: what is not ours reads as nothing") {
    const std::string good = npy_bytes(counting(2, 2));
    const auto header = [](const std::string& type, const std::string& order, const std::string& shape) {
      return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
    };
    const std::string data(16, 'x');
    REQUIRE(parse_npy(good));
    REQUIRE(parse_npy(with_header(header("<f4", "False", "(2, 2)"), data)));

    CHECK_FALSE(parse_npy(""));
    CHECK_FALSE(parse_npy("not an array"));
    CHECK_FALSE(parse_npy("\x93NUMPY\x02\x00"s + good.substr(8)));  // version 2
    CHECK_FALSE(parse_npy(good.substr(0, good.size() - 1)));        // short
    CHECK_FALSE(parse_npy(good + "x"));                             // long
    CHECK_FALSE(parse_npy(with_header(header("<f4", "True", "(2, 2)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f8", "False", "(1, 2)"), data)));
    CHECK_FALSE(parse_npy(with_header(header(">f4", "False", "(2, 2)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(4,)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(2, 2, 1)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(-2, -2)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(2, 3)"), data)));
    CHECK_FALSE(
        parse_npy(with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", data)));
    // Products that wrap around 2^64 to 4 and to 0, and a number that does not fit.
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(9223372036854775810, 2)"), data)));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(4294967296, 4294967296)"), "")));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(9223372036854775808, 0)"), "")));
    CHECK_FALSE(parse_npy(with_header(header("<f4", "False", "(99999999999999999999, 1)"), data)));
  }

  TEST_CASE("npy: every shortened and many a damaged file is handled") {
    const std::string good = npy_bytes(counting(3, 4));
    for (std::size_t length = 0; length < good.size(); ++length)
      CHECK_FALSE(parse_npy(std::string_view(good).substr(0, length)));
    const RandomStream random(1, "npy_test", "", "", 0);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      std::string damaged = good;
      damaged[static_cast<std::size_t>(128 * random.uniform(2 * i))] =
          static_cast<char>(256 * random.uniform(2 * i + 1));
      const auto read = parse_npy(damaged);  // must not crash; a changed digit can only fail
      if (read) CHECK(read->size() == 12);
    }
  }
}

}  // namespace
}  // namespace robench
