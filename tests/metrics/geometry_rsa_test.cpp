// SPDX-License-Identifier: Apache-2.0
#include "metrics/rsa.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "metrics/ranks.h"

namespace robench {
namespace {

using Points = Rsa::Points;

RandomStream stream_of(std::string_view name, int seed = 21) {
  return {std::uint64_t(seed), name, "", "", 0};
}

Points seeded_points(std::string_view name, Eigen::Index items, Eigen::Index dim, int seed = 21) {
  const RandomStream stream = stream_of(name, seed);
  Points points(items, dim);
  for (Eigen::Index i = 0; i < points.size(); ++i) points(i) = stream.normal(i);
  return points;
}

std::vector<int> all_items(Eigen::Index items) {
  std::vector<int> kept(items);
  std::iota(kept.begin(), kept.end(), 0);
  return kept;
}

Rsa::Result compare_all(const Rsa& rsa, const Points& points) {
  const auto result = rsa.compare(all_items(points.rows()), std::vector{points});
  REQUIRE(result.has_value());
  return *result;
}

/// Distances of all pairs; items in the order given.
std::vector<double> distances(const Points& points, const std::vector<int>& order) {
  std::vector<double> pairs;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      pairs.push_back((points.row(order[i]) - points.row(order[j])).norm());
    }
  }
  return pairs;
}

/// Spearman's correlation by its definition: mean ranks by counting, then Pearson.
double spearman(const std::vector<double>& a, const std::vector<double>& b) {
  const auto mean_ranks = [](const std::vector<double>& values) {
    Eigen::VectorXd ranks(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      double rank = 0.5;
      for (const double other : values) rank += other < values[i] ? 1 : other == values[i] ? 0.5 : 0;
      ranks[static_cast<Eigen::Index>(i)] = rank;
    }
    return Eigen::VectorXd(ranks.array() - ranks.mean());
  };
  const Eigen::VectorXd x = mean_ranks(a), y = mean_ranks(b);
  return x.dot(y) / (x.norm() * y.norm());
}

