// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>

#include "metrics/confidence/conformal.h"
#include "metrics/confidence/coverage_audit.h"

namespace robench {
namespace {

std::vector<double> one_to(int n) {
  std::vector<double> values(n);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}
std::vector<int> people(int n) {
  std::vector<int> subject(n);
  std::iota(subject.begin(), subject.end(), 0);
  return subject;
}

TEST_SUITE("metrics") {
  TEST_CASE("conformal limits are order statistics with the finite-sample rank") {
    // 19 people: ceil(20 x 0.9) = 18th smallest, 20 x 0.95 = 19th.
    const ConformalReference reference = conformal_reference(one_to(19), people(19));
    CHECK(reference.subjects == 19);
    CHECK(upper_limit(reference, 0.9) == 18);
    CHECK(lower_limit(reference, 0.9) == 2);
    CHECK(upper_limit(reference, 0.95) == 19);
    CHECK(std::isinf(upper_limit(reference, 0.96)));
    const ConformalBand band = two_sided_band(reference, 0.9);
    CHECK(band.low == 1);
    CHECK(band.high == 19);
    CHECK(band.note.empty());
    CHECK(band.holds(1));
    CHECK_FALSE(band.holds(0.5));
  }

  TEST_CASE("too few subjects give an infinite band that says so") {
    CHECK(least_subjects(0.9) == 9);
    CHECK(least_subjects(0.95) == 19);
    CHECK(least_subjects(0.5) == 1);
    const ConformalReference few = conformal_reference(one_to(18), people(18));
    const ConformalBand band = two_sided_band(few, 0.9);
    CHECK(std::isinf(band.low));
    CHECK(std::isinf(band.high));
    CHECK(band.note == "18 subjects cannot promise 90 %: at least 19 are needed, the band is infinite");
    CHECK(upper_band(few, 0.9).high == 18);
    CHECK(lower_band(few, 0.9).low == 1);
    const ConformalReference none = conformal_reference({}, {});
    CHECK(std::isinf(upper_limit(none, 0.5)));
    CHECK(conformal_p(none, 3, Tail::upper) == 1);
  }

  TEST_CASE("a subject weighs one however many trials it has; unknown people count on their own") {
    // Subject 4 has four trials of 1/4 each; two unknown people and a value that is not there.
    const std::vector<double> value = {1, 2, 3, 4, 10, 20, std::nan("")};
    const std::vector<int> subject = {4, 4, 4, 4, -1, -1, 7};
    const ConformalReference reference = conformal_reference(value, subject);
    CHECK(reference.subjects == 3);
    CHECK(std::accumulate(reference.weight.begin(), reference.weight.end(), 0.0) == doctest::Approx(3));
    CHECK(upper_limit(reference, 0.5) == 10);    // needs a weight of 2: all of subject 4 and one more
    CHECK(upper_limit(reference, 0.25) == 4);    // needs 1
    CHECK(upper_limit(reference, 0.1875) == 3);  // needs 0.75
    // (1 + weight of the values >= 3) / 4 = (1 + 0.5 + 2) / 4
    CHECK(conformal_p(reference, 3, Tail::upper) == doctest::Approx(3.5 / 4));
    CHECK(conformal_p(reference, 3, Tail::lower) == doctest::Approx(1.75 / 4));
    CHECK(conformal_p(reference, 3, Tail::two_sided) == doctest::Approx(3.5 / 4));

    const ConformalReference drawn = conformal_reference(value, subject, SubjectRule::one_trial, 5);
    CHECK(drawn.subjects == 3);
    CHECK(drawn.value.size() == 3);
    CHECK(drawn.value[0] <= 4);
    CHECK(drawn.weight == std::vector<double>{1, 1, 1});
  }

  TEST_CASE("ties count in full, or by a share that the caller draws") {
    const ConformalReference reference = conformal_reference(std::vector<double>{1, 2, 2, 3}, people(4));
    CHECK(conformal_p(reference, 2, Tail::upper) == doctest::Approx(4.0 / 5));
    CHECK(conformal_p(reference, 2, Tail::upper, 0.5) == doctest::Approx((1 + 0.5 * 3) / 5));
    CHECK(conformal_p(reference, 2, Tail::upper, 0) == doctest::Approx(1.0 / 5));
    CHECK(conformal_p(reference, 4, Tail::upper) == doctest::Approx(1.0 / 5));
    CHECK(conformal_p(reference, 0, Tail::upper) == 1);
    CHECK(std::isnan(conformal_p(reference, std::nan(""), Tail::upper)));
  }

  TEST_CASE("a category with too few subjects falls back to all, with the reason") {
    const std::vector<std::string> bin = {"low", "low", "", "high", "high", "high"};
    const MondrianReference reference =
        mondrian_reference(one_to(6), std::vector<int>{0, 1, 2, 3, 4, 4}, bin);
    CHECK(reference.all.subjects == 5);
    const MondrianChoice own = choose_reference(reference, "low", 2);
    CHECK(own.note.empty());
    CHECK(own.reference->subjects == 2);
    const MondrianChoice few = choose_reference(reference, "high", 3);
    CHECK(few.reference == &reference.all);
    CHECK(few.note ==
          "2 subjects of 'high' are fewer than the 3 needed: the calibration of all is taken");
    CHECK(choose_reference(reference, "none", 1).note ==
          "no calibration of 'none': that of all is taken");
  }

  TEST_CASE("an audit says where bands fail") {
    std::vector<AuditedBand> bands;
    for (int unit = 0; unit < 40; ++unit) {
      bands.push_back({unit, true, 0.2, {"all", "clean"}});
      bands.push_back({unit, unit % 2 == 0, 0.4, {"all", "dark"}});
    }
    bands.push_back({0, true, std::numeric_limits<double>::infinity(), {"few"}});
    const auto rows = coverage_audit(bands, 0.9, SubjectBootstrap(40, 1));
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].cell == "all");
    CHECK(rows[0].coverage.value == 0.75);
    CHECK(rows[0].coverage.n == 80);
    CHECK(rows[0].median_width == doctest::Approx(0.3));
    CHECK(rows[0].verdict == CoverageRow::Verdict::fails);
    CHECK(rows[1].verdict == CoverageRow::Verdict::holds);
    CHECK(rows[2].coverage.value == 0.5);
    CHECK(rows[2].verdict == CoverageRow::Verdict::fails);
    CHECK(rows[3].verdict == CoverageRow::Verdict::cannot_tell);
    CHECK(rows[3].infinite == 1);
    CHECK(std::isnan(rows[3].median_width));
  }
}

}  // namespace
}  // namespace robench
