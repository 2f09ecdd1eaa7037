// SPDX-License-Identifier: Apache-2.0
#include "models/yunet_decode.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "models/face.h"
#include "perturb/error.h"

namespace robench {
namespace {

/// Outputs of an input of 64 px at stride 32: 2 x 2 cells, all silent.
struct Outputs {
  std::vector<float> cls = std::vector<float>(4, 0.F);
  std::vector<float> obj = std::vector<float>(4, 0.F);
  std::vector<float> bbox = std::vector<float>(16, 0.F);
  std::vector<float> kps = std::vector<float>(40, 0.F);

  void set(std::size_t cell, float class_score, float objectness, std::array<float, 4> box) {
    cls[cell] = class_score;
    obj[cell] = objectness;
    std::copy(box.begin(), box.end(), bbox.begin() + static_cast<std::ptrdiff_t>(4 * cell));
  }
  [[nodiscard]] std::vector<YunetFace> faces() const {
    const YunetLevel level{32, cls, obj, bbox, kps};
    return decode_yunet(std::span(&level, 1), 64, 0.6, 0.3);
  }
};

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("yunet: a face planted in a cell comes out in pixels") {
    Outputs outputs;
    // Cell 3 = second row, second column. Centre half a cell from its corner, twice as high as wide.
    outputs.set(3, 0.81F, 1.F, {0.5F, 0.5F, 0.F, std::log(2.F)});
    outputs.kps[30] = 0.25F;
    outputs.kps[31] = -0.5F;
    const auto faces = outputs.faces();
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].score == doctest::Approx(0.9));
    CHECK(faces[0].box.x == doctest::Approx(48 - 16));
    CHECK(faces[0].box.y == doctest::Approx(48 - 32));
    CHECK(faces[0].box.width == doctest::Approx(32));
    CHECK(faces[0].box.height == doctest::Approx(64));
    CHECK(faces[0].points[0].x == doctest::Approx(40));
    CHECK(faces[0].points[0].y == doctest::Approx(16));
    CHECK(faces[0].points[4].x == doctest::Approx(32));
  }

  TEST_CASE("yunet: weak scores, overlapping boxes and numbers that are none") {
    Outputs outputs;
    CHECK(outputs.faces().empty());
    outputs.set(0, 0.5F, 0.7F, {0, 0, 0, 0});  // sqrt(0.35) = 0.59
    CHECK(outputs.faces().empty());
    outputs.set(0, 0.7F, 0.7F, {0.5F, 0.5F, 0, 0});
    outputs.set(1, 0.9F, 0.9F, {-0.5F, 0.5F, 0, 0});  // the same box, from the cell beside
    REQUIRE(outputs.faces().size() == 1);
    CHECK(outputs.faces()[0].score == doctest::Approx(0.9));
    outputs.set(2, 1, 1, {0.5F, 0.5F, 0, 0});  // another box, and the highest score
    REQUIRE(outputs.faces().size() == 2);
    CHECK(outputs.faces()[0].box.y == doctest::Approx(32));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    outputs.set(2, 1, 1, {nan, 0, 0, 0});
    CHECK(outputs.faces().size() == 1);
    outputs.set(2, nan, 1, {0, 0, 0, 0});
    CHECK(outputs.faces().size() == 1);
    outputs.set(2, 1, 1, {0, 0, 1e30F, 0});  // e^1e30 overflows
    CHECK(std::isfinite(outputs.faces()[0].box.width));
  }

  TEST_CASE("a detector with weights of the user's: what is missing is told") {
    CHECK(detector_needs_file("yunet"));
    CHECK_FALSE(detector_needs_file("dlib_hog"));
    CHECK_THROWS_WITH_AS(static_cast<void>(make_detector("yunet")),
                         doctest::Contains("needs the file of its weights"), ConfigError);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_detector("yunet:/no/such.onnx")),
                         doctest::Contains("there is no file '/no/such.onnx'"), EnvironmentError);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_detector("dlib_hog:/some.onnx")),
                         doctest::Contains("takes no file"), ConfigError);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_detector("yunt:/some.onnx")),
                         doctest::Contains("did you mean 'yunet'?"), ConfigError);
  }
}

}  // namespace robench
