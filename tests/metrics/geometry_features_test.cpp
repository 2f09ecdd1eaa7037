// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_features.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/metrics/geometry_faces.h"

namespace robench {
namespace {

double feature(const Landmarks& landmarks, std::string_view name) {
  const auto features = geometry_features();
  const auto values = measure_geometry(landmarks);
  REQUIRE(values.has_value());
  for (std::size_t k = 0; k < features.size(); ++k) {
    if (features[k].name == name) return (*values)[static_cast<Eigen::Index>(k)];
  }
  FAIL("no feature " << name);
  return 0;
}

/// Rotated by `angle_deg`, scaled, then moved.
Landmarks moved(const Landmarks& landmarks, double angle_deg, double scale, double x, double y) {
  const double angle = angle_deg / 180 * std::numbers::pi;
  const double c = scale * std::cos(angle), s = scale * std::sin(angle);
  return transformed(landmarks, {c, -s, x, s, c, y});
}

TEST_SUITE("metrics") {
  TEST_CASE("geometry: every feature of a drawn face by hand") {
    // 100 px between the eyes, face 200 px wide and 180 px high.
    const std::map<std::string_view, double> by_hand{
        {"interpupillary_over_face_width", 100.0 / 200},
        {"interpupillary_over_face_height", 100.0 / 180},
        {"face_width_over_face_height", 200.0 / 180},
        {"jaw_width_over_face_width", 160.0 / 200},
        {"chin_angle", 90},
        {"eye_width_over_interpupillary", 40.0 / 100},
        {"eye_opening", 32.0 / 80},
        {"inner_canthal_over_interpupillary", 60.0 / 100},
        {"nose_length_over_face_height", 72.0 / 180},
        {"nose_width_over_interpupillary", 50.0 / 100},
        {"nose_width_over_nose_length", 50.0 / 72},
        {"mouth_width_over_interpupillary", 80.0 / 100},
        {"lip_thickness_over_mouth_width", (6.0 + 10.0) / 80},
        {"brow_height_over_interpupillary", (150.0 - 125.0) / 100},
        {"brow_slope", std::atan2(30, 60) / std::numbers::pi * 180},
        {"philtrum_length_over_face_height", 30.0 / 180},
        {"lower_face_share", (330.0 - 262.0) / 180},
        {"facial_asymmetry", 0},
        {"nose_tip_offset", 0}};
    CHECK(by_hand.size() == geometry_features().size());
    for (const auto& [name, value] : by_hand) {
      CAPTURE(name);
      CHECK(feature(drawn_face(), name) == doctest::Approx(value).epsilon(1e-9));
    }
  }

  TEST_CASE("geometry: a turned nose and a crooked mouth") {
    Landmarks face = drawn_face();
    face.points[30].x += 10;  // nose tip: its mirror image lies 20 px away
    CHECK(feature(face, "nose_tip_offset") == doctest::Approx(0.1));
    CHECK(feature(face, "facial_asymmetry") == doctest::Approx(0.2 / 68));
    face = drawn_face();
    face.points[54].x += 17;  // both mouth corners are 17 px from each other's mirror image
    CHECK(feature(face, "facial_asymmetry") == doctest::Approx(2 * 0.17 / 68));
  }

  TEST_CASE("geometry: features ignore position, size and roll") {
    const Landmarks face = varied_face(RandomStream(1, "test", "", "face", 0));
    const auto straight = *measure_geometry(face);
    for (const Landmarks& other : {moved(face, 0, 1, 731, -90), moved(face, 0, 0.31, 0, 0),
                                   moved(face, 17, 2.7, 40, 8), moved(face, -140, 0.8, 900, 900)}) {
      const auto values = measure_geometry(other);
      REQUIRE(values.has_value());
      // 1e-4: coordinates of some hundred pixels are rounded to 32 bits.
      for (Eigen::Index k = 0; k < straight.size(); ++k) {
        CAPTURE(geometry_features()[k].name);
        CHECK((*values)[k] == doctest::Approx(straight[k]).epsilon(1e-4));
      }
    }
  }

  TEST_CASE("geometry: a mirrored face has the same shape, and the nose points the other way") {
    const Landmarks face = varied_face(RandomStream(2, "test", "", "face", 0));
    const Landmarks neutral = drawn_face();
    Landmarks mirrored;
    for (int i = 0; i < Landmarks::kCount; ++i) {
      // The drawn face is symmetric about x = 200: it tells which points are partners.
      const cv::Point2f partner(400 - neutral.points[i].x, neutral.points[i].y);
      const auto at = std::find(neutral.points.begin(), neutral.points.end(), partner);
      REQUIRE(at != neutral.points.end());
      const cv::Point2f& point = face.points[at - neutral.points.begin()];
      mirrored.points[i] = {400 - point.x, point.y};
    }
    for (const GeometryFeature& f : geometry_features()) {
      CAPTURE(f.name);
      const double sign = f.name == "nose_tip_offset" ? -1 : 1;
      CHECK(feature(mirrored, f.name) == doctest::Approx(sign * feature(face, f.name)).epsilon(1e-4));
    }
  }

  TEST_CASE("geometry: degenerate landmarks have no shape") {
    Landmarks face = drawn_face();
    face.points[3].x = std::numeric_limits<float>::quiet_NaN();
    CHECK_FALSE(measure_geometry(face));
    face = drawn_face();
    face.points[3].y = std::numeric_limits<float>::infinity();
    CHECK_FALSE(measure_geometry(face));
    face = drawn_face();
    for (int i = 0; i < 6; ++i) face.points[42 + i] = face.points[36 + i];
    CHECK_FALSE(measure_geometry(face));  // the eyes coincide
    face = drawn_face();
    face.points[16] = face.points[0];
    CHECK_FALSE(measure_geometry(face));  // a face without width
    CHECK_FALSE(measure_geometry(Landmarks{}));
  }

  TEST_CASE("geometry: the table of metrics/GEOMETRY.md is the table of the code") {
    std::ifstream file(ROBENCH_SOURCE_DIR "/metrics/GEOMETRY.md");
    REQUIRE(file.good());
    std::vector<std::string> documented, expected;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("| `") && !line.starts_with("| `geometry_")) documented.push_back(line);
    }
    for (const GeometryFeature& f : geometry_features()) {
      expected.push_back(fmt::format("| `{}` | {} | {} | {} | {} to {} | {} |", f.name, f.formula,
                                     f.meaning, f.unit, f.plausible_low, f.plausible_high,
                                     f.nuisance ? "pose" : "shape"));
    }
    for (const std::string& row : expected) {
      if (std::find(documented.begin(), documented.end(), row) == documented.end())
        MESSAGE("missing: " << row);
    }
    CHECK(documented == expected);
  }
}

}  // namespace
}  // namespace robench
