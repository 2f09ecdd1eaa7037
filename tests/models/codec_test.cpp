// SPDX-License-Identifier: Apache-2.0
#include "models/codec.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/codec_module.h"
#include "models/module.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Any Mat (also 16 bit, grey, with alpha) as a file in memory, by the module's own encoder.
Bytes encoded(const cv::Mat& pixels, const char* extension) {
  auto* const encode =
      reinterpret_cast<EncodePicture*>(module_symbol("imgcodecs", "robench_encode_picture"));
  Bytes bytes;
  std::string reason;
  REQUIRE_MESSAGE(encode(&pixels, extension, &bytes, &reason), reason);
  return bytes;
}

Image decoded(const Bytes& bytes) {
  const auto result = decode_image(bytes);
  if (const auto* reason = std::get_if<std::string>(&result)) FAIL(*reason);
  return std::get<Image>(result);
}

/// Why `bytes` cannot be decoded; "" if they can.
std::string failure(const Bytes& bytes) {
  const auto result = decode_image(bytes);
  const auto* reason = std::get_if<std::string>(&result);
  return reason == nullptr ? "" : *reason;
}

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

Bytes big_endian_bytes(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) std::copy(part.begin(), part.end(), std::back_inserter(all));
  return all;
}

std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

/// A PNG chunk: length, type and data, checksum.
Bytes png_chunk(const std::string& type, const Bytes& data) {
  const Bytes body = joined({Bytes(type.begin(), type.end()), data});
  return joined(
      {big_endian_bytes(static_cast<std::uint32_t>(data.size())), body, big_endian_bytes(crc32(body))});
}

/// An EXIF block (TIFF structure) with one entry: the orientation.
Bytes exif(int orientation, bool big_endian) {
  const auto value = static_cast<std::uint8_t>(orientation);
  if (big_endian)
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0};
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0};
}

Bytes jpeg_with_exif(const cv::Mat& stored, const Bytes& tiff) {
  Bytes file = encoded(stored, ".jpg");
  const std::size_t length = 2 + 6 + tiff.size();
  Bytes segment{0xff,
                0xe1,
                static_cast<std::uint8_t>(length >> 8),
                static_cast<std::uint8_t>(length),
                'E',
                'x',
                'i',
                'f',
                0,
                0};
  segment.insert(segment.end(), tiff.begin(), tiff.end());
  file.insert(file.begin() + 2, segment.begin(), segment.end());  // after the start of the image
  return file;
}

Bytes png_with_exif(const cv::Mat& stored, const Bytes& tiff) {
  constexpr int kAfterHeader = 8 + 25;
  Bytes file = encoded(stored, ".png");
  const Bytes chunk = png_chunk("eXIf", tiff);
  file.insert(file.begin() + kAfterHeader, chunk.begin(), chunk.end());
  return file;
}

/// Rows of letters as grey blocks of `block` pixels a side: A = 20, B = 60, ... F = 220.
cv::Mat letters(const std::vector<std::string>& rows, int block) {
  cv::Mat small(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()), CV_8UC3);
  for (int y = 0; y < small.rows; ++y)
    for (int x = 0; x < small.cols; ++x)
      small.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<std::uint8_t>(
          20 + 40 * (rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] - 'A')));
  cv::Mat large(small.size() * block, CV_8UC3);
  for (int y = 0; y < large.rows; ++y)
    for (int x = 0; x < large.cols; ++x)
      large.at<cv::Vec3b>(y, x) = small.at<cv::Vec3b>(y / block, x / block);
  return large;
}

/// A smooth colourful picture.
cv::Mat colours(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.at<cv::Vec3b>(y, x) = cv::Vec3b(static_cast<std::uint8_t>(255 * x / width),
                                              static_cast<std::uint8_t>(255 * y / height),
                                              static_cast<std::uint8_t>((x + y) % 256));
  return picture;
}

