// SPDX-License-Identifier: Apache-2.0
// The compression family against the formats' own rules and values computed by hand.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "perturb/compression/parts/jpeg_scan.h"
#include "perturb/condition.h"
#include "perturb/jpeg2000_codec.h"
#include "perturb/jpeg_codec.h"
#include "perturb/picture_parts.h"
#include "tests/perturb/plain_pictures.h"

using namespace robench;

namespace {

constexpr int kSide = 250;

const GeneratedFace& head() { return test::frontal_head(kSide, 50); }

using test::Value;

Image perturbed(const Image& image, const char* name, const std::vector<Value>& values,
                const std::string& sample = "sample") {
  return test::perturbed(image, Frame(head().landmarks), name, test::params_of(values), sample).image;
}

double mean_square(const Image& a, const Image& b) {
  const double norm = cv::norm(a.bgr(), b.bgr(), cv::NORM_L2);
  return norm * norm / (3.0 * static_cast<double>(a.bgr().total()));
}
double psnr(const Image& a, const Image& b) {
  return 10 * std::log10(255.0 * 255.0 / mean_square(a, b));
}
double mean_absolute_change(const Image& a, const Image& b) {
  return cv::norm(a.bgr(), b.bgr(), cv::NORM_L1) / (3.0 * static_cast<double>(a.bgr().total()));
}

// The quantisation tables of a stream, in zigzag order.
std::vector<std::vector<int>> quantisation_tables(const std::vector<std::uint8_t>& stream) {
  std::vector<std::vector<int>> tables;
  for (std::size_t at = 2; at + 4 < stream.size() && stream[at + 1] != 0xDA;
       at += 2U + 256U * stream[at + 2] + stream[at + 3]) {
    if (stream[at + 1] != 0xDB) continue;
    for (std::size_t table = at + 4; table < at + 2U + 256U * stream[at + 2] + stream[at + 3];
         table += 65)
      tables.emplace_back(stream.begin() + static_cast<std::ptrdiff_t>(table) + 1,
                          stream.begin() + static_cast<std::ptrdiff_t>(table) + 65);
  }
  return tables;
}

// ITU-T T.81, tables K.1 and K.2, the first 15 of the zigzag order.
const std::vector<int> kLuminance = {16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24};
const std::vector<int> kChrominance = {17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99};

int ijg_entry(int base, int quality) {
  const int per_cent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return std::min(255, std::max(1, (base * per_cent + 50) / 100));
}

int differing_bits(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  int bits = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    bits += std::popcount(static_cast<std::uint8_t>(a[i] ^ b[i]));
  return bits;
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("jpeg writes the tables of the IJG formula") {
  for (const int quality : {5, 9, 16, 28, 50, 75, 90, 100}) {
    CAPTURE(quality);
    const auto tables = quantisation_tables(encode_jpeg(head().image, {.quality = quality * 1.0}));
    REQUIRE(tables.size() == 2);
    for (std::size_t i = 0; i < kLuminance.size(); ++i) {
      CHECK(tables[0][i] == ijg_entry(kLuminance[i], quality));
      CHECK(tables[1][i] == ijg_entry(kChrominance[i], quality));
    }
  }
  // Between whole numbers: 5000 / 12.5 = 400 per cent.
  CHECK(quantisation_tables(encode_jpeg(head().image, {.quality = 12.5}))[0][0] == 64);
}

TEST_CASE("jpeg at quality 100 and full colour resolution is within rounding; each rung loses more") {
  const Image best = perturbed(head().image, "jpeg", {{"quality", 100.0}, {"subsampling", "444"}});
  // Luma and two chroma values are rounded to whole numbers; blue takes 1.772 times its chroma's error.
  CHECK(cv::norm(best.bgr(), head().image.bgr(), cv::NORM_INF) <= 4);
  CHECK(mean_absolute_change(best, head().image) < 0.6);
  double before = 1e9;
  for (const double quality : {90.0, 50.0, 28.0, 16.0, 9.0, 5.0}) {
    const double now = psnr(perturbed(head().image, "jpeg", {{"quality", quality}}), head().image);
    CHECK(now < before);
    before = now;
  }
}

TEST_CASE("jpeg subsampling: colour loses resolution, brightness does not") {
  // Red and green stripes of one pixel and equal luma: 0.299 * 196 = 58.6 and 0.587 * 100 = 58.7.
  cv::Mat stripes(64, 64, CV_8UC3, cv::Scalar(0, 0, 196));
  for (int x = 0; x < 64; x += 2) stripes.col(x).setTo(cv::Scalar(0, 100, 0));
  const auto contrast = [&](const char* subsampling) {
    const Image result =
        perturbed(Image(stripes), "jpeg", {{"quality", 100.0}, {"subsampling", subsampling}});
    return std::abs(result.bgr().at<cv::Vec3b>(32, 32)[2] - result.bgr().at<cv::Vec3b>(32, 33)[2]);
  };
  CHECK(contrast("444") > 150);
  CHECK(contrast("422") < 20);
  CHECK(contrast("420") < 20);
}

TEST_CASE("each generation of jpeg loses more, a face stays where it was") {
  double before = 1e9;
  for (const double generations : {1.0, 2.0, 4.0, 8.0, 16.0}) {
    const Image result = perturbed(head().image, "jpeg_generations", {{"generations", generations}});
    const double now = psnr(result, head().image);
    CHECK(now < before);
    before = now;
    CHECK(now > psnr(perturbed(head().image, "pixelate", {{"block", 0.4}}), head().image));
  }
  // The same grid again and again would have settled: a second JPEG changes next to nothing.
  const JpegSettings settings{.quality = 40};
  const Image once = jpeg_coded(head().image, settings);
  CHECK(mean_absolute_change(jpeg_coded(once, settings), once) < 0.5);
}

TEST_CASE("jpeg2000 reaches its ratio within 5 per cent") {
  const double raw = 3.0 * kSide * kSide;
  for (const double ratio : {10.0, 32.0, 50.0, 80.0, 125.0, 200.0}) {
    CAPTURE(ratio);
    const std::vector<std::uint8_t> stream = encode_jpeg2000(head().image, ratio);
    CHECK(raw / static_cast<double>(stream.size()) == doctest::Approx(ratio).epsilon(0.05));
    CHECK(decode_jpeg2000(stream).value() == perturbed(head().image, "jpeg2000", {{"ratio", ratio}}));
  }
  CHECK_FALSE(decode_jpeg2000({}).has_value());
  CHECK_FALSE(decode_jpeg2000(encode_jpeg(head().image, {})).has_value());
}

TEST_CASE("webp: better quality is nearer, and the picture is the right way round") {
  CHECK(psnr(perturbed(head().image, "webp", {{"quality", 100.0}}), head().image) > 38);
  CHECK(psnr(perturbed(head().image, "webp", {{"quality", 0.0}}), head().image) > 20);
  const cv::Scalar mean = cv::mean(head().image.bgr());
  const cv::Scalar coded = cv::mean(perturbed(head().image, "webp", {{"quality", 40.0}}).bgr());
  for (int c = 0; c < 3; ++c) CHECK(coded[c] == doctest::Approx(mean[c]).epsilon(0.02));
}

TEST_CASE("pixelate: blocks of whole pixels are exactly their means") {
  const Frame frame(head().landmarks);
  const double side = 0.2 * frame.inter_eye_px;
  REQUIRE(side == doctest::Approx(10).epsilon(0.01));
  const Image result = perturbed(head().image, "pixelate", {{"block", 10 / frame.inter_eye_px}});
  // A block hangs from the pixel corner nearest to the midpoint of the eyes.
  const cv::Point2f eyes = (frame.landmarks.left_eye() + frame.landmarks.right_eye()) * 0.5F;
  const cv::Point corner(static_cast<int>(std::round(eyes.x + 0.5F)),
                         static_cast<int>(std::round(eyes.y + 0.5F)));
  for (const cv::Point offset : {cv::Point(0, 0), {-20, 30}, {40, -50}}) {
    const cv::Rect block(corner + offset, cv::Size(10, 10));
    const cv::Scalar mean = cv::mean(head().image.bgr()(block));
    for (int y = 0; y < 10; ++y) {
      for (int x = 0; x < 10; ++x) {
        const cv::Vec3b value = result.bgr()(block).at<cv::Vec3b>(y, x);
        for (int c = 0; c < 3; ++c) CHECK(std::abs(value[c] - mean[c]) <= 0.501);
      }
    }
  }
}

TEST_CASE("pixelate: a plain picture stays, the mean of any picture stays") {
  const Image plain(cv::Mat(kSide, kSide, CV_8UC3, cv::Scalar(13, 77, 201)));
  CHECK(perturbed(plain, "pixelate", {{"block", 0.137}}) == plain);
  const cv::Scalar mean = cv::mean(head().image.bgr());
  const cv::Scalar mosaic = cv::mean(perturbed(head().image, "pixelate", {{"block", 0.337}}).bgr());
  for (int c = 0; c < 3; ++c) CHECK(mosaic[c] == doctest::Approx(mean[c]).epsilon(0.005));
}

TEST_CASE("colour quantisation rounds to evenly spaced levels, black and white among them") {
  cv::Mat ramp(1, 256, CV_8UC3);
  for (int v = 0; v < 256; ++v) ramp.col(v).setTo(cv::Scalar::all(v));
  const auto value = [&](double bits, int v) {
    return static_cast<int>(
        perturbed(Image(ramp), "colour_quantisation", {{"bits", bits}}).bgr().at<cv::Vec3b>(0, v)[0]);
  };
  CHECK(value(1, 127) == 0);
  CHECK(value(1, 128) == 255);
  CHECK(value(2, 42) == 0);  // levels 0, 85, 170, 255
  CHECK(value(2, 43) == 85);
  CHECK(value(2, 212) == 170);
  CHECK(value(2, 213) == 255);
  CHECK(value(1.5, 64) == 128);  // 2^1.5 = 2.83: three levels
}

TEST_CASE("the scan of a jpeg: all coded bytes, no marker") {
  const std::vector<std::uint8_t> stream = encode_jpeg(head().image, {.quality = 90, .restart_rows = 1});
  const std::vector<std::size_t> bytes = entropy_coded_bytes(stream);
  // 250 pixels are 16 rows of 16: 15 restart markers and the end marker of two bytes each.
  REQUIRE(!bytes.empty());
  CHECK(bytes.back() == stream.size() - 3);
  CHECK(bytes.back() - bytes.front() + 1 - bytes.size() == 2 * 15);
  CHECK(entropy_coded_bytes(std::vector<std::uint8_t>{0xFF, 0xD8, 0xFF, 0xD9}).empty());
}

TEST_CASE("bit errors: without one the JPEG, and on average more damage with more") {
  const Image clean = jpeg_coded(head().image, {.quality = 90, .restart_rows = 1});
  CHECK(perturbed(head().image, "bit_errors", {{"errors", 0.0}}) == clean);
  double before = 0;
  for (const double errors : {4.0, 10.0, 25.0, 60.0, 150.0}) {
    CAPTURE(errors);
    double mean = 0;
    for (int sample = 0; sample < 20; ++sample)
      mean += mean_absolute_change(
                  perturbed(head().image, "bit_errors", {{"errors", errors}}, std::to_string(sample)),
                  clean) /
              20;
    CHECK(mean > before);
    before = mean;
  }
}

TEST_CASE("a damaged stream still decodes to a picture of the same size, whatever is broken") {
  const std::vector<std::uint8_t> stream = encode_jpeg(head().image, {.quality = 60});
  const RandomStream random(1, "damage", "", "sample", 0);
  for (std::uint64_t trial = 0; trial < 300; ++trial) {
    std::vector<std::uint8_t> damaged = stream;
    for (std::uint64_t i = 0; i < 1 + trial; ++i) {
      const auto at = static_cast<std::size_t>(random.uniform(1000 * trial + i) *
                                               static_cast<double>(stream.size()));
      damaged[std::max<std::size_t>(at, entropy_coded_bytes(stream).front())] ^=
          static_cast<std::uint8_t>(1U << (i % 8));
    }
    CHECK(differing_bits(damaged, stream) > 0);
    CHECK(decode_jpeg(damaged).value().bgr().size() == head().image.bgr().size());
  }
  CHECK_FALSE(decode_jpeg({}).has_value());
  CHECK_FALSE(decode_jpeg(std::vector<std::uint8_t>(100, 0xFF)).has_value());
}

TEST_CASE("truncation: the upper part is the JPEG, the lower part mid-grey") {
  const Image clean = jpeg_coded(head().image, {.quality = 90});
  CHECK(perturbed(head().image, "truncation", {{"lost", 0.0}}) == clean);
  const Image half = perturbed(head().image, "truncation", {{"lost", 0.5}});
  CHECK(cv::norm(half.bgr().rowRange(0, 48), clean.bgr().rowRange(0, 48), cv::NORM_INF) == 0);
  const cv::Mat grey(48, kSide, CV_8UC3, cv::Scalar::all(128));
  CHECK(cv::norm(half.bgr().rowRange(kSide - 48, kSide), grey, cv::NORM_INF) <= 1);
}

TEST_CASE("pictures too large for a codec are changed in parts, each pixel once") {
  cv::Mat large(10, 37, CV_8UC3);
  for (int x = 0; x < large.cols; ++x) large.col(x).setTo(cv::Scalar(x, 2 * x, 100));
  int parts = 0;
  const Image result = changed_in_parts(Image(large), 10, [&](const Image& part) {
    ++parts;
    CHECK(part.width() <= 10);
    return Image(part.bgr() + cv::Scalar::all(1));
  });
  CHECK(parts == 4);
  CHECK(result == Image(large + cv::Scalar::all(1)));
  // Longer than JPEG and WebP allow.
  const Image strip(cv::Mat(2, 70000, CV_8UC3, cv::Scalar(60, 120, 180)));
  CHECK(mean_absolute_change(perturbed(strip, "jpeg", {{"quality", 90.0}}), strip) < 4);
  CHECK(mean_absolute_change(perturbed(strip, "webp", {{"quality", 90.0}}), strip) < 4);
}

TEST_SUITE_END();
