// SPDX-License-Identifier: Apache-2.0
// Tests at 5 % reject 5 times in 100 where there is nothing to find.
#include <cmath>
#include <numeric>
#include <span>

#include "metrics/multiple_testing.h"
#include "metrics/permutation.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

double correlation(std::span<const double> x, std::span<const double> y, std::span<const int> order) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double b = y[order[i]];
    sx += x[i];
    sy += b;
    sxx += x[i] * x[i];
    syy += b * b;
    sxy += x[i] * b;
  }
  return (sxy - sx * sy / n) / std::sqrt((sxx - sx * sx / n) * (syy - sy * sy / n));
}

/// Two unrelated values of 100 people from five villages, both shifted by their village: a free
/// permutation finds a relation, one within villages does not.
double p_of_villages(const RandomStream& stream, int simulation, bool restricted) {
  constexpr int kPeople = 100;
  std::vector<double> x(kPeople), y(kPeople);
  std::vector<int> village(kPeople), order(kPeople);
  std::iota(order.begin(), order.end(), 0);
  const RandomStream shifts = stream.fork("villages");
  for (int i = 0; i < kPeople; ++i) {
    village[i] = i % 5;
    x[i] = stream.normal(2 * i) + shifts.normal(2 * village[i]);
    y[i] = stream.normal(2 * i + 1) + shifts.normal(2 * village[i] + 1);
  }
  const std::vector<int> one_block(kPeople, 0);
  return permutation_test(correlation(x, y, order), restricted ? village : one_block, 199, simulation,
                          "village", Tail::two_sided,
                          [&](std::span<const int> moved) { return correlation(x, y, moved); })
      .p;
}

TEST_SUITE("planted") {
  TEST_CASE("a permutation within blocks keeps its level where blocks differ; a free one does not") {
    const auto rejects = [](bool restricted) {
      return share_of("permutation", kSimulations, [=](const RandomStream& stream, int simulation) {
        return p_of_villages(stream, simulation, restricted) <= 0.05;
      });
    };
    check_size("permutation within villages", rejects(true));
    const double free = rejects(false);
    MESSAGE("permutation across villages: rejects at 5 % in ", 100 * free, " %");
    CHECK(free > 0.15);
  }

  TEST_CASE("Holm keeps the chance of any false rejection; unadjusted tests do not") {
    constexpr int kTests = 20;
    const auto p_of = [](const RandomStream& stream) {
      std::vector<double> p(kTests);
      for (int t = 0; t < kTests; ++t) p[t] = stream.uniform(t);
      return p;
    };
    const auto any_below = [](std::vector<double> p) {
      return *std::min_element(p.begin(), p.end()) <= 0.05;
    };
    const double adjusted = share_of("holm", 4 * kSimulations, [&](const RandomStream& stream, int) {
      return any_below(holm(p_of(stream)));
    });
    const double plain = share_of(
        "holm", kSimulations, [&](const RandomStream& stream, int) { return any_below(p_of(stream)); });
    check_size("any of 20 tests, Holm", adjusted);
    MESSAGE("any of 20 tests, unadjusted: rejects at 5 % in ", 100 * plain, " %");
    CHECK(plain > 0.5);
  }

  TEST_CASE("Benjamini-Hochberg keeps the share of false discoveries") {
    constexpr int kTests = 40;  // 10 of them have an effect
    std::vector<double> false_share(kSimulations);
    tbb::parallel_for(0, kSimulations, [&](int s) {
      const RandomStream stream = simulation_stream("benjamini_hochberg", s);
      std::vector<double> p(kTests);
      for (int t = 0; t < kTests; ++t)
        p[t] = std::erfc(std::abs(stream.normal(t) + (t < 10 ? 3 : 0)) / std::sqrt(2.0));
      const auto adjusted = benjamini_hochberg(p);
      int found = 0, wrong = 0;
      for (int t = 0; t < kTests; ++t) {
        found += adjusted[t] <= 0.05 ? 1 : 0;
        wrong += adjusted[t] <= 0.05 && t >= 10 ? 1 : 0;
      }
      false_share[s] = found > 0 ? static_cast<double>(wrong) / found : 0;
    });
    const double rate = std::accumulate(false_share.begin(), false_share.end(), 0.0) / kSimulations;
    MESSAGE("false discoveries at q = 5 %: ", 100 * rate, " % (30 of 40 tests have no effect: 3.75 %)");
    CHECK(rate == doctest::Approx(0.0375).epsilon(0.1));
  }
}

}  // namespace
}  // namespace robench::planted
