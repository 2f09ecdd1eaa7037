// SPDX-License-Identifier: Apache-2.0
#include "suites/model_check.h"

#include <limits>

#include <doctest/doctest.h>

namespace robench {
namespace {

ModelCheck checked(double measured, std::optional<Interval> ci95, std::optional<double> published) {
  ModelCheck check;
  check.card.name = "mine";
  check.card.published_lfw = published;
  check.card.published_lfw_source = "its page";
  check.data = "lfw";
  check.accuracy = {"lfw_accuracy", measured, "share", 3000, ci95, Better::higher, "mean over 5 folds"};
  check.eer = {"eer", 0.01, "share", 3000, std::nullopt, Better::lower, ""};
  return check;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("difference from a published accuracy, by hand") {
    // 1.959964 * sqrt(0.99 * 0.01 / 6000) = 0.0025177; hypot(0.004, 0.0025177) = 0.0047264;
    // hypot(0.003, 0.0025177) = 0.0039165.
    const Difference d = difference_from_published(0.985, {0.981, 0.988}, 0.99);
    CHECK(d.value == doctest::Approx(-0.005));
    CHECK(d.ci95.low == doctest::Approx(-0.0097264).epsilon(1e-4));
    CHECK(d.ci95.high == doctest::Approx(-0.0010835).epsilon(1e-4));
  }

  TEST_CASE("verdicts") {
    const auto verdict = [](double measured, std::optional<Interval> ci95,
                            std::optional<double> published) {
      return judge(checked(measured, ci95, published)).verdict;
    };
    CHECK(verdict(0.985, Interval{0.981, 0.988}, 0.99) == Verdict::lower);
    CHECK(verdict(0.988, Interval{0.984, 0.991}, 0.99) == Verdict::agrees);
    CHECK(verdict(0.998, Interval{0.996, 0.999}, 0.99) == Verdict::higher);
    CHECK(verdict(0.985, Interval{0.965, 0.997}, 0.99) == Verdict::cannot_tell);  // too wide
    CHECK(verdict(0.985, std::nullopt, 0.99) == Verdict::cannot_tell);
    CHECK(verdict(0.985, Interval{0.981, 0.988}, std::nullopt) == Verdict::cannot_tell);
    CHECK(verdict(std::numeric_limits<double>::quiet_NaN(), std::nullopt, 0.99) == Verdict::cannot_tell);
  }

  TEST_CASE("what is printed holds n, interval, fall-backs and the verdict") {
    ModelCheck check = checked(0.985, Interval{0.981, 0.988}, 0.99);
    check.fallback_boxes = 27;
    const std::string text = check_text(check);
    for (const char* part :
         {"0.9850, 95 % [0.9810, 0.9880] over subjects, n = 3000 pairs; mean over 5 folds",
          "27 in a fall-back box", "published  0.99 (its page)", "LOWER than published",
          "robench models doctor mine"})
      CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace robench
