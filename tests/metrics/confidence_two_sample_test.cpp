// SPDX-License-Identifier: Apache-2.0
// Reference values: SciPy 1.10 (ks_2samp, special.kolmogorov) and a double loop in NumPy.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "metrics/confidence/classifier_test.h"
#include "metrics/confidence/dimension_shift.h"
#include "metrics/confidence/mmd.h"
#include "metrics/confidence/shift_attribution.h"

namespace robench {
namespace {

TwoSamples small_samples() {
  TwoSamples samples{Eigen::MatrixXd(12, 4), {}, {}};
  for (int i = 0; i < 12; ++i) {
    for (int k = 0; k < 4; ++k) samples.rows(i, k) = (17 * i + 5 * k + i * i * k) % 23 / 4.0;
    if (i >= 7) samples.rows.row(i) = samples.rows.row(i).array() * 1.3 + 0.5;
    samples.in_second.push_back(i >= 7 ? 1 : 0);
    samples.subject.push_back(-1);
  }
  return samples;
}

/// n people of two pictures each in two normal dimensions; the second sample is moved by `shift`.
TwoSamples shifted(int n, double shift) {
  const RandomStream stream(3, "test", "", "", 0);
  TwoSamples samples{Eigen::MatrixXd(2 * n, 2), {}, {}};
  for (int i = 0; i < 2 * n; ++i) {
    const bool second = i / 2 % 2 == 1;
    samples.rows(i, 0) = stream.normal(i / 2) + 0.1 * stream.normal(10000 + i) + (second ? shift : 0);
    samples.rows(i, 1) = stream.normal(20000 + i / 2);
    samples.in_second.push_back(second ? 1 : 0);
    samples.subject.push_back(i / 2);
  }
  return samples;
}

TEST_SUITE("metrics") {
  TEST_CASE("MMD agrees with a double loop and leaves out pairs of one person") {
    const TwoSamples samples = small_samples();
    const Mmd mmd(samples);
    CHECK(mmd.people() == 12);
    CHECK(mmd.bandwidth() == doctest::Approx(5.8334605932867465));
    CHECK(mmd.squared(samples.in_second) == doctest::Approx(0.10106452535433141));
    // Every row twice, as two pictures of one person: the same value.
    TwoSamples twice{Eigen::MatrixXd(24, 4), {}, {}};
    for (int i = 0; i < 24; ++i) {
      twice.rows.row(i) = samples.rows.row(i / 2);
      twice.in_second.push_back(samples.in_second[i / 2]);
      twice.subject.push_back(i / 2);
    }
    CHECK(Mmd(twice).squared(twice.in_second) == doctest::Approx(0.10106452535433141));
    // A row of weight 2 counts as two rows.
    Eigen::VectorXd weight = Eigen::VectorXd::Ones(12);
    CHECK(mmd.squared(samples.in_second, 3 * weight) == doctest::Approx(0.10106452535433141));
  }

  TEST_CASE("labels move with whole people, within blocks; people of both samples swap") {
    TwoSamples samples{Eigen::MatrixXd::Zero(8, 1), {0, 0, 1, 1, 1, 0, 0, 1}, {0, 0, 1, 2, 2, 3, 9, 9}};
    const SubjectRelabelling relabelling(samples);
    const SubjectRelabelling blocked(samples, std::vector<int>{0, 0, 0, 1, 1, 1, 2, 2});
    const RandomStream stream(1, "test", "", "", 0);
    int first_moved = 0;
    for (int p = 0; p < 200; ++p) {
      const std::vector<int> labels = relabelling.labels(stream, p);
      CHECK(labels[0] == labels[1]);
      CHECK(labels[3] == labels[4]);
      CHECK(labels[0] + labels[2] + labels[3] + labels[5] == 2);
      CHECK(labels[6] + labels[7] == 1);
      first_moved += labels[0];
      const std::vector<int> within = blocked.labels(stream, p);
      CHECK(within[0] + within[2] == 1);
      CHECK(within[3] + within[5] == 1);
    }
    CHECK(first_moved > 70);
    CHECK(first_moved < 130);
  }

  TEST_CASE("a shift is found, none is not") {
    const TwoSamples moved = shifted(100, 1.5);
    const TwoSamples same = shifted(100, 0);
    CHECK(mmd_test(moved, 199, 1).p == doctest::Approx(1.0 / 200));
    CHECK(mmd_test(same, 199, 1).p > 0.05);
    const ClassifierTest told = classifier_test(moved, 199, 1);
    CHECK(told.auroc > 0.65);
    CHECK(told.p == doctest::Approx(1.0 / 200));
    CHECK(classifier_test(same, 199, 2).p > 0.05);
    const DimensionShift dimensions = dimension_shift(moved, 1);
    CHECK(dimensions.p_adjusted[0] < 0.01);
    CHECK(dimensions.p_adjusted[1] > 0.05);
  }

  TEST_CASE("Kolmogorov and Smirnov's distance agrees with SciPy") {
    std::vector<double> a, b;
    for (int i = 0; i < 30; ++i) a.push_back(37 * i % 101 / 10.0);
    for (int i = 0; i < 25; ++i) b.push_back((41 * i + 3) % 101 / 10.0 + (i % 4 == 0 ? 4.5 : 0));
    const KolmogorovSmirnov ks = kolmogorov_smirnov(a, b);
    CHECK(ks.statistic == doctest::Approx(0.18666666666666668));
    CHECK(ks.p == doctest::Approx(0.7289458870794574));
    CHECK(kolmogorov_smirnov({1, 1, 2}, {1, 2, 1}).statistic == 0);
    CHECK(kolmogorov_smirnov({1, 2}, {3, 4}).statistic == 1);
    CHECK(kolmogorov_smirnov({1, 1}, {1, 1}).p == 1);
  }

  TEST_CASE("a shift by photography is told from one that is not") {
    // Embedding dimension 0 follows brightness; the second sample is brighter and, where `other`, moved
    // in dimension 1 too.
    const auto attribution = [](double other) {
      const RandomStream stream(5, "test", "", "", 0);
      TwoSamples samples{Eigen::MatrixXd(600, 2), {}, {}};
      std::vector<Covariates> covariates;
      for (int i = 0; i < 600; ++i) {
        const int second = i % 2;
        const double brightness = stream.normal(6 * i) + 0.7 * second;
        covariates.push_back({stream.normal(6 * i + 1), brightness, stream.normal(6 * i + 2)});
        samples.rows(i, 0) = brightness + 0.3 * stream.normal(6 * i + 3);
        samples.rows(i, 1) = stream.normal(6 * i + 4) + other * second;
        samples.in_second.push_back(second);
        samples.subject.push_back(i);
      }
      return shift_attribution(samples, covariates, 199, 1);
    };
    const ShiftAttribution light = attribution(0);
    REQUIRE(light.refused.empty());
    CHECK(light.before.p < 0.01);
    CHECK(light.explained > 0.8);
    CHECK(light.p_remaining > 0.05);
    REQUIRE(light.ci95);
    CHECK(light.ci95->high > 0.9);
    const ShiftAttribution both = attribution(1);
    REQUIRE(both.refused.empty());
    CHECK(both.explained < 0.6);
    CHECK(both.p_remaining < 0.01);
    const TwoSamples same = shifted(100, 0);
    const ShiftAttribution none =
        shift_attribution(same, std::vector<Covariates>(200, Covariates{1, 1, 1}), 199, 1);
    CHECK(none.refused.find("no difference to attribute") == 0);
  }
}

}  // namespace
}  // namespace robench
