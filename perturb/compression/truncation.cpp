// SPDX-License-Identifier: Apache-2.0
// A JPEG file that breaks off, from an upload that was cut or a card that was full: blocks are coded
// from top to bottom (ITU-T T.81, A.2), so what was lost is the lower part, which decoders leave grey.
// The strength is the share of the coded bytes that is missing, so how much of the face is gone also
// depends on how the detail is spread over the picture.
#include <cmath>

#include "perturb/compression/parts/jpeg_scan.h"
#include "perturb/jpeg_codec.h"
#include "perturb/perturbation.h"
#include "perturb/picture_parts.h"

namespace robench::perturbations {
namespace {

void cut_off(std::vector<std::uint8_t>& stream, double share) {
  const std::vector<std::size_t> bytes = entropy_coded_bytes(stream);
  const auto kept =
      static_cast<std::size_t>(std::lround((1 - share) * static_cast<double>(bytes.size())));
  if (kept < bytes.size()) stream.resize(bytes[kept]);
}

}  // namespace

PerturbationSpec truncation() {
  PerturbationSpec spec;
  spec.name = "truncation";
  spec.summary = "a JPEG file that breaks off: the lower part of the picture is grey";
  spec.params = {{.name = "lost",
                  .unit = "share",
                  .summary = "share of the coded bytes that is missing",
                  .min = 0,
                  .max = 1},
                 jpeg_quality_param(90),
                 subsampling_param()};
  spec.keeps_grey = true;
  spec.strength = "lost";
  spec.ladder = {0.1, 0.2, 0.3, 0.4, 0.5};
  spec.ladder_source = "own: equal steps; in a face crop they reach from the neck to the nose";
  spec.no_neutral_reason = "without loss there still is the JPEG";
  spec.depends_on_pixels_reason = "the picture breaks off at a block, 8 or 16 pixels wide and high";
  spec.make = [](const Params& params) -> Perturber {
    const JpegSettings settings{.quality = params.number("quality"), .chroma = subsampling_of(params)};
    return
        [settings, lost = params.number("lost")](const Image& image, const Frame&, const RandomStream&) {
          return changed_in_parts(image, kMaxJpegSide, [&](const Image& part) {
            std::vector<std::uint8_t> stream = encode_jpeg(part, settings);
            cut_off(stream, lost);
            return decode_jpeg(stream).value_or(part);
          });
        };
  };
  return spec;
}

}  // namespace robench::perturbations