/// What a piece of code writes to the terminal's error channel, whoever writes it.
template <typename Code>
std::string printed_by(const std::filesystem::path& log, const Code& code) {
  std::fflush(stderr);
  const int saved = dup(STDERR_FILENO);
  const int file = open(log.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  dup2(file, STDERR_FILENO);
  code();
  std::fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  close(file);
  std::ifstream stream(log);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_SUITE("models") {
  TEST_CASE("codec: every lossless format gives the pixels back") {
    const cv::Mat picture = colours(37, 23);
    for (const char* extension : {".png", ".bmp", ".tiff", ".ppm"}) {
      CAPTURE(extension);
      CHECK(decoded(encoded(picture, extension)) == Image(picture));
    }
  }

  TEST_CASE("codec: lossy formats come close") {
    const cv::Mat picture = colours(64, 48);
    for (const char* extension : {".jpg", ".webp", ".jp2"}) {
      CAPTURE(extension);
      const Image read = decoded(encoded(picture, extension));
      REQUIRE(read.bgr().size() == picture.size());
      CHECK(cv::norm(read.bgr(), picture, cv::NORM_L1) / (64 * 48 * 3) < 4);
    }
  }

  TEST_CASE("codec: grey becomes three equal channels") {
    const cv::Mat grey = (cv::Mat_<std::uint8_t>(1, 3) << 0, 100, 255);
    const cv::Mat expected =
        (cv::Mat_<cv::Vec3b>(1, 3) << cv::Vec3b::all(0), cv::Vec3b::all(100), cv::Vec3b::all(255));
    for (const char* extension : {".png", ".bmp", ".tiff", ".pgm"}) {
      CAPTURE(extension);
      CHECK(decoded(encoded(grey, extension)) == Image(expected));
    }
    const cv::Mat even(8, 8, CV_8UC1, cv::Scalar(77));
    CHECK(decoded(encoded(even, ".jpg")) == Image(cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(77))));
  }

  TEST_CASE("codec: 16 bit is rounded, not cut, to 8") {
    // 65535 = 255 * 257. 128 is less than half a step, 129 more; 33023 = 128 * 257 + 127.
    const cv::Mat sixteen = (cv::Mat_<std::uint16_t>(1, 5) << 0, 128, 129, 33023, 65535);
    const cv::Mat expected = (cv::Mat_<cv::Vec3b>(1, 5) << cv::Vec3b::all(0), cv::Vec3b::all(0),
                              cv::Vec3b::all(1), cv::Vec3b::all(128), cv::Vec3b::all(255));
    for (const char* extension : {".png", ".tiff", ".pgm"}) {
      CAPTURE(extension);
      CHECK(decoded(encoded(sixteen, extension)) == Image(expected));
    }
  }

  TEST_CASE("codec: transparent pixels show mid-grey") {
    const cv::Mat bgra = (cv::Mat_<cv::Vec4b>(1, 3) << cv::Vec4b(10, 20, 30, 255),
                          cv::Vec4b(10, 20, 30, 0), cv::Vec4b(0, 128, 255, 51));
    // 51 / 255 = 0.2: 0.2 * 0 + 0.8 * 128 = 102.4; 128; 0.2 * 255 + 0.8 * 128 = 153.4.
    const cv::Mat expected = (cv::Mat_<cv::Vec3b>(1, 3) << cv::Vec3b(10, 20, 30), cv::Vec3b::all(128),
                              cv::Vec3b(102, 128, 153));
    for (const char* extension : {".png", ".tiff"}) {
      CAPTURE(extension);
      CHECK(decoded(encoded(bgra, extension)) == Image(expected));
    }
    cv::Mat deep;
    bgra.convertTo(deep, CV_16U, 257);
    CHECK(decoded(encoded(deep, ".png")) == Image(expected));
  }

  TEST_CASE("codec: grey with alpha") {
    // 3 x 1: grey 200, alpha 255, 0, 128. 128 / 255 * 200 + 127 / 255 * 128 = 164.1.
    const Bytes png = from_hex(
        "89504e470d0a1a0a0000000d4948445200000003000000010804000000b1e9dc3f0000000f49444154789c6338f1ff0"
        "4"
        "c38906000ee203d8bb97dfce0000000049454e44ae426082");
    const cv::Mat expected =
        (cv::Mat_<cv::Vec3b>(1, 3) << cv::Vec3b::all(200), cv::Vec3b::all(128), cv::Vec3b::all(164));
    CHECK(decoded(png) == Image(expected));
  }

  TEST_CASE("codec: CMYK JPEG") {
    // 8 x 8, one colour, Adobe's inverted inks: cyan 0, magenta 102, yellow 204, black 51 of 255.
    // Red = (255 - 0) * (255 - 51) / 255 = 204, green = 153 * 204 / 255 = 122.4, blue = 51 * 0.8 = 40.8.
    const Bytes jpeg = from_hex(
        "ffd8ffee000e41646f626500640000000000ffdb0043000101010101010101010101010101010101010101010101010"
        "101"
        "0101010101010101010101010101010101010101010101010101010101010101010101010101010101ffc0001408000"
        "80008"
        "044311004d11005911004b1100ffc4001500010100000000000000000000000000000a08ffc40014100100000000000"
        "00000"
        "0000000000000000ffda000e0443004d0059004b00003f007f0b2065c981ffd9");
    const Image image = decoded(jpeg);
    REQUIRE(image.bgr().size() == cv::Size(8, 8));
    const cv::Vec3b pixel = image.bgr().at<cv::Vec3b>(4, 4);
    CHECK(int{pixel[0]} == doctest::Approx(41).epsilon(0.05));
    CHECK(int{pixel[1]} == doctest::Approx(122).epsilon(0.02));
    CHECK(int{pixel[2]} == doctest::Approx(204).epsilon(0.02));
  }

  TEST_CASE("codec: all eight EXIF orientations") {
    const Image upright_small(letters({"ABC", "DEF"}, 1));
    const cv::Mat upright_blocks = letters({"ABC", "DEF"}, 16);
    // What the camera stores for the upright picture ABC / DEF (EXIF 2.3, tag 274).
    const std::vector<std::vector<std::string>> stored_for = {
        {"ABC", "DEF"},     {"CBA", "FED"},     {"FED", "CBA"},     {"DEF", "ABC"},
        {"AD", "BE", "CF"}, {"CF", "BE", "AD"}, {"FC", "EB", "DA"}, {"DA", "EB", "FC"}};
    for (int orientation = 1; orientation <= 8; ++orientation)
      for (const bool big_endian : {false, true}) {
        CAPTURE(orientation);
        CAPTURE(big_endian);
        const std::vector<std::string>& rows = stored_for[static_cast<std::size_t>(orientation - 1)];
        const Bytes tiff = exif(orientation, big_endian);
        CHECK(decoded(png_with_exif(letters(rows, 1), tiff)) == upright_small);
        const Image jpeg = decoded(jpeg_with_exif(letters(rows, 16), tiff));
        REQUIRE(jpeg.bgr().size() == upright_blocks.size());
        CHECK(cv::norm(jpeg.bgr(), upright_blocks, cv::NORM_INF) <= 4);
      }
  }

  TEST_CASE("codec: a senseless orientation leaves the picture as it is") {
    const cv::Mat stored = letters({"AB"}, 1);
    for (const int orientation : {0, 9, 255})
      CHECK(decoded(png_with_exif(stored, exif(orientation, true))) == Image(stored));
    Bytes far_directory = exif(3, true);
    far_directory[4] = 0xff;
    CHECK(decoded(png_with_exif(stored, far_directory)) == Image(stored));
    CHECK(decoded(png_with_exif(stored, {'M', 'M', 0})) == Image(stored));
  }

  TEST_CASE("codec: a picture of one pixel") {
    const cv::Mat pixel(1, 1, CV_8UC3, cv::Scalar(1, 2, 3));
    CHECK(decoded(encoded(pixel, ".png")) == Image(pixel));
    CHECK(decoded(encoded(pixel, ".jpg")).bgr().size() == cv::Size(1, 1));
  }

  TEST_CASE("codec: what is no picture is refused with a reason") {
    const std::string text = "path,subject\nme.jpg,me\n";
    CHECK(failure({}) == "the file is empty");
    CHECK(failure({text.begin(), text.end()}).find("not a picture") == 0);
    CHECK(failure({0xff, 0xd8, 0xff}).find("broken JPEG") == 0);
    CHECK(failure({0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}).find("broken PNG") == 0);
    CHECK(failure({0, 0, 0, 24, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c'}).find("HEIF") == 0);
    CHECK(failure(Bytes(1000, 0)) != "");
  }

  TEST_CASE("codec: a truncated JPEG is broken, a missing end marker alone is not") {
    Bytes file = encoded(colours(200, 150), ".jpg");
    const Image whole = decoded(file);
    for (const double share : {0.3, 0.6, 0.9}) {
      const auto length = static_cast<std::ptrdiff_t>(share * static_cast<double>(file.size()));
      CHECK(failure({file.begin(), file.begin() + length}) ==
            "broken JPEG: the file ends before the picture does");
    }
    file.resize(file.size() - 2);
    CHECK(decoded(file) == whole);
  }

  TEST_CASE("codec: a progressive JPEG that ends between two scans is broken") {
    // 16 x 16, grey, four blocks in a chessboard; the scans begin at bytes 126, 163, 197, 230, 241 and
    // 274.
    const Bytes file = from_hex(
        "ffd8ffe000104a46494600010100000100010000ffdb0043000d090a0b0a080d0b0a0b0e0e0d0f13201513121213"
        "271c1e17202e2931302e292d2c333a4a3e333646372c2d405741464c4e525352323e5a615a50604a51524fffc200"
        "0b080010001001011100ffc400160001010100000000000000000000000000060005ffda0008010100000001cc53"
        "1bffc400161001010100000000000000000000000000010010ffda000801010001050234bfffc400141001000000"
        "00000000000000000000000020ffda0008010100063f021fffc40014100100000000000000000000000000000020"
        "ffda0008010100013f2107ffda00080101000000100fffc40014100100000000000000000000000000000020ffda"
        "0008010100013f1007ffd9");
    const Image whole = decoded(file);
    CHECK(int{whole.bgr().at<cv::Vec3b>(2, 12)[0]} == doctest::Approx(200).epsilon(0.02));
    for (const std::ptrdiff_t scan : {163, 241, 274})
      CHECK(failure({file.begin(), file.begin() + scan}) ==
            "broken JPEG: the file ends before the picture does");
    CHECK(failure({file.begin(), file.end() - 2}) ==  // nobody can know that no scan is missing
          "broken JPEG: the file ends before the picture does");
  }

  TEST_CASE("codec: a truncated PNG is broken") {
    const Bytes file = encoded(colours(200, 150), ".png");
    CHECK(failure({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2)})
              .find("broken PNG") == 0);
  }

  TEST_CASE("codec: a small file that claims a huge picture is refused before its pixels exist") {
    Bytes png = encoded(colours(4, 4), ".png");
    const Bytes header = joined({big_endian_bytes(60000), big_endian_bytes(60000), {8, 2, 0, 0, 0}});
    const Bytes chunk = png_chunk("IHDR", header);
    std::copy(chunk.begin(), chunk.end(), png.begin() + 8);
    CHECK(failure(png) == "broken PNG: the picture has more than 200 megapixels");

    Bytes jpeg = encoded(colours(8, 8), ".jpg");
    for (std::size_t i = 0; i + 8 < jpeg.size(); ++i)
      if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) {  // start of frame: height and width at 5
        std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 5, 4, std::uint8_t{0xf0});
        break;
      }
    CHECK(failure(jpeg) == "broken JPEG: the picture has more than 200 megapixels");

    const std::string pgm = "P5 60000 60000 255\nabc";
    CHECK(failure({pgm.begin(), pgm.end()}) == "the picture has more than 200 megapixels");
  }

  TEST_CASE("codec: damaged files never crash, throw or print") {
    const test::ScratchFolder folder;
    const RandomStream random(1, "codec_test", "", "", 0);
    std::uint64_t draw = 0;
    int refused = 0;
    const std::string printed = printed_by(folder.path() / "stderr", [&] {
      for (const char* extension : {".jpg", ".png", ".webp", ".tiff", ".bmp", ".ppm", ".jp2"}) {
        const Bytes original = encoded(colours(80, 60), extension);
        for (int round = 0; round < 150; ++round) {
          Bytes damaged = original;
          const int changes = 1 + round % 8;
          for (int i = 0; i < changes; ++i) {
            const double place = random.uniform(draw++);
            // Half of the damage hits the header.
            const double reach = round % 2 == 0 ? 1.0 : std::min(1.0, 100.0 / double(damaged.size()));
            damaged[static_cast<std::size_t>(place * reach * double(damaged.size()))] =
                static_cast<std::uint8_t>(256 * random.uniform(draw++));
          }
          if (round % 5 == 0)
            damaged.resize(static_cast<std::size_t>(random.uniform(draw++) * double(damaged.size())));
          refused += failure(damaged).empty() ? 0 : 1;
        }
      }
    });
    CHECK(refused > 100);
    CHECK(printed == "");
  }

  TEST_CASE("codec: what others print to the terminal still arrives") {
    const test::ScratchFolder folder;
    const std::string printed = printed_by(folder.path() / "stderr", [] {
      std::string ppm = "P6 4 4 255 cut";
      CHECK(failure({ppm.begin(), ppm.end()}) == "broken picture file");
      std::cerr << "line " << 1 << std::endl;
    });
    CHECK(printed == "line 1\n");
  }

  TEST_CASE("codec: files that cannot be read are reasons") {
    const test::ScratchFolder folder;
    const auto reason_of = [](const std::filesystem::path& path) {
      const auto result = read_image(path);
      return std::holds_alternative<std::string>(result) ? std::get<std::string>(result) : "";
    };
    CHECK(reason_of(folder.path() / "missing.jpg") == "No such file or directory");
    CHECK(reason_of(folder.path() / "missing" / "a.jpg") == "No such file or directory");
    CHECK(reason_of(folder.path()) == "is a folder");
    REQUIRE(mkfifo((folder.path() / "pipe.jpg").c_str(), 0600) == 0);
    CHECK(reason_of(folder.path() / "pipe.jpg") == "is not a regular file");
    std::ofstream(folder.path() / "empty.jpg").close();
    CHECK(reason_of(folder.path() / "empty.jpg") == "the file is empty");
    std::ofstream(folder.path() / "text.jpg") << "hello";
    CHECK(reason_of(folder.path() / "text.jpg").find("not a picture") == 0);
    if (geteuid() == 0) {
      MESSAGE("SKIPPED: a file without read permission (root reads every file)");
    } else {
      std::filesystem::permissions(folder.path() / "text.jpg", std::filesystem::perms::none);
      CHECK(reason_of(folder.path() / "text.jpg") == "Permission denied");
    }
  }

  TEST_CASE("codec: write_image") {
    const test::ScratchFolder folder;
    const Image image(colours(30, 20));
    write_image(folder.path() / "a.png", image);
    CHECK(std::get<Image>(read_image(folder.path() / "a.png")) == image);
    write_image(folder.path() / "a.png", Image(colours(5, 5)));  // replaces
    CHECK(std::get<Image>(read_image(folder.path() / "a.png")).width() == 5);
    write_image(folder.path() / "b.JPG", image);
    CHECK(cv::norm(std::get<Image>(read_image(folder.path() / "b.JPG")).bgr(), image.bgr(),
                   cv::NORM_L1) < 4.0 * 30 * 20 * 3);
    CHECK_THROWS_AS(write_image(folder.path() / "c.gif", image), EnvironmentError);
    CHECK_THROWS_AS(write_image(folder.path() / "no" / "c.png", image), EnvironmentError);
    const std::filesystem::directory_iterator files(folder.path());
    CHECK(std::distance(begin(files), end(files)) == 2);  // nothing temporary is left
  }

  TEST_CASE("codec: extensions of pictures") {
    for (const char* name : {"a.jpg", "a.JPEG", "a.b.Png", "dir.x/a.tif", "a.WebP", "a.jp2"})
      CHECK_MESSAGE(has_image_extension(name), name);
    for (const char* name : {"a.txt", "jpg", "a.jpg.txt", "", ".jpg", "a.heic"})
      CHECK_MESSAGE(!has_image_extension(name), name);
  }
}

}  // namespace
}  // namespace robench
