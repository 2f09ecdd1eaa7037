// SPDX-License-Identifier: Apache-2.0
// libjpeg leaves by longjmp on an error, so the functions that call setjmp hold no object with a
// destructor; their callers own what has to be freed.
#include "perturb/jpeg_codec.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "perturb/error.h"
#include "perturb/picture_parts.h"

namespace robench {
namespace {

struct ErrorManager {
  jpeg_error_mgr base{};
  std::jmp_buf on_error{};
};

[[noreturn]] void jump_out(j_common_ptr info) {
  std::longjmp(reinterpret_cast<ErrorManager*>(info->err)->on_error, 1);
}
void print_nothing(j_common_ptr) {}
void ignore_warning(j_common_ptr, int) {}

jpeg_error_mgr* silenced(ErrorManager& errors) {
  jpeg_error_mgr* base = jpeg_std_error(&errors.base);
  base->error_exit = jump_out;
  base->output_message = print_nothing;
  base->emit_message = ignore_warning;
  return base;
}

struct Encoder {
  ErrorManager errors;
  jpeg_compress_struct info{};
  unsigned char* data = nullptr;
  unsigned long size = 0;
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(data);
  }
};

struct Decoder {
  ErrorManager errors;
  jpeg_decompress_struct info{};
  ~Decoder() { jpeg_destroy_decompress(&info); }
};

int table_per_cent(double quality) {
  return static_cast<int>(quality < 50 ? 5000 / quality : 200 - 2 * quality);
}

bool encode(Encoder& encoder, const Image& image, const JpegSettings& settings) {
  jpeg_compress_struct& info = encoder.info;
  info.err = silenced(encoder.errors);
  if (setjmp(encoder.errors.on_error) != 0) return false;
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &encoder.data, &encoder.size);
  info.image_width = static_cast<JDIMENSION>(image.width());
  info.image_height = static_cast<JDIMENSION>(image.height());
  info.input_components = 3;
  info.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&info);
  jpeg_set_linear_quality(&info, table_per_cent(settings.quality), TRUE);
  info.dct_method = JDCT_ISLOW;
  info.restart_in_rows = settings.restart_rows;
  info.comp_info[0].h_samp_factor = settings.chroma == ChromaSubsampling::s444 ? 1 : 2;
  info.comp_info[0].v_samp_factor = settings.chroma == ChromaSubsampling::s420 ? 2 : 1;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(image.bgr().ptr(static_cast<int>(info.next_scanline)));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  return true;
}

bool read_header(Decoder& decoder, std::span<const std::uint8_t> stream) {
  jpeg_decompress_struct& info = decoder.info;
  info.err = silenced(decoder.errors);
  if (setjmp(decoder.errors.on_error) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, stream.data(), stream.size());
  if (jpeg_read_header(&info, TRUE) != JPEG_HEADER_OK) return false;
  info.out_color_space = JCS_EXT_BGR;
  info.dct_method = JDCT_ISLOW;
  info.do_fancy_upsampling = TRUE;
  return true;
}

// Rows until the end or an error. What follows the last row is not read: damage there is no concern.
void read_rows(Decoder& decoder, cv::Mat& bgr) {
  jpeg_decompress_struct& info = decoder.info;
  if (setjmp(decoder.errors.on_error) != 0) return;
  jpeg_start_decompress(&info);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = bgr.ptr(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg(const Image& image, const JpegSettings& settings) {
  Encoder encoder;
  const bool encoded = encode(encoder, image, settings);
  ROBENCH_ASSERT(encoded);  // settings and sizes are checked before; only memory could be lacking
  return {encoder.data, encoder.data + encoder.size};
}

std::optional<Image> decode_jpeg(std::span<const std::uint8_t> stream) {
  Decoder decoder;
  if (!read_header(decoder, stream)) return std::nullopt;
  cv::Mat bgr(static_cast<int>(decoder.info.image_height), static_cast<int>(decoder.info.image_width),
              CV_8UC3, cv::Scalar::all(128));
  read_rows(decoder, bgr);
  return Image(bgr);
}

Image jpeg_coded(const Image& image, const JpegSettings& settings) {
  return changed_in_parts(image, kMaxJpegSide, [&](const Image& part) {
    return decode_jpeg(encode_jpeg(part, settings)).value();
  });
}

ParamSpec subsampling_param() {
  return {.name = "subsampling",
          .kind = ParamKind::choice,
          .summary = "resolution of colour: full (444), halved across (422), halved both ways (420)",
          .choices = {"444", "422", "420"},
          .default_value = "420"};
}

ChromaSubsampling subsampling_of(const Params& params) {
  const std::string& name = params.choice("subsampling");
  if (name == "444") return ChromaSubsampling::s444;
  return name == "422" ? ChromaSubsampling::s422 : ChromaSubsampling::s420;
}

ParamSpec jpeg_quality_param(double default_value) {
  return {.name = "quality",
          .unit = "IJG quality",
          .summary = "quality of the JPEG on the scale of the Independent JPEG Group",
          .min = 1,
          .max = 100,
          .default_value = default_value};
}

}  // namespace robench
