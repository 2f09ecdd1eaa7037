// SPDX-License-Identifier: Apache-2.0
// Baseline JPEG (ITU-T T.81) in memory by libjpeg-turbo: what every JPEG perturbation shares.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "perturb/image.h"
#include "perturb/params.h"

namespace robench {

/// Longest side that libjpeg accepts (JPEG_MAX_DIMENSION).
inline constexpr int kMaxJpegSide = 65500;

/// Colour resolution: full, halved across, halved both ways.
enum class ChromaSubsampling { s444, s422, s420 };

struct JpegSettings {
  /// The IJG's scale, 1 to 100: the tables of T.81 Annex K times 50/quality below 50 and times
  /// (100 - quality)/50 from there, in whole per cent. Between whole numbers the same formula holds.
  double quality = 75;
  ChromaSubsampling chroma = ChromaSubsampling::s420;
  int restart_rows = 0;  // a restart marker after so many rows of blocks; 0 = none
};

/// The stream of `image`, with the standard Huffman tables. Integer transform (JDCT_ISLOW), which is the
/// same with and without SIMD. Requires: no side longer than kMaxJpegSide.
[[nodiscard]] std::vector<std::uint8_t> encode_jpeg(const Image& image, const JpegSettings& settings);

/// As much of a stream as can be decoded; the rest is mid-grey. Damage is neither reported nor printed.
/// Absent only where the header cannot be read. Integer transform, smooth chroma upsampling.
[[nodiscard]] std::optional<Image> decode_jpeg(std::span<const std::uint8_t> stream);

/// Encoded and decoded, in parts where the picture is too large for one stream.
[[nodiscard]] Image jpeg_coded(const Image& image, const JpegSettings& settings);

/// Parameter `subsampling` of the JPEG perturbations, and its value.
[[nodiscard]] ParamSpec subsampling_param();
[[nodiscard]] ChromaSubsampling subsampling_of(const Params& params);
/// Parameter `quality` where it is not the strength.
[[nodiscard]] ParamSpec jpeg_quality_param(double default_value);

}  // namespace robench
