// SPDX-License-Identifier: Apache-2.0
// Matching takes away a difference that photographs make, and leaves one that people make.
#include <algorithm>
#include <cmath>

#include "metrics/covariate_matching.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

constexpr int kFaces = 800;

/// Faces whose covariates lie `shift` SD apart from the standard population.
std::vector<Covariates> faces_of(const RandomStream& stream, double shift) {
  std::vector<Covariates> faces;
  for (std::uint64_t i = 0; i < kFaces; ++i)
    faces.push_back({60 + 15 * (stream.normal(3 * i) + shift), 0.5 + 0.1 * stream.normal(3 * i + 1),
                     0.1 + 0.02 * (stream.normal(3 * i + 2) + shift)});
  return faces;
}

/// Expected FMR where blurred faces are taken for each other: each face brings a factor.
double fmr_of(const std::vector<Covariates>& faces, const std::vector<double>& weight) {
  double sum = 0;
  double squares = 0;
  double total = 0;
  double total_squares = 0;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const double w = weight.empty() ? 1 : weight[i];
    const double factor = w * std::exp(-0.5 * (faces[i][2] - 0.1) / 0.02);
    sum += factor;
    squares += factor * factor;
    total += w;
    total_squares += w * w;
  }
  return 0.01 * (sum * sum - squares) / (total * total - total_squares);
}

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("matching: takes away a planted confound, keeps a true difference") {
    constexpr int kRuns = 300;
    std::vector<double> before(kRuns);
    std::vector<double> after(kRuns);
    share_of("matching", kRuns, [&](const RandomStream& stream, int s) {
      const auto there = faces_of(stream.fork("there"), 0);
      const auto here = faces_of(stream.fork("here"), -0.5);  // smaller and less sharp photographs
      const CovariateMatch match = match_covariates(here, there);
      const double truth = fmr_of(there, {});
      before[s] = fmr_of(here, {}) / truth;
      after[s] = match.refused.empty() ? fmr_of(here, match.weight) / truth : 0;
      return false;
    });
    const auto median = [](std::vector<double> values) {
      std::nth_element(values.begin(), values.begin() + kRuns / 2, values.end());
      return values[kRuns / 2];
    };
    const auto refused = std::count(after.begin(), after.end(), 0.0);
    std::erase(after, 0.0);
    REQUIRE(std::ssize(after) > kRuns / 2);
    after.resize(kRuns, median(after));
    MESSAGE("photographs alone: FMR is ", median(before), " times the other run's, after matching ",
            median(after), " (refused ", refused, " of ", kRuns, ")");
    CHECK(median(before) > 1.4);
    CHECK(std::abs(median(after) - 1) < 0.05);
  }

  TEST_CASE("matching: balance is reported, and refused where it is out of reach") {
    const RandomStream stream = simulation_stream("matching balance", 0);
    const auto there = faces_of(stream.fork("there"), 0);
    const auto near = faces_of(stream.fork("near"), -0.5);
    const CovariateMatch match = match_covariates(near, there);
    CHECK(match.refused.empty());
    CHECK(std::abs(match.smd_before[0]) > 0.4);
    CHECK(std::abs(match.smd_before[1]) < 0.15);
    for (const double smd : match.smd_after) CHECK(std::abs(smd) < 1e-9);
    CHECK(match.effective_n < kFaces);
    const CovariateMatch far = match_covariates(faces_of(stream.fork("far"), -5), there);
    CHECK_FALSE(far.refused.empty());
    CHECK(far.weight.empty());
    const CovariateMatch same = match_covariates(there, there);
    CHECK(same.effective_n == doctest::Approx(kFaces));
    CHECK(match_covariates({}, there).refused == "no face with all three covariates on one side");
  }
}

}  // namespace robench::planted
