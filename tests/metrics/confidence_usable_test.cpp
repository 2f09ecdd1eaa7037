// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "metrics/confidence/auroc.h"
#include "metrics/confidence/ridge_logistic.h"
#include "metrics/confidence/usable_model.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr int kPlantedPeople = 150;

/// Each person clean and once under each of `families` harms. "answer" follows usability a little under
/// any harm, "guide" more; "trap" follows it under all harms but the last two, where it says the
/// contrary; "noise" says nothing.
UsableTraining planted_harms(int families, std::uint64_t seed) {
  const RandomStream random(seed, "usable test", "", "", 1);
  UsableTraining made;
  made.names = {"noise", "trap", "guide", "answer"};
  made.covariates.resize(static_cast<Eigen::Index>(kPlantedPeople) * (families + 1), 4);
  for (int person = 0; person < kPlantedPeople; ++person) {
    for (int family = 0; family <= families; ++family) {
      const auto row = static_cast<Eigen::Index>(made.usable.size());
      const auto at = static_cast<std::uint64_t>(row) * 8;
      const double good = random.normal(at) + (family == 0 ? 1 : 0);
      const double trap_sign = family > families - 2 ? -1 : 1;
      made.covariates(row, 0) = random.normal(at + 1);
      made.covariates(row, 1) = trap_sign * good + 0.5 * random.normal(at + 2);
      made.covariates(row, 2) = good + 1.5 * random.normal(at + 3);
      made.covariates(row, 3) = good + 2 * random.normal(at + 4);
      made.usable.push_back(good > -0.5 ? 1 : 0);
      made.subject.push_back(person);
      made.family.push_back(family == 0 ? "" : std::string(1, static_cast<char>('a' + family)));
    }
  }
  return made;
}

QualityModel of_all_measures(const UsableTraining& training) {
  return fit_quality_model(training.covariates, training.usable, training.subject, training.names, 1, 5,
                           Shape::linear);
}

bool holds(const QualityModel& model, const std::string& name) {
  return std::find(model.names.begin(), model.names.end(), name) != model.names.end();
}

}  // namespace

TEST_SUITE("metrics") {
  TEST_CASE("usable: a measure that misleads under other harms stays out, one that does not enters") {
    const UsableTraining training = planted_harms(6, 1);
    const QualityModel model = fit_usable_model(training, {"answer"}, 1);
    REQUIRE(model.refused.empty());
    CHECK(model.names == std::vector<std::string>{"answer", "guide"});
    CHECK(model.linear[0] > 0);
    CHECK(model.linear[1] > 0.3);
    CHECK(model.square == std::vector<double>{0, 0});
    CHECK(model.subjects == kPlantedPeople);
    // Who does not know the families trusts the trap.
    CHECK(of_all_measures(training).linear[1] > 0.3);
    const QualityModel again = fit_usable_model(training, {"answer"}, 1);
    CHECK(again.linear == model.linear);
    CHECK(again.intercept == model.intercept);
  }

  TEST_CASE("usable: two families say nothing of a third, so no measure enters") {
    const QualityModel model = fit_usable_model(planted_harms(2, 2), {"answer"}, 1);
    REQUIRE(model.refused.empty());
    CHECK(model.names == std::vector<std::string>{"answer"});
    CHECK(holds(fit_usable_model(planted_harms(5, 2), {"answer"}, 1), "guide"));
  }

  TEST_CASE("usable: log odds by models of other subjects") {
    UsableTraining training = planted_harms(6, 3);
    const QualityModel model = fit_usable_model(training, {"answer"}, 1);
    const std::vector<double> log_odds = cross_fitted_usable_log_odds(training, {"answer"}, model, 1);
    REQUIRE(log_odds.size() == training.usable.size());
    std::vector<LabelledScore> fitted;
    for (std::size_t i = 0; i < log_odds.size(); ++i)
      fitted.push_back({log_odds[i], training.usable[i] != 0, training.subject[i]});
    const double value = auroc("usable", fitted, SubjectBootstrap(kPlantedPeople, 1)).value;
    CHECK(value > 0.75);
    CHECK(value < 0.9);  // what guide and answer hold; the trap would give more
    training.usable.assign(training.usable.size(), 1);
    CHECK(fit_usable_model(training, {"answer"}, 1).refused ==
          "0 subjects with the rarer outcome, fewer than 10");
    CHECK(cross_fitted_usable_log_odds(training, {"answer"}, model, 1).empty());
  }

  TEST_CASE("usable: a linear weight by hand") {
    // Three of four are usable at +1, one of four at -1: log odds log 3 and -log 3.
    constexpr int kRows = 4000;
    Eigen::MatrixXd x(kRows, 1);
    std::vector<int> usable;
    std::vector<int> subject;
    for (int i = 0; i < kRows; ++i) {
      const bool high = i % 2 == 0;
      x(i, 0) = high ? 1 : -1;
      usable.push_back((i / 2 % 4 == 0) != high ? 1 : 0);
      subject.push_back(i);
    }
    const QualityModel model = fit_quality_model_at(1e-9, x, usable, subject, Shape::linear);
    CHECK(model.linear[0] == doctest::Approx(std::log(3)).epsilon(1e-3));
    CHECK(model.intercept == doctest::Approx(0).epsilon(1e-6));
    CHECK(model.square[0] == 0);
    CHECK(usable_probability(model, std::vector<double>{1}) == doctest::Approx(0.75).epsilon(1e-4));
    CHECK(usable_probability(model, std::vector<double>{-1}) == doctest::Approx(0.25).epsilon(1e-4));
  }
}

}  // namespace robench
