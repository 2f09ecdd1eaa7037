// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: on the files named, or on a number of seeded random inputs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "perturb/random_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::uint8_t> random_input(std::uint64_t number) {
  const robench::RandomStream stream(number, "fuzz", "", "", 0);
  std::vector<std::uint8_t> bytes(64 + stream.block(0)[0] % 4096);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(stream.block(1 + i / 16)[i / 4 % 4] >> (8 * (i % 4)));
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: fuzz_perturb COUNT [FIRST] | FILE...\n", stderr);
    return 2;
  }
  const std::uint64_t count = std::strtoull(argv[1], nullptr, 10);
  if (count > 0) {
    const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
    for (std::uint64_t i = first; i < first + count; ++i) {
      const std::vector<std::uint8_t> input = random_input(i);
      LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%llu inputs, none crashed\n", static_cast<unsigned long long>(count));
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return 0;
}
