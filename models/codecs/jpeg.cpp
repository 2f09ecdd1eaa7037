// SPDX-License-Identifier: Apache-2.0
// JPEG by libjpeg-turbo itself and not through OpenCV, which prints libjpeg's warnings to the terminal
// and returns a half grey picture for a truncated file without saying so.
#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>
// jerror.h needs jpeglib.h.
#include <jerror.h>

#include "models/codec_module.h"
#include "models/codecs/formats.h"

namespace robench::codecs {
namespace {

/// A progressive file can ask for any number of passes over the picture. Encoders write about ten.
constexpr int kMaxScans = 200;

/// libjpeg reports fatal errors by a jump. Between setjmp and the jump no object with a destructor may
/// be created, so all state of a decoding lives here; and libjpeg may be called only by the function
/// that set the place to jump to, for as long as it has not returned.
struct Decoding {
  jpeg_decompress_struct jpeg{};  // first member's address is not used: client_data points here
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error{};
  char message[JMSG_LENGTH_MAX] = "";
  bool data_corrupt = false;
  bool ended_early = false;  // within a scan: pixels are missing
  bool end_missing = false;  // the end marker was made up by libjpeg
  bool several_scans = false;
};

Decoding& decoding_of(j_common_ptr jpeg) { return *static_cast<Decoding*>(jpeg->client_data); }

void jump_out(j_common_ptr jpeg) {
  Decoding& decoding = decoding_of(jpeg);
  jpeg->err->format_message(jpeg, decoding.message);
  std::longjmp(decoding.on_error, 1);
}

/// Sorts the warnings into those that cost pixels and the rest, and prints none.
void note_warning(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // trace messages
  Decoding& decoding = decoding_of(jpeg);
  switch (jpeg->err->msg_code) {
    case JWRN_HIT_MARKER:
      decoding.ended_early = true;
      break;
    case JWRN_JPEG_EOF:
      decoding.end_missing = true;
      break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      decoding.data_corrupt = true;
      break;
    default:
      break;
  }
}

void limit_scans(j_common_ptr common) {
  const auto* jpeg = reinterpret_cast<j_decompress_ptr>(common);
  if (jpeg->input_scan_number <= kMaxScans) return;
  std::snprintf(decoding_of(common).message, JMSG_LENGTH_MAX, "more than %d scans", kMaxScans);
  std::longjmp(decoding_of(common).on_error, 1);
}

void set_up(Decoding& decoding, Bytes bytes) {
  jpeg_decompress_struct& jpeg = decoding.jpeg;
  jpeg.err = jpeg_std_error(&decoding.errors);
  decoding.errors.error_exit = jump_out;
  decoding.errors.emit_message = note_warning;
  jpeg_create_decompress(&jpeg);
  decoding.progress.progress_monitor = limit_scans;
  jpeg.progress = &decoding.progress;
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
}

/// Reads the header and chooses the output: grey, BGR, or CMYK as stored.
/// False: failed, and the message says why.
bool read_header(Decoding& decoding, Bytes bytes) {
  if (setjmp(decoding.on_error) != 0) return false;
  set_up(decoding, bytes);
  jpeg_decompress_struct& jpeg = decoding.jpeg;
  jpeg_read_header(&jpeg, TRUE);
  if (too_many_pixels(jpeg.image_width, jpeg.image_height)) {
    std::snprintf(decoding.message, JMSG_LENGTH_MAX, "%s", kTooManyPixels);
    return false;
  }
  switch (jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
      jpeg.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      jpeg.out_color_space = JCS_CMYK;
      break;
    default:
      jpeg.out_color_space = JCS_EXT_BGR;
  }
  jpeg_calc_output_dimensions(&jpeg);
  return true;
}

/// Requires: `pixels` has the output's size and number of channels.
bool read_pixels(Decoding& decoding, cv::Mat& pixels) {
  if (setjmp(decoding.on_error) != 0) return false;
  jpeg_decompress_struct& jpeg = decoding.jpeg;
  jpeg_start_decompress(&jpeg);
  decoding.several_scans = jpeg_has_multiple_scans(&jpeg) != 0;
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = pixels.ptr(static_cast<int>(jpeg.output_scanline));
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

/// Naive conversion without an ink profile. Adobe's files hold the inverted inks.
cv::Mat bgr_from_cmyk(const cv::Mat& cmyk, bool inverted) {
  cv::Mat bgr(cmyk.size(), CV_8UC3);
  for (int y = 0; y < cmyk.rows; ++y) {
    const auto* ink = cmyk.ptr<cv::Vec4b>(y);
    auto* out = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < cmyk.cols; ++x)
      for (int channel = 0; channel < 3; ++channel) {
        const int colour = inverted ? ink[x][2 - channel] : 255 - ink[x][2 - channel];
        const int light = inverted ? ink[x][3] : 255 - ink[x][3];
        out[x][channel] = static_cast<std::uint8_t>((colour * light + 127) / 255);
      }
  }
  return bgr;
}

cv::Mat decode(Decoding& decoding, Bytes bytes, std::string& reason) {
  reason = "broken JPEG: ";
  if (!read_header(decoding, bytes)) {
    reason += decoding.message;
    return {};
  }
  const jpeg_decompress_struct& jpeg = decoding.jpeg;
  cv::Mat pixels(static_cast<int>(jpeg.output_height), static_cast<int>(jpeg.output_width),
                 CV_8UC(jpeg.out_color_components));
  const bool finished = read_pixels(decoding, pixels);
  // A missing end marker alone is harmless in one scan; with several, whole scans may be missing.
  const bool truncated = decoding.ended_early || (decoding.end_missing && decoding.several_scans);
  if (!finished || truncated || decoding.data_corrupt) {
    reason += !finished   ? decoding.message
              : truncated ? "the file ends before the picture does"
                          : "corrupt data";
    return {};
  }
  if (jpeg.out_color_space == JCS_CMYK) return bgr_from_cmyk(pixels, jpeg.saw_Adobe_marker != 0);
  return pixels;
}

}  // namespace

cv::Mat decode_jpeg(Bytes bytes, std::string& reason) {
  Decoding decoding;
  decoding.jpeg.client_data = &decoding;
  cv::Mat pixels;
  try {
    pixels = decode(decoding, bytes, reason);
  } catch (...) {
    jpeg_destroy_decompress(&decoding.jpeg);
    throw;
  }
  jpeg_destroy_decompress(&decoding.jpeg);
  return pixels;
}

}  // namespace robench::codecs
