// SPDX-License-Identifier: Apache-2.0
#include "perturb/random_stream.h"

#include <Random123/philox.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "perturb/error.h"
#include "perturb/vector_clones.h"

namespace robench {
namespace {

constexpr std::uint64_t kFnvOffset = 0xCBF29CE484222325U;
constexpr std::uint64_t kFnvPrime = 0x00000100000001B3U;

// FNV-1a, 64 bits (Fowler, Noll, Vo), over parts that cannot run into each other: each text is
// preceded by its length, so ("ab", "c") and ("a", "bc") differ.
class KeyHash {
 public:
  explicit KeyHash(std::uint64_t start = kFnvOffset) : state_(start) {}
  KeyHash& number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  KeyHash& text(std::string_view value) {
    number(value.size());
    for (const char c : value) byte(static_cast<std::uint8_t>(c));
    return *this;
  }
  /// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): FNV alone leaves the high bits poorly mixed.
  [[nodiscard]] std::uint64_t result() const {
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

 private:
  void byte(std::uint8_t value) { state_ = (state_ ^ value) * kFnvPrime; }
  std::uint64_t state_;
};

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_word(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

// Blocks made together, so that the compiler works on several at once.
constexpr std::size_t kBatch = 64;
using Words = std::array<std::uint32_t, kBatch>;
using Floats = std::array<float, kBatch>;

struct WordBatch {
  std::array<Words, 4> word;  // word[w][b] = word w of block b
};

// One round of Philox4x32 on every block; written out over the batch because Random123's own function,
// which makes one block, does not vectorise.
inline void philox_round(std::array<Words, 4>& word, std::uint32_t key0, std::uint32_t key1) {
  for (std::size_t b = 0; b < kBatch; ++b) {
    const std::uint64_t product0 = std::uint64_t{PHILOX_M4x32_0} * word[0][b];
    const std::uint64_t product1 = std::uint64_t{PHILOX_M4x32_1} * word[2][b];
    word[0][b] = high_word(product1) ^ word[1][b] ^ key0;
    word[1][b] = low_word(product1);
    word[2][b] = high_word(product0) ^ word[3][b] ^ key1;
    word[3][b] = low_word(product0);
  }
}

// Requires: first and first + kBatch share their upper 32 bits.
inline void make_words(std::uint64_t key, std::uint64_t domain, std::uint64_t first, WordBatch& batch) {
  for (std::uint32_t b = 0; b < kBatch; ++b) {
    batch.word[0][b] = low_word(first) + b;
    batch.word[1][b] = high_word(first);
    batch.word[2][b] = low_word(domain);
    batch.word[3][b] = high_word(domain);
  }
  std::uint32_t key0 = low_word(key);
  std::uint32_t key1 = high_word(key);
  for (int round = 0; round < 10; ++round) {
    philox_round(batch.word, key0, key1);
    key0 += PHILOX_W32_0;
    key1 += PHILOX_W32_1;
  }
}

// The three functions below are written out, not taken from <cmath>, so that they vectorise and so
// that their bits do not depend on the C library. Polynomials: Cephes logf, sinf, cosf (S. Moshier);
// errors below 1e-6, far under what 24-bit uniforms resolve.

// Natural logarithm of x in [2^-24, 1].
inline float log_of_unit(float x) {
  constexpr std::int32_t kSqrtHalf = 0x3F3504F3;  // bits of sqrt(0.5)
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t exponent = (bits - kSqrtHalf) >> 23;
  const float m = std::bit_cast<float>(bits - exponent * (1 << 23)) - 1.0F;  // mantissa - 1
  const float e = static_cast<float>(exponent);
  float p = 7.0376836292e-2F;
  p = p * m - 1.1514610310e-1F;
  p = p * m + 1.1676998740e-1F;
  p = p * m - 1.2420140846e-1F;
  p = p * m + 1.4249322787e-1F;
  p = p * m - 1.6668057665e-1F;
  p = p * m + 2.0000714765e-1F;
  p = p * m - 2.4999993993e-1F;
  p = p * m + 3.3333331174e-1F;
  const float square = m * m;
  return m + (p * m * square - 0.5F * square) + e * std::numbers::ln2_v<float>;
}

// Two independent standard normals from two words (Box and Muller 1958).
inline void box_muller(std::uint32_t radius_word, std::uint32_t angle_word, float& first,
                       float& second) {
  constexpr float kUnit = 1.0F / 16777216.0F;  // 2^-24
  const auto steps = static_cast<std::int32_t>(radius_word >> 8) + 1;
  const float radius = std::sqrt(-2.0F * log_of_unit(static_cast<float>(steps) * kUnit));

  // The turn in quarters: nearest whole quarter q, and the rest in [-pi/4, pi/4].
  const auto turn = static_cast<std::int32_t>(angle_word >> 8);
  const std::int32_t quarter = (turn + (1 << 21)) >> 22;
  const float rest =
      static_cast<float>(turn - quarter * (1 << 22)) * (std::numbers::pi_v<float> / 2.0F / 4194304.0F);
  const float square = rest * rest;
  const float sine =
      rest +
      rest * square * ((-1.9515295891e-4F * square + 8.3321608736e-3F) * square - 1.6666654611e-1F);
  const float cosine =
      1.0F - 0.5F * square +
      square * square *
          ((2.443315711809948e-5F * square - 1.388731625493765e-3F) * square + 4.166664568298827e-2F);

  const bool swapped = (quarter & 1) != 0;
  const float x = swapped ? sine : cosine;
  const float y = swapped ? cosine : sine;
  const auto x_sign = static_cast<float>(1 - ((quarter + 1) & 2));
  const auto y_sign = static_cast<float>(1 - (quarter & 2));
  first = radius * x * x_sign;
  second = radius * y * y_sign;
}

// The 4 * kBatch normals from block `first` on, block by block.
ROBENCH_VECTOR_CLONES void make_normals(std::uint64_t key, std::uint64_t domain, std::uint64_t first,
                                        float* in_order) {
  WordBatch batch;
  make_words(key, domain, first, batch);
  std::array<Floats, 4> normal;
  for (std::size_t b = 0; b < kBatch; ++b) {
    box_muller(batch.word[0][b], batch.word[1][b], normal[0][b], normal[1][b]);
  }
  for (std::size_t b = 0; b < kBatch; ++b) {
    box_muller(batch.word[2][b], batch.word[3][b], normal[2][b], normal[3][b]);
  }
  for (std::size_t b = 0; b < kBatch; ++b) {
    for (std::size_t w = 0; w < 4; ++w) in_order[4 * b + w] = normal[w][b];
  }
}

// The same for plain words.
ROBENCH_VECTOR_CLONES void make_uniform_bits(std::uint64_t key, std::uint64_t domain,
                                             std::uint64_t first, std::uint32_t* in_order) {
  WordBatch batch;
  make_words(key, domain, first, batch);
  for (std::size_t b = 0; b < kBatch; ++b) {
    for (std::size_t w = 0; w < 4; ++w) in_order[4 * b + w] = batch.word[w][b];
  }
}

// Numbers first to first + count, made by `make_batch(first_block, out)` 4 * kBatch at a time.
// Batches begin at multiples of kBatch, so that a batch never crosses a carry of the counter.
template <typename Number, typename MakeBatch>
void fill(std::uint64_t first, Number* out, std::size_t count, const MakeBatch& make_batch) {
  ROBENCH_ASSERT(first % 4 == 0);
  std::array<Number, 4 * kBatch> batch;
  std::uint64_t block_index = first / 4;
  while (count > 0) {
    const std::size_t skip = block_index % kBatch;
    make_batch(block_index - skip, batch.data());
    const std::size_t taken = std::min(count, 4 * (kBatch - skip));
    std::copy_n(batch.begin() + static_cast<std::ptrdiff_t>(4 * skip), taken, out);
    out += taken;
    count -= taken;
    block_index += kBatch - skip;
  }
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view perturbation,
                           std::string_view params_without_strength, std::string_view sample_key,
                           int repetition)
    : key_(KeyHash().number(seed).text(perturbation).text(params_without_strength).result()),
      domain_(KeyHash().text(sample_key).number(static_cast<std::uint64_t>(repetition)).result()) {}

RandomStream RandomStream::fork(std::string_view purpose) const {
  return {key_, KeyHash().number(domain_).text(purpose).result()};
}

std::array<std::uint32_t, 4> RandomStream::block(std::uint64_t index) const {
  return philox4x32_10({low_word(index), high_word(index), low_word(domain_), high_word(domain_)},
                       {low_word(key_), high_word(key_)});
}

double RandomStream::uniform(std::uint64_t index) const {
  const std::array<std::uint32_t, 4> words = block(index / 2);
  const std::size_t half = 2 * (index % 2);
  const std::uint64_t bits = (std::uint64_t{words[half + 1]} << 32) | words[half];
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double RandomStream::uniform(std::uint64_t index, double low, double high) const {
  return low + (high - low) * uniform(index);
}

double RandomStream::normal(std::uint64_t index) const {
  const std::array<std::uint32_t, 4> words = block(index / 4);
  const std::size_t pair = index % 4 / 2;
  float first = 0;
  float second = 0;
  box_muller(words[2 * pair], words[2 * pair + 1], first, second);
  return index % 2 == 0 ? first : second;
}

void RandomStream::fill_normal(std::uint64_t first, float* out, std::size_t count) const {
  fill(first, out, count, [this](std::uint64_t first_block, float* batch) {
    make_normals(key_, domain_, first_block, batch);
  });
}

void RandomStream::fill_words(std::uint64_t first, std::uint32_t* out, std::size_t count) const {
  fill(first, out, count, [this](std::uint64_t first_block, std::uint32_t* batch) {
    make_uniform_bits(key_, domain_, first_block, batch);
  });
}

std::array<std::uint32_t, 4> philox4x32_10(const std::array<std::uint32_t, 4>& counter,
                                           const std::array<std::uint32_t, 2>& key) {
  const philox4x32_ctr_t words =
      philox4x32_R(10, {{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words.v[0], words.v[1], words.v[2], words.v[3]};
}

}  // namespace robench
