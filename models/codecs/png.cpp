// SPDX-License-Identifier: Apache-2.0
// PNG by libpng itself and not through OpenCV, which prints libpng's warnings to the terminal (one for
// each picture with a usual but slightly wrong colour profile).
#include <png.h>

#include "models/codec_module.h"
#include "models/codecs/formats.h"

namespace robench::codecs {
namespace {

/// libpng's simplified reader, released in any case.
class Reader {
 public:
  Reader() { image_.version = PNG_IMAGE_VERSION; }
  ~Reader() { png_image_free(&image_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header(Bytes bytes) {
    return png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) != 0;
  }
  /// Requires: read_header() succeeded; `bgra` has the size of the picture.
  bool read_pixels(cv::Mat& bgra) {
    image_.format = PNG_FORMAT_BGRA;
    // Without a gamma of its own a 16-bit file would be taken as linear light.
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    return png_image_finish_read(&image_, nullptr, bgra.data, static_cast<png_int_32>(bgra.step),
                                 nullptr) != 0;
  }
  [[nodiscard]] png_uint_32 width() const { return image_.width; }
  [[nodiscard]] png_uint_32 height() const { return image_.height; }
  [[nodiscard]] const char* message() const { return image_.message; }

 private:
  png_image image_{};
};

}  // namespace

cv::Mat decode_png(Bytes bytes, std::string& reason) {
  reason = "broken PNG: ";
  Reader reader;
  if (!reader.read_header(bytes)) {
    reason += reader.message();
    return {};
  }
  if (too_many_pixels(reader.width(), reader.height())) {
    reason += kTooManyPixels;
    return {};
  }
  cv::Mat bgra(static_cast<int>(reader.height()), static_cast<int>(reader.width()), CV_8UC4);
  if (!reader.read_pixels(bgra)) {
    reason += reader.message();
    return {};
  }
  return bgra;
}

}  // namespace robench::codecs
