// SPDX-License-Identifier: Apache-2.0
// Lossy WebP (RFC 6386, the key frames of VP8): blocks predicted from their neighbours and a loop filter
// over their edges, so that low quality smears where JPEG breaks into blocks. By libwebp with its
// default settings but quality; colour is always halved both ways.
#include <webp/decode.h>
#include <webp/encode.h>

#include "perturb/error.h"
#include "perturb/perturbation.h"
#include "perturb/picture_parts.h"

namespace robench::perturbations {
namespace {

struct Encoded {
  WebPPicture picture{};
  WebPMemoryWriter bytes{};
  Encoded() {
    WebPPictureInit(&picture);
    WebPMemoryWriterInit(&bytes);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &bytes;
  }
  ~Encoded() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&bytes);
  }
  Encoded(const Encoded&) = delete;
  Encoded& operator=(const Encoded&) = delete;
};

Image coded(const Image& image, const WebPConfig& config) {
  Encoded encoded;
  encoded.picture.width = image.width();
  encoded.picture.height = image.height();
  if (!WebPPictureImportBGR(&encoded.picture, image.bgr().data, static_cast<int>(image.bgr().step)) ||
      !WebPEncode(&config, &encoded.picture))
    return image;
  cv::Mat out(image.height(), image.width(), CV_8UC3);
  const std::size_t size = out.step * static_cast<std::size_t>(out.rows);
  WebPDecodeBGRInto(encoded.bytes.mem, encoded.bytes.size, out.data, size, static_cast<int>(out.step));
  return Image(out);
}

}  // namespace

PerturbationSpec webp() {
  PerturbationSpec spec;
  spec.name = "webp";
  spec.summary = "WebP at low quality: smeared detail, flat skin";
  spec.params = {{.name = "quality",
                  .unit = "WebP quality",
                  .summary = "quality setting of libwebp",
                  .min = 0,
                  .max = 100}};
  spec.strength = "quality";
  spec.ladder = {40, 20, 10, 4, 0};
  spec.ladder_source = "own: about halved from step to step, down to the lowest setting";
  spec.no_neutral_reason = "even quality 100 halves the resolution of colour and rounds coefficients";
  spec.depends_on_pixels_reason =
      "blocks are 4 to 16 pixels of the picture, so a larger face loses less";
  spec.make = [](const Params& params) -> Perturber {
    WebPConfig config;
    const auto quality = static_cast<float>(params.number("quality"));
    const bool same_library = WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, quality) != 0;
    ROBENCH_ASSERT(same_library);  // false where the header is of another libwebp
    return [config](const Image& image, const Frame&, const RandomStream&) {
      return changed_in_parts(image, WEBP_MAX_DIMENSION,
                              [&](const Image& part) { return coded(part, config); });
    };
  };
  return spec;
}

}  // namespace robench::perturbations
