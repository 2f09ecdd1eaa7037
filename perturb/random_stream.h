// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace robench {

/// Random numbers by counter (Philox4x32-10; Salmon et al., SC'11): the i-th number is a pure
/// function of the key and of i, so neither thread nor order nor batch can change it.
///
/// A stream is keyed by the suite's seed, the perturbation, its parameters except the strength, the
/// sample and the repetition; a step of a chain also by its place. Strength and model are absent on
/// purpose: all severities share one noise field and all models see the same pixels.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view perturbation,
               std::string_view params_without_strength, std::string_view sample_key, int repetition);

  /// An independent stream for another decision of the same perturbation.
  [[nodiscard]] RandomStream fork(std::string_view purpose) const;

  /// The four 32-bit words of block `index`.
  [[nodiscard]] std::array<std::uint32_t, 4> block(std::uint64_t index) const;

  /// The i-th number, uniform in [0, 1) with 53 bits.
  [[nodiscard]] double uniform(std::uint64_t index) const;
  /// The i-th number, uniform in [low, high).
  [[nodiscard]] double uniform(std::uint64_t index, double low, double high) const;
  /// The i-th number, standard normal; the same bits as from fill_normal. |value| < 5.8.
  [[nodiscard]] double normal(std::uint64_t index) const;
  /// Numbers first, first + 1, ... of a standard normal field, filled fast; element k is a pure
  /// function of the key and of first + k. Requires: first is a multiple of 4.
  void fill_normal(std::uint64_t first, float* out, std::size_t count) const;
  /// Words first, first + 1, ... of uniform bits, filled fast; word k is block(k / 4)[k % 4].
  /// Requires: first is a multiple of 4.
  void fill_words(std::uint64_t first, std::uint32_t* out, std::size_t count) const;

 private:
  RandomStream(std::uint64_t key, std::uint64_t domain) : key_(key), domain_(domain) {}

  std::uint64_t key_;     // Philox key: seed, perturbation, parameters
  std::uint64_t domain_;  // upper half of the counter: sample, repetition, forks
};

/// The generator itself: Philox4x32 with 10 rounds, words in the order of Random123.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32_10(const std::array<std::uint32_t, 4>& counter,
                                                         const std::array<std::uint32_t, 2>& key);

}  // namespace robench