TEST_SUITE("metrics") {
  TEST_CASE("ranks: ties share the mean of their places, order is stable") {
    const std::vector<float> values{3.5f, -1.0f, 0.0f, 3.5f, -0.0f, -2.0f, 3.5f};
    const Ranking ranking = rank_values(values);
    CHECK(ranking.rank == std::vector<float>{6, 2, 3.5f, 6, 3.5f, 1, 6});
    CHECK(ranking.order == std::vector<std::uint32_t>{5, 1, 2, 4, 0, 3, 6});
    CHECK(rank_values({}).rank.empty());
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(rank_values(std::vector{infinity, -infinity, 0.0f}).rank == std::vector<float>{3, 1, 2});
  }

  TEST_CASE("rsa: Spearman's correlation by its definition, with ties") {
    // Whole numbers 0..3 in two dimensions: most distances occur many times.
    Points a(30, 2), b(30, 2);
    const RandomStream stream = stream_of("grid");
    for (int i = 0; i < 60; ++i) {
      a(i) = std::floor(4 * stream.uniform(i));
      b(i) = a(i) + std::floor(3 * stream.uniform(1000 + i));
    }
    const Rsa::Result result = compare_all(Rsa(a, stream, 99), b);
    const double expected = spearman(distances(a, all_items(30)), distances(b, all_items(30)));
    CHECK(expected > 0.1);
    CHECK(result.r == doctest::Approx(expected).epsilon(1e-6));
    CHECK(result.items == 30);
    CHECK(result.pairs == 435);
  }

  TEST_CASE("rsa: p agrees with the count over all relabellings") {
    // Six items have 720 relabellings; 7,999 random ones must agree within the Monte-Carlo error.
    const Points a = seeded_points("a", 6, 2);
    const Points b = a + 1.2 * seeded_points("b", 6, 2);
    const std::vector<double> of_b = distances(b, all_items(6));
    const double observed = spearman(distances(a, all_items(6)), of_b);
    std::vector<int> order = all_items(6);
    int at_least = 0;
    do {
      at_least += spearman(distances(a, order), of_b) >= observed - 1e-6;
    } while (std::next_permutation(order.begin(), order.end()));
    const double exact = at_least / 720.0;
    CAPTURE(exact);
    CHECK(exact > 0.01);
    CHECK(exact < 0.9);
    const double p = compare_all(Rsa(a, stream_of("orders"), 7999), b).p;
    CHECK(std::abs(p - exact) < 4 * std::sqrt(exact * (1 - exact) / 8000) + 1.0 / 8000);
  }

  TEST_CASE("rsa: the same space has r = 1 and the smallest p") {
    const Points a = seeded_points("a", 61, 3);
    const Rsa::Result same = compare_all(Rsa(a, stream_of("orders")), a);
    CHECK(same.r == doctest::Approx(1.0).epsilon(1e-6));
    CHECK(same.p == doctest::Approx(0.001));
    CHECK(same.ci95.high == doctest::Approx(1.0).epsilon(1e-6));
  }

  TEST_CASE("rsa: unrelated spaces reach p <= 0.05 in one of twenty runs") {
    const int runs = 400;
    int rejected = 0;
    double sum_of_p = 0;
    for (int run = 0; run < runs; ++run) {
      const Rsa rsa(seeded_points("a", 40, 3, run), stream_of("orders", run), 99);
      const double p = compare_all(rsa, seeded_points("b", 40, 5, run)).p;
      rejected += p <= 0.05;
      sum_of_p += p;
    }
    MESSAGE("rejected " << rejected << " of " << runs << ", mean p " << sum_of_p / runs);
    // 20 expected; +-3 standard errors of the binomial and of the mean of a uniform.
    CHECK(std::abs(rejected - 20) <= 13);
    CHECK(std::abs(sum_of_p / runs - 0.505) < 3 * 0.2887 / std::sqrt(runs));
  }

  TEST_CASE("rsa: the interval covers the true value in about 95 of 100 runs") {
    const auto noisy = [](const Points& points, int seed) {
      return Points(points + 1.5 * seeded_points("noise", points.rows(), points.cols(), seed));
    };
    const Points many = seeded_points("a", 2500, 3, 999);
    const double truth = compare_all(Rsa(many, stream_of("orders"), 0), noisy(many, 999)).r;
    const int runs = 400;
    int covered = 0;
    for (int run = 0; run < runs; ++run) {
      const Points points = seeded_points("a", 70, 3, run);
      const Interval ci = compare_all(Rsa(points, stream_of("orders"), 0), noisy(points, run)).ci95;
      covered += ci.low <= truth && truth <= ci.high;
    }
    MESSAGE("true r " << truth << ", covered " << covered << " of " << runs);
    CHECK(covered >= 0.92 * runs);
    CHECK(covered <= 0.985 * runs);
  }

  TEST_CASE("rsa: the standard error is that of leaving out one item after the other") {
    const int items = 80;
    const Points a = seeded_points("a", items, 3);
    const Points b = a + seeded_points("b", items, 3);
    const Interval ci = compare_all(Rsa(a, stream_of("orders"), 0), b).ci95;
    Eigen::VectorXd left_out(items);
    for (int item = 0; item < items; ++item) {
      std::vector<int> order = all_items(items);
      order.erase(order.begin() + item);
      const Points rest = a(order, Eigen::all), others = b(order, Eigen::all);
      left_out[item] = compare_all(Rsa(rest, stream_of("orders"), 0), others).r;
    }
    const double jackknife =
        std::sqrt((left_out.array() - left_out.mean()).square().sum() * (items - 1) / items);
    CHECK((ci.high - ci.low) / (2 * 1.96) == doctest::Approx(jackknife).epsilon(0.03));
  }

  TEST_CASE("rsa: items left out are as if they had never been there") {
    const Points a = seeded_points("a", 53, 3);
    const Points b = a + 2 * seeded_points("b", 53, 3);
    std::vector<int> kept = all_items(53);
    std::erase_if(kept, [](int item) { return item % 7 == 3; });
    const Points rest = a(kept, Eigen::all), others = b(kept, Eigen::all);
    const auto part = Rsa(a, stream_of("orders")).compare(kept, std::vector{others});
    const Rsa::Result whole = compare_all(Rsa(rest, stream_of("orders")), others);
    REQUIRE(part.has_value());
    CHECK(part->r == whole.r);
    CHECK(part->ci95 == whole.ci95);
    CHECK(part->items == std::ssize(kept));
    CHECK(std::abs(part->p - whole.p) < 0.05);  // other random orders
  }

  TEST_CASE("rsa: repetitions give the mean of their correlations") {
    const Points a = seeded_points("a", 50, 3);
    const Points b = a + seeded_points("b", 50, 3), c = a + 3 * seeded_points("c", 50, 3);
    const Rsa rsa(a, stream_of("orders"));
    const auto both = rsa.compare(all_items(50), std::vector{b, c});
    REQUIRE(both.has_value());
    CHECK(both->r == doctest::Approx((compare_all(rsa, b).r + compare_all(rsa, c).r) / 2).epsilon(1e-6));
  }

  TEST_CASE("rsa: neither origin nor scale matters, and constant spaces have no answer") {
    const Points a = seeded_points("a", 50, 3), b = a + seeded_points("b", 50, 3);
    const Rsa rsa(a, stream_of("orders"));
    const Points far = 1e12 * (b.array() + 50).matrix();
    CHECK(compare_all(rsa, far).r == doctest::Approx(compare_all(rsa, b).r).epsilon(1e-5));
    CHECK_FALSE(rsa.compare(all_items(50), std::vector{Points(Points::Ones(50, 4))}).has_value());
    CHECK_FALSE(Rsa(Points::Ones(50, 2), stream_of("orders")).compare(all_items(50), std::vector{b}));
  }
}

}  // namespace
}  // namespace robench
