// SPDX-License-Identifier: Apache-2.0
// Are lamps of planted strength found from pixels alone, whatever the heads and wherever the lamps?
#include "tests/realism/lamp_strength.h"

#include <doctest/doctest.h>

#include "perturb/srgb.h"
#include "tests/support/generated_face.h"

namespace robench::realism {
namespace {

struct PlantedLamp {
  Light light;
  double strength;
};

Image picture_under(std::uint32_t person, const PlantedLamp& lamp) {
  FaceRecipe recipe;
  recipe.subject = person;
  recipe.light_azimuth_deg = lamp.light.azimuth_deg;
  recipe.light_elevation_deg = lamp.light.elevation_deg;
  recipe.ambient = 0.05;
  recipe.size_px = 168;
  recipe.inter_eye_px = 75;
  return apply_table(render_face(recipe).image,
                     table_of_linear([&](double light) { return lamp.strength * light; }));
}

std::vector<Subject> people_under(const std::vector<PlantedLamp>& lamps, std::uint32_t people) {
  std::vector<Subject> subjects;
  for (std::uint32_t person = 1; person <= people; ++person) {
    Subject subject{std::to_string(person), picture_under(person, {{}, 1}), {}, {}};
    for (const PlantedLamp& lamp : lamps)
      subject.lit.push_back({lamp.light, picture_under(person, lamp)});
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

TEST_SUITE("planted") {
  TEST_CASE("lamp strengths: the ratio of mirrored lamps is found, and nothing is made up") {
    const std::vector<Subject> subjects = people_under({{{25, 0}, 1.1},
                                                        {{-25, 0}, 0.8},
                                                        {{60, 20}, 0.9},
                                                        {{-60, 20}, 1.0},
                                                        {{0, 35}, 0.7},     // in the middle
                                                        {{40, -20}, 0.7}},  // without its mirror image
                                                       5);
    const std::map<Light, double> found = lamp_strengths(subjects);
    REQUIRE(found.size() == 4);
    CHECK(found.at({25, 0}) / found.at({-25, 0}) == doctest::Approx(1.1 / 0.8).epsilon(0.03));
    CHECK(found.at({60, 20}) / found.at({-60, 20}) == doctest::Approx(0.9).epsilon(0.03));
    CHECK(found.at({25, 0}) * found.at({-25, 0}) == doctest::Approx(1));
    // Four people are too few to tell.
    CHECK(lamp_strengths(std::span(subjects).first(4)).empty());
  }
}

}  // namespace
}  // namespace robench::realism
