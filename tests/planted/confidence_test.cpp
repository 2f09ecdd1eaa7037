// SPDX-License-Identifier: Apache-2.0
// Do bands cover, p-values reject and probabilities come true as often as they say?
#include <cmath>
#include <numeric>

#include "metrics/confidence/classifier_test.h"
#include "metrics/confidence/conformal.h"
#include "metrics/confidence/isotonic.h"
#include "metrics/confidence/mmd.h"
#include "metrics/confidence/outlier_score.h"
#include "metrics/confidence/ridge_logistic.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

/// Trials of people: most of a value is the person's own, and few people have most of the trials.
struct Trials {
  std::vector<double> value;
  std::vector<int> subject;
};
Trials dependent_trials(const RandomStream& stream, int people) {
  Trials trials;
  for (int person = 0; person < people; ++person) {
    const int count = person % 8 == 0 ? 40 : 2;
    // Who is much photographed differs: well lit politicians vary less.
    const double own = stream.normal(1000 * person) * (count > 2 ? 0.5 : 1);
    for (int t = 1; t <= count; ++t) {
      trials.value.push_back(own + 0.3 * stream.normal(1000 * person + t));
      trials.subject.push_back(person);
    }
  }
  return trials;
}

/// Does a 90 % band of 39 people hold the first trial of a 40th? Who is new is drawn.
bool band_covers(const RandomStream& stream, SubjectRule rule, bool naive) {
  Trials trials = dependent_trials(stream, 40);
  const int judged = static_cast<int>(stream.fork("judged").uniform(0) * 40);
  double value = 0;
  Trials others;
  for (std::size_t i = trials.value.size(); i-- > 0;) {
    if (trials.subject[i] == judged) {
      value = trials.value[i];
      continue;
    }
    others.value.push_back(trials.value[i]);
    others.subject.push_back(naive ? -1 : trials.subject[i]);
  }
  return two_sided_band(conformal_reference(others.value, others.subject, rule, 1), 0.9).holds(value);
}

/// Two samples of the same people distribution with three pictures each; the second is moved by `shift`.
TwoSamples two_samples(const RandomStream& stream, double shift) {
  constexpr int kPeople = 30;
  TwoSamples samples{Eigen::MatrixXd(3 * kPeople, 3), {}, {}};
  for (int row = 0; row < 3 * kPeople; ++row) {
    const int person = row / 3;
    for (int k = 0; k < 3; ++k)
      samples.rows(row, k) = stream.normal(10 * person + k) + 0.3 * stream.normal(1000 + 3 * row + k);
    samples.rows(row, 0) += person % 2 * shift;
    samples.in_second.push_back(person % 2);
    samples.subject.push_back(person);
  }
  return samples;
}

