// SPDX-License-Identifier: Apache-2.0
#include "suites/photograph.h"

#include <charconv>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "models/codec.h"
#include "models/digest.h"
#include "perturb/error.h"
#include "suites/interrupt.h"
#include "suites/probe_picture.h"
#include "suites/progress.h"

namespace robench {
namespace {

constexpr std::string_view kProbeName = "probe_";

std::uint32_t probe_number(const Sample& sample) {
  std::uint32_t number = 0;
  const char* end = sample.id.data() + sample.id.size();
  const auto read = std::from_chars(sample.id.data() + kProbeName.size(), end, number);
  ROBENCH_ASSERT(read.ec == std::errc() && read.ptr == end);
  return number;
}

}  // namespace

// No file of a user has an empty path: readers refuse one.
bool is_probe(const Sample& sample) { return sample.path.empty() && sample.id.starts_with(kProbeName); }

Sample probe_sample(std::uint32_t number) {
  Sample sample;
  sample.id = sample.photograph = fmt::format("{}{:04}", kProbeName, number);
  sample.landmarks = probe_picture(number).landmarks;
  return sample;
}

std::variant<Image, std::string> photograph_of(const Sample& sample) {
  if (is_probe(sample)) return probe_picture(probe_number(sample)).image;
  return read_image(sample.path);
}

std::string photograph_sha256(const Sample& sample) {
  if (is_probe(sample)) {
    const Image image = probe_picture(probe_number(sample)).image;
    return sha256(
        std::span(image.bgr().ptr<std::uint8_t>(), image.bgr().total() * image.bgr().elemSize()));
  }
  const auto bytes = read_bytes(sample.path);
  if (const auto* content = std::get_if<std::vector<std::uint8_t>>(&bytes)) return sha256(*content);
  return {};
}

std::vector<std::string> hash_photographs(const std::vector<Sample>& samples) {
  std::vector<std::string> hashes(samples.size());
  Progress progress("reading", static_cast<std::int64_t>(samples.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, samples.size(), [&](std::size_t row) {
    if (interrupt_requested()) return;
    hashes[row] = photograph_sha256(samples[row]);
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();
  return hashes;
}

}  // namespace robench
