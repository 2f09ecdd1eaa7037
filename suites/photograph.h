// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "models/sample.h"
#include "perturb/image.h"

namespace robench {

/// A sample of `data: { probes: N }`: it has no file, its picture is generated.
[[nodiscard]] bool is_probe(const Sample& sample);
/// Probe `number`, from 0, as a sample with its landmarks: "probe_0000".
[[nodiscard]] Sample probe_sample(std::uint32_t number);

/// The photograph of a sample, read from its file or generated; or the reason why there is none.
[[nodiscard]] std::variant<Image, std::string> photograph_of(const Sample& sample);
/// SHA-256 of the file's bytes, of a probe's pixels; "" where the file cannot be read.
[[nodiscard]] std::string photograph_sha256(const Sample& sample);
/// Of each sample, in parallel and with progress. Throws Interrupted.
[[nodiscard]] std::vector<std::string> hash_photographs(const std::vector<Sample>& samples);

}  // namespace robench
