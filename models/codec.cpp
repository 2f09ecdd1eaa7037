// SPDX-License-Identifier: Apache-2.0
#include "models/codec.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <opencv2/imgproc.hpp>

#include "models/codec_module.h"
#include "models/face_bin.h"
#include "models/module.h"
#include "models/orientation.h"
#include "models/store.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// What a transparent pixel shows: the middle of the range, as bright as an average face.
constexpr int kMidGrey = 128;

/// Larger files are no photographs (an uncompressed 16-bit picture of kMaxPixels takes 1.2 GB).
constexpr std::uintmax_t kMaxFileBytes = 1'500'000'000;

/// OpenCV reads its limit once, when its library is loaded. Set here, before main and before any other
/// thread can read the environment; a limit that the user has set stays.
const int kOpenCvLimitSet =
    setenv("OPENCV_IO_MAX_IMAGE_PIXELS", std::to_string(kMaxPixels).c_str(), /*overwrite=*/0);

template <typename Function>
Function* codec_function(const char* name) {
  return reinterpret_cast<Function*>(module_symbol("imgcodecs", name));
}

cv::Mat rounded_to_8_bit(const cv::Mat& sixteen) {
  cv::Mat eight;
  sixteen.convertTo(eight, CV_8U, 1.0 / 257);  // 65535 = 255 * 257
  return eight;
}

cv::Mat over_mid_grey(const cv::Mat& bgra) {
  cv::Mat bgr(bgra.size(), CV_8UC3);
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* in = bgra.ptr<cv::Vec4b>(y);
    auto* out = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgra.cols; ++x) {
      const int alpha = in[x][3];
      for (int channel = 0; channel < 3; ++channel)
        out[x][channel] =
            static_cast<std::uint8_t>((alpha * in[x][channel] + (255 - alpha) * kMidGrey + 127) / 255);
    }
  }
  return bgr;
}

/// 8-bit BGR from the pixels as stored; empty for what no photograph has (float, two channels).
cv::Mat bgr_from_stored(const cv::Mat& stored) {
  if (stored.depth() != CV_8U && stored.depth() != CV_16U) return {};
  const cv::Mat eight = stored.depth() == CV_16U ? rounded_to_8_bit(stored) : stored;
  switch (eight.channels()) {
    case 1: {
      cv::Mat bgr;
      cv::cvtColor(eight, bgr, cv::COLOR_GRAY2BGR);
      return bgr;
    }
    case 3:
      return eight;
    case 4:
      return over_mid_grey(eight);
    default:
      return {};
  }
}

std::string lower_case_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

/// A picture of an InsightFace file: FILE.bin/000017. What cannot be one is no folder.
std::variant<std::vector<std::uint8_t>, std::string> bytes_in_face_bin(
    const std::filesystem::path& path) {
  const std::filesystem::path file = path.parent_path();
  const std::string number = path.filename().string();
  std::size_t picture = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), picture);
  if (file.extension() != ".bin" || error != std::errc() || end != number.data() + number.size())
    return std::string(std::strerror(ENOTDIR));
  try {
    const auto bin = read_face_bin(file);
    if (picture >= bin->pictures.size())
      return "the file holds " + std::to_string(bin->pictures.size()) + " pictures";
    const FaceBin::Range range = bin->pictures[picture];
    std::vector<std::uint8_t> bytes(range.size);
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(range.first));
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!stream) return std::string("the file has become shorter");
    return bytes;
  } catch (const ConfigError& fault) {
    return fault.diagnostics().front().message;
  }
}

/// A file open for reading; closed in any case.
class File {
 public:
  // O_NONBLOCK: a named pipe among the pictures must not make the run wait for ever.
  explicit File(const std::filesystem::path& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

std::variant<Image, std::string> decode_image(const std::vector<std::uint8_t>& bytes) {
  if (bytes.empty()) return std::string("the file is empty");
  try {
    static auto* const decode = codec_function<DecodePicture>("robench_decode_picture");
    cv::Mat stored;
    std::string reason;
    if (!decode(bytes.data(), bytes.size(), &stored, &reason)) return reason;
    const cv::Mat bgr = bgr_from_stored(stored);
    if (bgr.empty())
      return std::string("neither 8 nor 16 bit, or not grey, colour or colour with alpha");
    return Image(upright(bgr, exif_orientation(bytes)));
  } catch (const cv::Exception&) {  // OpenCV's out of memory
    return std::string("not enough memory for the picture");
  } catch (const std::bad_alloc&) {
    return std::string("not enough memory for the picture");
  }
}

std::variant<std::vector<std::uint8_t>, std::string> read_bytes(const std::filesystem::path& path) {
  const File file(path);
  if (file.descriptor() < 0 && errno == ENOTDIR) return bytes_in_face_bin(path);
  if (file.descriptor() < 0) return std::string(std::strerror(errno));
  struct stat status {};
  if (fstat(file.descriptor(), &status) != 0) return std::string(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return std::string("is a folder");
  if (!S_ISREG(status.st_mode)) return std::string("is not a regular file");
  if (static_cast<std::uintmax_t>(status.st_size) > kMaxFileBytes)
    return std::string("the file is larger than 1.5 GB");

  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = read(file.descriptor(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::string(std::strerror(errno));
    if (count == 0) break;  // another program has shortened the file
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

std::variant<Image, std::string> read_image(const std::filesystem::path& path) {
  auto bytes = read_bytes(path);
  if (auto* reason = std::get_if<std::string>(&bytes)) return std::move(*reason);
  return decode_image(std::get<std::vector<std::uint8_t>>(bytes));
}

void write_image(const std::filesystem::path& path, const Image& image) {
  const std::string extension = lower_case_extension(path);
  const bool jpeg = extension == ".jpg" || extension == ".jpeg";
  if (!jpeg && extension != ".png")
    throw EnvironmentError("cannot write " + path.string() + ": pictures are written as .png or .jpg");
  static auto* const encode = codec_function<EncodePicture>("robench_encode_picture");
  std::vector<std::uint8_t> bytes;
  std::string reason;
  if (!encode(&image.bgr(), jpeg ? ".jpg" : ".png", &bytes, &reason))
    throw EnvironmentError("cannot encode " + path.string() + ": " + reason);
  write_file_atomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool has_image_extension(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 10> kExtensions{".jpg", ".jpeg", ".png", ".bmp", ".webp",
                                                         ".tif", ".tiff", ".ppm", ".pgm", ".jp2"};
  return std::find(kExtensions.begin(), kExtensions.end(), lower_case_extension(path)) !=
         kExtensions.end();
}

}  // namespace robench
