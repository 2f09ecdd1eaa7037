// SPDX-License-Identifier: Apache-2.0
#include "perturb/condition.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "perturb/error.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

Params with(const char* name, ParamValue value) {
  Params params;
  params.set(name, std::move(value));
  return params;
}

Condition one(Step step) { return {{std::move(step)}, Stage::crop}; }

const GeneratedFace& head() {
  static const GeneratedFace face = [] {
    FaceRecipe recipe;
    recipe.size_px = 120;
    recipe.inter_eye_px = 24;
    return render_face(recipe);
  }();
  return face;
}

Image applied(const Condition& condition, const char* sample = "sample", int repetition = 0,
              std::uint64_t seed = 1) {
  return PreparedCondition(condition, seed)
      .apply(head().image, Frame(head().landmarks), sample, repetition)
      .image;
}

std::string fault(const std::function<void()>& action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE_BEGIN("perturb");

TEST_CASE("labels and parameters for people and tables") {
  const Condition gamma = one(step_at_severity("gamma", 3));
  CHECK(gamma.label() == "gamma@3");
  CHECK(gamma.params() == "gamma=2");
  CHECK(gamma.perturbation() == "gamma");
  CHECK(gamma.severity() == 3.0);
  CHECK(gamma.family() == "lighting");

  const Condition left = one(step_at_severity("side_light", 5, with("direction", "left")));
  CHECK(left.label() == "side_light@5 direction=left");
  CHECK(left.params() == "azimuth_deg=80;direction=left;elevation_deg=15;exposure=auto;ratio_ev=5");

  const Condition physical = one(step_at_value("gamma", with("gamma", 2.2)));
  CHECK(physical.label() == "gamma gamma=2.2");
  CHECK(physical.params() == "gamma=2.2");
  CHECK_FALSE(physical.severity().has_value());

  CHECK(one(step_at_severity("gamma", 2.5)).label() == "gamma@2.5");
}

TEST_CASE("a parameter given at its default is not in the label, and a strength stands first") {
  CHECK(one(step_at_severity("cast_shadow", 2, with("pattern", "leaf"))).label() == "cast_shadow@2");
  CHECK(one(step_at_severity("cast_shadow", 2, with("pattern", "blind"))).label() ==
        "cast_shadow@2 pattern=blind");
  Params params = with("ratio_ev", 2.5);
  params.set("azimuth_deg", 40.0);
  CHECK(one(step_at_value("side_light", params)).label() == "side_light ratio_ev=2.5 azimuth_deg=40");
}

TEST_CASE("the identity") {
  const Condition identity;
  CHECK(identity.is_clean());
  CHECK(identity.label() == "identity");
  CHECK(identity.perturbation() == "identity");
  CHECK(identity.severity() == 0.0);
  CHECK(identity.params().empty());
  CHECK(identity.family() == "clean");
  CHECK_FALSE(identity.is_random());
  CHECK(applied(identity) == head().image);
}

TEST_CASE("severity 0 keeps its name and is otherwise the identity of its stage") {
  const Condition zero = one(step_at_severity("low_light", 0));
  CHECK(zero.is_clean());
  CHECK(zero.label() == "low_light@0");
  CHECK(zero.params() == "ev=0;gain=0.5;read_noise_electrons=3;white_electrons=1000");
  CHECK(zero.severity() == 0.0);
  CHECK(zero.pixel_key() == Condition().pixel_key());
  CHECK_FALSE(zero.is_random());
  CHECK(applied(zero) == head().image);

  Condition capture = zero;
  capture.stage = Stage::capture;
  CHECK(capture.pixel_key() != zero.pixel_key());
}

TEST_CASE("a chain names its steps in order") {
  const Condition chain{{step_at_severity("low_light", 3), step_at_severity("gamma", 2)}, Stage::crop};
  CHECK(chain.perturbation() == "chain");
  CHECK(chain.family() == "chain");
  CHECK(chain.params() == "low_light@3+gamma@2");
  CHECK(chain.label() == "low_light@3+gamma@2");
  CHECK_FALSE(chain.severity().has_value());
  CHECK(chain.is_random());

  const Condition mixed{{step_at_value("gamma", with("gamma", 2.2)),
                         step_at_severity("side_light", 3, with("direction", "right"))},
                        Stage::crop};
  CHECK(mixed.params() == "gamma(gamma=2.2)+side_light@3(direction=right)");
}

TEST_CASE("the pixel key tells pixels apart, not ways of writing") {
  const auto key = [](Step step) { return one(std::move(step)).pixel_key(); };
  CHECK(key(step_at_severity("gamma", 3)) == key(step_at_value("gamma", with("gamma", 2.0))));
  CHECK(key(step_at_severity("gamma", 3)) != key(step_at_severity("gamma", 4)));
  CHECK(key(step_at_severity("side_light", 3)) ==
        key(step_at_severity("side_light", 3, with("direction", "left"))));
  CHECK(key(step_at_severity("side_light", 3)) !=
        key(step_at_severity("side_light", 3, with("direction", "right"))));
  const Step a = step_at_severity("gamma", 3);
  const Step b = step_at_severity("low_light", 3);
  CHECK(Condition{{a, b}, Stage::crop}.pixel_key() != Condition{{b, a}, Stage::crop}.pixel_key());
}

TEST_CASE("a chain is one step after the other") {
  const Step dark = step_at_severity("low_light", 3);
  const Step flat = step_at_severity("gamma", 2);
  const Image once = applied(one(dark));
  const Image twice =
      PreparedCondition(one(flat), 1).apply(once, Frame(head().landmarks), "sample", 0).image;
  CHECK(applied({{dark, flat}, Stage::crop}) == twice);
}

TEST_CASE("a step at severity 0 leaves no trace in a chain") {
  const Step dark = step_at_severity("low_light", 3);
  const Condition with_clean{{step_at_severity("gamma", 0), dark}, Stage::crop};
  CHECK(with_clean.pixel_key() == one(dark).pixel_key());
  CHECK(applied(with_clean) == applied(one(dark)));
}

TEST_CASE("the same perturbation twice in a chain draws two random fields") {
  const Step leaves = step_at_severity("cast_shadow", 5);
  const Image once = applied(one(leaves));
  const Image twice = applied({{leaves, leaves}, Stage::crop});
  // With equal fields the second shadow would only deepen the first and leave sunny pixels alone.
  int newly_shaded = 0;
  for (int y = 0; y < once.height(); ++y) {
    for (int x = 0; x < once.width(); ++x) {
      const bool sunny = once.bgr().at<cv::Vec3b>(y, x) == head().image.bgr().at<cv::Vec3b>(y, x);
      newly_shaded += sunny && twice.bgr().at<cv::Vec3b>(y, x) != once.bgr().at<cv::Vec3b>(y, x);
    }
  }
  CHECK(newly_shaded > 500);
}

TEST_CASE("seed, sample and repetition change the noise; nothing else is needed for it") {
  const Condition dark = one(step_at_severity("low_light", 3));
  const Image base = applied(dark);
  CHECK(applied(dark) == base);
  CHECK_FALSE(applied(dark, "other") == base);
  CHECK_FALSE(applied(dark, "sample", 1) == base);
  CHECK_FALSE(applied(dark, "sample", 0, 2) == base);
}

TEST_CASE("faults of a step") {
  CHECK(fault([] { (void)step_at_severity("gama", 1); }) ==
        "error: unknown perturbation 'gama'; did you mean 'gamma'?");
  CHECK(fault([] { (void)step_at_severity("gamma", 6); }) ==
        "error: severity 6 is out of range; allowed: 0 to 5");
  CHECK_FALSE(fault([] { (void)step_at_severity("gamma", -1); }).empty());
  CHECK_FALSE(
      fault([] { (void)step_at_severity("gamma", std::numeric_limits<double>::quiet_NaN()); }).empty());
  CHECK(fault([] { (void)step_at_severity("gamma", 3, with("gamma", 2.0)); }) ==
        "error: 'gamma' has both a severity and 'gamma', which a severity sets; give one of them");
  CHECK(fault([] { (void)step_at_value("low_light", with("gain", 1.0)); }) ==
        "error: 'low_light' has no strength; give 'severity' or 'ev'");
  CHECK_FALSE(fault([] { (void)step_at_severity("gamma", 0, with("gama", 2.0)); }).empty());
}

TEST_SUITE_END();
