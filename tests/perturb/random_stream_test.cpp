// SPDX-License-Identifier: Apache-2.0
#include "perturb/random_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

using namespace robench;

namespace {

RandomStream stream_of(std::uint64_t seed = 1) { return {seed, "low_light", "gain=0.5", "a/b.jpg", 0}; }

std::vector<float> normals(const RandomStream& stream, std::uint64_t first, std::size_t count) {
  std::vector<float> values(count);
  stream.fill_normal(first, values.data(), count);
  return values;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("Philox4x32-10 gives the known answers of Random123's kat_vectors") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every part of the key changes the numbers") {
  const std::array<std::uint32_t, 4> base = RandomStream(1, "a", "p", "s", 0).block(0);
  CHECK(RandomStream(1, "a", "p", "s", 0).block(0) == base);
  CHECK(RandomStream(2, "a", "p", "s", 0).block(0) != base);
  CHECK(RandomStream(1, "b", "p", "s", 0).block(0) != base);
  CHECK(RandomStream(1, "a", "q", "s", 0).block(0) != base);
  CHECK(RandomStream(1, "a", "p", "t", 0).block(0) != base);
  CHECK(RandomStream(1, "a", "p", "s", 1).block(0) != base);
  CHECK(RandomStream(1, "a", "p", "s", 0).fork("x").block(0) != base);
  CHECK(RandomStream(1, "a", "p", "s", 0).block(1) != base);
  CHECK(RandomStream(1, "a", "p", "s", 0).block(std::uint64_t{1} << 32) != base);
}

TEST_CASE("texts of the key cannot run into each other") {
  CHECK(RandomStream(1, "ab", "c", "s", 0).block(0) != RandomStream(1, "a", "bc", "s", 0).block(0));
  CHECK(RandomStream(1, "a", "", "s", 0).block(0) != RandomStream(1, "", "a", "s", 0).block(0));
  const RandomStream stream = stream_of();
  CHECK(stream.fork("a").fork("b").block(0) != stream.fork("ab").block(0));
}

TEST_CASE("uniform numbers lie in [0, 1) and fill it evenly") {
  const RandomStream stream = stream_of();
  constexpr int kBins = 64;
  constexpr int kDraws = 64000;
  std::array<int, kBins> hits{};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double value = stream.uniform(i);
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    ++hits[static_cast<std::size_t>(value * kBins)];
  }
  double chi_squared = 0;
  for (const int hit : hits) chi_squared += std::pow(hit - 1000.0, 2) / 1000.0;
  CHECK(chi_squared > 31);   // 63 degrees of freedom: 0.02 % lie below,
  CHECK(chi_squared < 113);  // 0.01 % above
  CHECK(stream.uniform(5, -3, 7) == -3 + 10 * stream.uniform(5));
}

TEST_CASE("normal numbers have the moments and the tails of the standard normal") {
  constexpr std::size_t kCount = 400000;
  const std::vector<float> values = normals(stream_of(3), 0, kCount);
  double sum = 0, squares = 0, fourths = 0, products = 0;
  int beyond_two = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double z = values[i];
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
    products += z * values[i ^ 1];  // with its partner of the same pair of words
    beyond_two += std::abs(z) > 2;
    REQUIRE(std::abs(z) < 5.8);
  }
  // Each tolerance is four standard errors.
  CHECK(std::abs(sum / kCount) < 4 * std::sqrt(1.0 / kCount));
  CHECK(std::abs(squares / kCount - 1) < 4 * std::sqrt(2.0 / kCount));
  CHECK(std::abs(fourths / kCount - 3) < 4 * std::sqrt(96.0 / kCount));
  CHECK(std::abs(products / kCount) < 4 * std::sqrt(2.0 / kCount));
  CHECK(std::abs(beyond_two / double{kCount} - 0.045500) < 4 * std::sqrt(0.0455 * 0.9545 / kCount));
}

TEST_CASE("a field of normals is the numbers one by one, wherever it begins or is cut") {
  const RandomStream stream = stream_of();
  const std::vector<float> field = normals(stream, 0, 1003);
  for (std::size_t i = 0; i < field.size(); ++i)
    REQUIRE(field[i] == static_cast<float>(stream.normal(i)));
  for (const std::size_t first : {4U, 128U, 252U, 256U, 600U}) {
    const std::vector<float> part = normals(stream, first, 401);
    CHECK(std::equal(part.begin(), part.end(), field.begin() + static_cast<std::ptrdiff_t>(first)));
  }
}

TEST_CASE("a field may cross the carry of the counter's lower word") {
  const RandomStream stream = stream_of();
  const std::uint64_t first = (std::uint64_t{1} << 34) - 8;
  const std::vector<float> field = normals(stream, first, 16);
  for (std::size_t i = 0; i < field.size(); ++i)
    CHECK(field[i] == static_cast<float>(stream.normal(first + i)));
}

TEST_CASE("fill_words gives the words of the blocks, wherever it begins") {
  const RandomStream stream(7, "words", "", "sample", 0);
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{12}, std::uint64_t{1024}}) {
    std::vector<std::uint32_t> words(700);
    stream.fill_words(first, words.data(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::uint64_t index = first + i;
      REQUIRE(words[i] == stream.block(index / 4)[index % 4]);
    }
  }
}

TEST_SUITE_END();
