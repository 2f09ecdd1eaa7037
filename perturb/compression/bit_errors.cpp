// SPDX-License-Identifier: Apache-2.0
// A JPEG file with wrong bits, from a bad memory card or a radio link without error correction. A wrong
// bit in a Huffman-coded scan (ITU-T T.81, F.1.2) puts the decoder out of step: what follows is garbage
// of wrong brightness and colour until the next restart marker (E.2.4), where it finds its step again.
// The strength is the number of wrong bits. Their places are drawn one after the other, so those of a
// lower severity are among those of a higher one; headers and restart markers are spared, so that there
// always is a picture.
#include <algorithm>
#include <set>

#include "perturb/compression/parts/jpeg_scan.h"
#include "perturb/jpeg_codec.h"
#include "perturb/perturbation.h"
#include "perturb/picture_parts.h"

namespace robench::perturbations {
namespace {

void flip_bits(std::vector<std::uint8_t>& stream, std::size_t errors, const RandomStream& random) {
  const std::vector<std::size_t> bytes = entropy_coded_bytes(stream);
  const std::size_t bits = 8 * bytes.size();
  std::set<std::size_t> flipped;
  for (std::uint64_t i = 0; flipped.size() < std::min(errors, bits); ++i) {
    const auto bit = static_cast<std::size_t>(random.uniform(i) * static_cast<double>(bits));
    if (flipped.insert(bit).second)
      stream[bytes[bit / 8]] ^= static_cast<std::uint8_t>(0x80U >> bit % 8);
  }
}

}  // namespace

PerturbationSpec bit_errors() {
  PerturbationSpec spec;
  spec.name = "bit_errors";
  spec.summary = "wrong bits in a JPEG file: rows of shifted, miscoloured blocks";
  spec.params = {{.name = "errors",
                  .kind = ParamKind::integer,
                  .unit = "bits",
                  .summary = "number of wrong bits among the coded ones",
                  .min = 0,
                  .max = 1000},
                 {.name = "restart_rows",
                  .kind = ParamKind::integer,
                  .unit = "rows of blocks",
                  .summary = "restart markers stand so far apart; 0 = none",
                  .min = 0,
                  .max = 1000,
                  .default_value = 1.0},
                 jpeg_quality_param(90),
                 subsampling_param()};
  spec.strength = "errors";
  spec.ladder = {4, 10, 25, 60, 150};
  spec.ladder_source =
      "own: about 2.5 times as many at each step; 25 are some 3 in 10,000 bits of a 250 px crop";
  spec.no_neutral_reason = "without errors there still is the JPEG";
  spec.not_monotone_reason =
      "a further wrong bit in a spoilt row of blocks makes other garbage of it, not always more; the "
      "mean over "
      "pictures grows";
  spec.random = true;
  spec.depends_on_pixels_reason = "a wrong bit spoils a row of blocks, 16 pixels of the picture high";
  spec.make = [](const Params& params) -> Perturber {
    const JpegSettings settings{.quality = params.number("quality"),
                                .chroma = subsampling_of(params),
                                .restart_rows = static_cast<int>(params.number("restart_rows"))};
    return [settings, errors = static_cast<std::size_t>(params.number("errors"))](
               const Image& image, const Frame&, const RandomStream& random) {
      return changed_in_parts(image, kMaxJpegSide, [&](const Image& part) {
        std::vector<std::uint8_t> stream = encode_jpeg(part, settings);
        flip_bits(stream, errors, random);
        return decode_jpeg(stream).value_or(part);
      });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
