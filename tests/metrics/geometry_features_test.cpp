// SPDX-License-Identifier: Apache-2.0
#include "metrics/geometry_features.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

const MeanShape& drawn_mean() {
  static const std::array faces{*upright_face(drawn_face())};
  static const MeanShape mean(faces);
  return mean;
}

double feature(const Landmarks& landmarks, std::string_view name) {
  const auto features = geometry_features();
  const auto values = measure_geometry(landmarks, drawn_mean());
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
        {"face_width_over_upper_height", (298.0 - 102) / (252 - 110)},
        {"cheek_width_over_face_width", (294.0 - 106) / 200},
        {"chin_width_over_jaw_width", (227.0 - 173) / 160},
        {"jaw_angle", 180 - (std::atan2(50, 14) / std::numbers::pi * 180 - 45)},
        {"chin_height_over_face_height", (330.0 - 276) / 180},
        {"eye_slant", 0},
        {"outer_canthal_over_face_width", (270.0 - 130) / 200},
        {"brow_length_over_interpupillary", std::hypot(60, 30) / 100},
        {"brow_spacing_over_interpupillary", (220.0 - 180) / 100},
        {"nose_bridge_over_nose_length", (205.0 - 150) / 72},
        {"nose_width_over_mouth_width", 50.0 / 80},
        {"upper_lip_share", 6.0 / 16},
        {"eye_opening_difference", 0},
        {"brow_height_difference", 0},
        {"mouth_height_difference", 0},
        {"jaw_height_difference", 0},
        {"distance_to_average", 0},
        {"mouth_opening", (266.0 - 258) / 100},
        {"mouth_corner_lift", 0},
        {"facial_asymmetry", 0},
        {"nose_tip_offset", 0},
        {"yaw", 0},
        {"pitch", std::atan2(0.5 * 1.12 - 0.55, 0.5) / std::numbers::pi * 180},
        {"roll", 0},
        {"interpupillary_px", 100}};
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

  TEST_CASE("geometry: what is nuisance and what lifts, by hand") {
    Landmarks face = drawn_face();
    face.points[30].x += 50;  // half of the half width
    CHECK(feature(face, "yaw") == doctest::Approx(30));
    face = drawn_face();
    face.points[48].y -= 10;
    CHECK(feature(face, "mouth_height_difference") == doctest::Approx(0.1));
    CHECK(feature(face, "mouth_corner_lift") == doctest::Approx(0.05));
    face = drawn_face();
    face.points[36].y -= 4, face.points[45].y -= 4;  // both outer corners 4 px up
    CHECK(feature(face, "eye_slant") > 5);
    CHECK(feature(moved(drawn_face(), 12, 2, 0, 0), "roll") == doctest::Approx(12).epsilon(1e-5));
    CHECK(feature(moved(drawn_face(), 12, 2, 0, 0), "interpupillary_px") == doctest::Approx(200));
  }

  TEST_CASE("geometry: distance to the mean shape") {
    // Two faces: the mean lies midway, so both are equally far, at half of the angle between them.
    const std::array faces{*upright_face(drawn_face()),
                           *upright_face(varied_face(RandomStream(3, "test", "", "face", 0)))};
    const MeanShape mean(faces), first({faces.data(), 1});
    CHECK(mean.distance(faces[0]) == doctest::Approx(mean.distance(faces[1])).epsilon(1e-9));
    CHECK(first.distance(faces[1]) ==
          doctest::Approx(std::sin(2 * std::asin(mean.distance(faces[0])))).epsilon(1e-9));
    CHECK(first.distance(faces[0]) < 1e-12);
  }

  TEST_CASE("geometry: propagated landmark error by hand") {
    // ied / width: 1 / 2 for 200 px. One coordinate of 0 and of 16 each move the width by the error, and
    // twelve coordinates of the eyes the ied by 1/6 of it: squares add up.
    const auto error = landmark_uncertainty(drawn_face(), drawn_mean());
    REQUIRE(error.has_value());
    const double of_width = 0.25 * kLandmarkError * std::sqrt(2.0);  // d(1/w) = dw / w^2, w = 2
    const double of_ied = 0.5 * kLandmarkError * std::sqrt(12.0) / 6;
    CHECK((*error)[0] == doctest::Approx(std::hypot(of_width, of_ied)).epsilon(0.002));
    CHECK_FALSE(landmark_uncertainty(Landmarks{}, drawn_mean()).has_value());
  }

  TEST_CASE("geometry: features ignore position, size and roll") {
    const Landmarks face = varied_face(RandomStream(1, "test", "", "face", 0));
    const auto straight = *measure_geometry(face, drawn_mean());
    for (const Landmarks& other : {moved(face, 0, 1, 731, -90), moved(face, 0, 0.31, 0, 0),
                                   moved(face, 17, 2.7, 40, 8), moved(face, -140, 0.8, 900, 900)}) {
      const auto values = measure_geometry(other, drawn_mean());
      REQUIRE(values.has_value());
      // 1e-4: coordinates of some hundred pixels are rounded to 32 bits.
      for (Eigen::Index k = 0; k < straight.size(); ++k) {
        const std::string_view name = geometry_features()[k].name;
        if (name == "roll" || name == "interpupillary_px") continue;
        CAPTURE(name);
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
      const double sign = f.name == "nose_tip_offset" || f.name == "yaw" || f.name == "roll" ? -1 : 1;
      CHECK(feature(mirrored, f.name) == doctest::Approx(sign * feature(face, f.name)).epsilon(1e-4));
    }
  }

  TEST_CASE("geometry: degenerate landmarks have no shape") {
    Landmarks face = drawn_face();
    face.points[3].x = std::numeric_limits<float>::quiet_NaN();
    CHECK_FALSE(measure_geometry(face, drawn_mean()));
    face = drawn_face();
    face.points[3].y = std::numeric_limits<float>::infinity();
    CHECK_FALSE(measure_geometry(face, drawn_mean()));
    face = drawn_face();
    for (int i = 0; i < 6; ++i) face.points[42 + i] = face.points[36 + i];
    CHECK_FALSE(measure_geometry(face, drawn_mean()));  // the eyes coincide
    face = drawn_face();
    face.points[16] = face.points[0];
    CHECK_FALSE(measure_geometry(face, drawn_mean()));  // a face without width
    CHECK_FALSE(measure_geometry(Landmarks{}, drawn_mean()));
  }

  TEST_CASE("geometry: the table of metrics/GEOMETRY.md is the table of the code") {
    std::ifstream file(ROBENCH_SOURCE_DIR "/metrics/GEOMETRY.md");
    REQUIRE(file.good());
    std::vector<std::string> documented, expected;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("| `") && !line.starts_with("| `geometry_")) documented.push_back(line);
    }
    for (const GeometryFeature& f : geometry_features()) {
      expected.push_back(fmt::format("| `{}` | {} | {} | {} | {} to {} | {} | {} |", f.name, f.formula,
                                     f.meaning, f.unit, f.plausible_low, f.plausible_high,
                                     f.typical_error, to_string(f.kind)));
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
