// SPDX-License-Identifier: Apache-2.0
#include "perturb/perturbation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "perturb/error.h"

using namespace robench;

namespace {

const PerturbationSpec& spec_of(const char* name) { return find_perturbation(name)->spec; }

Params given(const char* name, ParamValue value) {
  Params params;
  params.set(name, std::move(value));
  return params;
}

std::string fault(const char* perturbation, const Params& params) {
  try {
    (void)resolved_params(spec_of(perturbation), params);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("the registry is sorted and holds the lighting family") {
  const auto& registry = perturbation_registry();
  CHECK(std::is_sorted(registry.begin(), registry.end(), [](const auto& a, const auto& b) {
    return std::pair(a.family, a.spec.name) < std::pair(b.family, b.spec.name);
  }));
  for (const char* name : {"backlight", "brightness", "cast_shadow", "colour_temperature", "contrast",
                           "gamma", "low_light", "over_exposure", "side_light"}) {
    REQUIRE(find_perturbation(name) != nullptr);
    CHECK(find_perturbation(name)->family == "lighting");
  }
  CHECK(find_perturbation("gama") == nullptr);
  CHECK(perturbation_names().size() == registry.size());
}

TEST_CASE("every spec is complete and consistent") {
  for (const RegisteredPerturbation& entry : perturbation_registry()) {
    const PerturbationSpec& spec = entry.spec;
    CAPTURE(spec.name);
    CHECK_FALSE(spec.summary.empty());
    CHECK_FALSE(spec.ladder_source.empty());
    CHECK(spec.neutral.has_value() == spec.no_neutral_reason.empty());
    const ParamSpec* strength = spec.find_param(spec.strength);
    REQUIRE(strength != nullptr);
    CHECK(strength->kind != ParamKind::choice);
    CHECK_FALSE(strength->unit.empty());
    // With a default it could not be seen whether a strength was given.
    CHECK_FALSE(strength->default_value.has_value());
    for (const double rung : spec.ladder) CHECK((rung >= strength->min && rung <= strength->max));
    if (spec.neutral) CHECK((*spec.neutral >= strength->min && *spec.neutral <= strength->max));
    const bool rises = std::is_sorted(spec.ladder.begin(), spec.ladder.end());
    const bool falls = std::is_sorted(spec.ladder.rbegin(), spec.ladder.rend());
    CHECK((rises || falls));
    for (const ParamSpec& param : spec.params) {
      CAPTURE(param.name);
      CHECK_FALSE(param.summary.empty());
      CHECK(param.summary.back() != '.');
      if (param.kind == ParamKind::choice) {
        CHECK(param.choices.size() >= 2);
      } else {
        CHECK(param.min < param.max);
      }
    }
  }
}

TEST_CASE("a severity is read off the ladder, linear between its rungs") {
  const PerturbationSpec& gamma = spec_of("gamma");
  CHECK(strength_at(gamma, 1) == 1.25);
  CHECK(strength_at(gamma, 5) == 3.2);
  CHECK(strength_at(gamma, 3) == 2.0);
  CHECK(strength_at(gamma, 3.5) == doctest::Approx(2.25));
  CHECK(strength_at(gamma, 0.5) == doctest::Approx(1.125));  // between neutral 1 and 1.25
  for (const double severity : {-1.0, 5.01, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS((void)strength_at(gamma, severity), ConfigError);
  }
}

TEST_CASE("below severity 1 there is nothing without a neutral value, and whole numbers stay whole") {
  PerturbationSpec spec = spec_of("gamma");
  spec.neutral.reset();
  CHECK(strength_at(spec, 1) == 1.25);
  CHECK_THROWS_AS((void)strength_at(spec, 0.5), ConfigError);
  spec.params[0].kind = ParamKind::integer;
  spec.ladder = {25, 18, 15, 10, 7};  // ImageNet-C's JPEG qualities
  CHECK(strength_at(spec, 1.5) == 22.0);
}

TEST_CASE("defaults are filled in") {
  const Params params = resolved_params(spec_of("low_light"), given("ev", 2.0));
  CHECK(params.canonical() == "ev=2;gain=0.5;read_noise_electrons=3;white_electrons=1000");
  CHECK(resolved_params(spec_of("low_light"), params) == params);
}

TEST_CASE("direction names the lit side: it sets the sign of the azimuth") {
  const auto canonical = [](Params params) {
    return resolved_params(spec_of("side_light"), params).canonical();
  };
  Params params = given("ratio_ev", 2.0);
  CHECK(canonical(params) == "azimuth_deg=80;direction=left;elevation_deg=15;exposure=auto;ratio_ev=2");
  params.set("direction", "right");
  CHECK(canonical(params) ==
        "azimuth_deg=-80;direction=right;elevation_deg=15;exposure=auto;ratio_ev=2");
  params.set("azimuth_deg", 50.0);
  const std::string by_direction = canonical(params);
  params.erase("direction");
  params.set("azimuth_deg", -50.0);
  CHECK(canonical(params) == by_direction);
  CHECK(resolved_params(spec_of("side_light"), resolved_params(spec_of("side_light"), params))
            .canonical() == by_direction);
  params.set("azimuth_deg", 0.0);  // light from the camera has no side
  CHECK(canonical(params) == "azimuth_deg=0;elevation_deg=15;exposure=auto;ratio_ev=2");
}

TEST_CASE("faults name the parameter, its range and its unit") {
  CHECK(fault("low_light", given("evv", 2.0)) ==
        "error: unknown parameter 'evv' of 'low_light'; did you mean 'ev'?");
  CHECK(fault("low_light", given("ev", 13.0)) ==
        "error: 'low_light': parameter 'ev' is 13, out of range; allowed: 0 to 12 EV");
  CHECK(
      fault("colour_temperature", given("kelvin", "warm")) ==
      "error: 'colour_temperature': parameter 'kelvin' is 'warm', not a number; allowed: 1667 to 25000 "
      "kelvin");
  CHECK(fault("cast_shadow", given("pattern", "leafs")) ==
        "error: 'cast_shadow': parameter 'pattern' cannot be 'leafs'; allowed: leaf, blind; did you "
        "mean 'leaf'?");
  CHECK(fault("cast_shadow", given("pattern", 3.0)) ==
        "error: 'cast_shadow': parameter 'pattern' cannot be '3'; allowed: leaf, blind");
  CHECK_FALSE(fault("gamma", given("gamma", std::numeric_limits<double>::quiet_NaN())).empty());
  CHECK_FALSE(fault("gamma", given("gamma", std::numeric_limits<double>::infinity())).empty());
}

TEST_CASE("several faults come together") {
  Params params = given("evv", 1.0);
  params.set("gain", 2.0);
  try {
    (void)resolved_params(spec_of("low_light"), params);
    FAIL("no fault found");
  } catch (const ConfigError& error) {
    CHECK(error.diagnostics().size() == 2);
  }
}

TEST_SUITE_END();
