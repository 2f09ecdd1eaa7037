// SPDX-License-Identifier: Apache-2.0
// The module's boundary: sorts pictures by their first bytes; OpenCV decodes what JPEG and PNG leave.
#include <algorithm>
#include <exception>
#include <string_view>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "models/codec_module.h"
#include "models/codecs/formats.h"
#include "models/codecs/muted_cerr.h"

namespace robench::codecs {
namespace {

using namespace std::string_view_literals;

/// Quality of JPEG files that robench writes.
constexpr int kJpegQuality = 95;

bool has_at(Bytes bytes, std::size_t offset, std::string_view magic) {
  return bytes.size() >= offset + magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

bool is_jpeg(Bytes bytes) { return has_at(bytes, 0, "\xff\xd8\xff"sv); }
bool is_png(Bytes bytes) { return has_at(bytes, 0, "\x89PNG\r\n\x1a\n"sv); }
bool is_heif(Bytes bytes) { return has_at(bytes, 4, "ftyp"sv); }

/// BMP, WebP, TIFF, PNM, JPEG 2000. OpenCV reads more; those are left out on purpose: few people mean
/// them, and each decoder is code that a hostile file can reach.
bool is_for_opencv(Bytes bytes) {
  const bool pnm = bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6';
  return pnm || has_at(bytes, 0, "BM"sv) || (has_at(bytes, 0, "RIFF"sv) && has_at(bytes, 8, "WEBP"sv)) ||
         has_at(bytes, 0, "II\x2a\0"sv) || has_at(bytes, 0, "MM\0\x2a"sv) ||
         has_at(bytes, 0, "\0\0\0\x0cjP  "sv) || has_at(bytes, 0, "\xff\x4f\xff\x51"sv);
}

cv::Mat decode_with_opencv(Bytes bytes, std::string& reason) {
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1,
                        const_cast<std::uint8_t*>(bytes.data()));
  reason = "broken picture file";
  const MutedCerr quiet;
  try {
    return cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    if (error.err.find("CV_IO_MAX_IMAGE") != std::string::npos) reason = kTooManyPixels;
    return {};
  }
}

cv::Mat decode(Bytes bytes, std::string& reason) {
  if (is_jpeg(bytes)) return decode_jpeg(bytes, reason);
  if (is_png(bytes)) return decode_png(bytes, reason);
  if (is_for_opencv(bytes)) return decode_with_opencv(bytes, reason);
  reason = is_heif(bytes) ? "HEIF and AVIF are not read: convert the picture to JPEG or PNG"
                          : "not a picture (read are JPEG, PNG, WebP, TIFF, BMP, PNM, JPEG 2000)";
  return {};
}

}  // namespace
}  // namespace robench::codecs

extern "C" {

bool robench_decode_picture(const std::uint8_t* bytes, std::size_t size, cv::Mat* picture,
                            std::string* reason) {
  using namespace robench;
  try {
    // A broken file is a row in the report, not a message on the terminal.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    *picture = codecs::decode({bytes, size}, *reason);
    if (!picture->empty() && too_many_pixels(static_cast<std::uint64_t>(picture->cols),
                                             static_cast<std::uint64_t>(picture->rows))) {
      picture->release();
      *reason = kTooManyPixels;
    }
  } catch (const std::exception& error) {
    picture->release();
    *reason = std::string("broken picture file: ") + error.what();
  }
  return !picture->empty();
}

bool robench_encode_picture(const cv::Mat* bgr, const char* extension, std::vector<std::uint8_t>* bytes,
                            std::string* reason) {
  try {
    if (cv::imencode(extension, *bgr, *bytes, {cv::IMWRITE_JPEG_QUALITY, robench::codecs::kJpegQuality}))
      return true;
    *reason = "the encoder failed";
  } catch (const std::exception& error) {
    *reason = error.what();
  }
  return false;
}

}  // extern "C"