TEST_SUITE("planted") {
  TEST_CASE("conformal bands hold new people; counting trials instead of people does not") {
    const auto coverage = [](SubjectRule rule, bool naive) {
      return share_of("band", kSimulations,
                      [=](const RandomStream& stream, int) { return band_covers(stream, rule, naive); });
    };
    const double weighted = coverage(SubjectRule::weighted, false);
    const double one_trial = coverage(SubjectRule::one_trial, false);
    const double naive = coverage(SubjectRule::weighted, true);
    MESSAGE("90 % bands cover: ", 100 * weighted, " % by people, ", 100 * one_trial,
            " % by one trial each, ", 100 * naive, " % by trials");
    CHECK(weighted >= 0.89);
    CHECK(weighted <= 0.96);
    // Exactly 2 x 38 / 40 - 1 = 0.9 with one trial each of 39 people.
    CHECK(one_trial == doctest::Approx(0.9).epsilon(0.02));
    CHECK(naive < 0.85);
  }

  TEST_CASE("a conformal p is uniform: smoothed exactly, otherwise never too small") {
    const auto p_of = [](const RandomStream& stream, double tie) {
      std::vector<double> value(30);
      std::vector<int> subject(30);
      std::iota(subject.begin(), subject.end(), 0);
      for (int i = 0; i < 30; ++i) value[i] = std::floor(6 * stream.uniform(i));  // many ties
      return conformal_p(conformal_reference(value, subject), std::floor(6 * stream.uniform(99)),
                         Tail::upper, tie);
    };
    check_size("smoothed conformal p",
               share_of("conformal_p", 2 * kSimulations, [&](const RandomStream& stream, int) {
                 return p_of(stream, stream.uniform(200)) <= 0.05;
               }));
    CHECK(share_of("conformal_p", kSimulations,
                   [&](const RandomStream& stream, int) { return p_of(stream, 1) <= 0.2; }) <= 0.21);
  }

  TEST_CASE("outlier alarms are at their level on a split; on the fitted rows themselves they are not") {
    static constexpr int kDim = 20;
    const auto alarm = [](const RandomStream& stream, int simulation, bool split) {
      Eigen::MatrixXd rows(79, kDim);
      for (int i = 0; i < 79; ++i)
        for (int k = 0; k < kDim; ++k) rows(i, k) = std::pow(1.6, k) * stream.normal(100 * i + k);
      std::vector<int> subject(78);
      std::iota(subject.begin(), subject.end(), 0);
      const Eigen::MatrixXd reference = rows.topRows(78);
      OutlierTest test;
      if (split) {
        test = fit_outlier_test(OutlierScore::mahalanobis, reference, subject, simulation);
      } else {
        test.model = fit_outlier_model(OutlierScore::mahalanobis, reference);
        test.reference = conformal_reference(outlier_scores(test.model, reference), subject);
      }
      return outlier_p(test, rows.bottomRows(1))[0] <= 0.05;
    };
    const auto share = [&](bool split) {
      return share_of("outlier", 2 * kSimulations, [&](const RandomStream& stream, int simulation) {
        return alarm(stream, simulation, split);
      });
    };
    check_size("outlier alarms, split", share(true));
    const double in_sample = share(false);
    MESSAGE("outlier alarms, reference scores of the fitted rows: ", 100 * in_sample, " %");
    CHECK(in_sample > 0.07);
  }

  TEST_CASE("MMD and the classifier test keep 5 % where nothing differs, and find what does") {
    constexpr int kTests = 2000;
    const auto rejects = [](double shift, bool by_mmd, bool by_people) {
      return share_of("two_sample", shift > 0 ? 500 : kTests,
                      [=](const RandomStream& stream, int simulation) {
                        TwoSamples samples = two_samples(stream, shift);
                        if (!by_people) samples.subject.assign(samples.subject.size(), -1);
                        const double p = by_mmd ? mmd_test(samples, 99, simulation).p
                                                : classifier_test(samples, 99, simulation).p;
                        return p <= 0.05;
                      });
    };
    check_size("MMD", rejects(0, true, true));
    check_size("classifier test", rejects(0, false, true));
    const double naive = rejects(0, true, false);
    MESSAGE("MMD, pictures moved instead of people: rejects at 5 % in ", 100 * naive, " %");
    CHECK(naive > 0.15);
    const double power_mmd = rejects(1.5, true, true);
    const double power_classifier = rejects(1.5, false, true);
    MESSAGE("power at 1.5 SD, 15 people a side: MMD ", 100 * power_mmd, " %, classifier ",
            100 * power_classifier, " %");
    CHECK(power_mmd > 0.7);
    CHECK(power_classifier > 0.7);
  }

  TEST_CASE("isotonic regression finds the true probability") {
    std::vector<double> x, y;
    const RandomStream stream = simulation_stream("isotonic", 0);
    const auto truth = [](double score) { return logistic(4 * score * score * score); };
    for (int i = 0; i < 20000; ++i) {
      x.push_back(stream.uniform(2 * i, -1, 1));
      y.push_back(stream.uniform(2 * i + 1) < truth(x.back()) ? 1 : 0);
    }
    const MonotoneCurve curve = isotonic_regression(x, y);
    double error = 0;
    for (int k = -9; k <= 9; ++k)
      error = std::max(error, std::abs(curve.at(k / 10.0) - truth(k / 10.0)));
    MESSAGE("largest error of isotonic regression on 20,000 outcomes: ", error);
    CHECK(error < 0.06);
  }
}

}  // namespace
}  // namespace robench::planted
