// SPDX-License-Identifier: Apache-2.0
// How often does a measure that says nothing enter the model of usability, and with what weight?
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "metrics/confidence/usable_model.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

constexpr int kChoicePeople = 200;
constexpr int kEmptyMeasures = 26;

/// Each person clean and under four harms of `families`. "answer" follows usability, the rest nothing.
UsableTraining with_empty_measures(int families, std::uint64_t seed) {
  const RandomStream random(seed, "usable choice", "", "", 1);
  UsableTraining made;
  made.names = {"answer"};
  for (int k = 0; k < kEmptyMeasures; ++k) made.names.push_back(std::to_string(k));
  constexpr int kPictures = 5;
  made.covariates.resize(Eigen::Index{kChoicePeople} * kPictures, 1 + kEmptyMeasures);
  std::uint64_t next = 0;
  for (int person = 0; person < kChoicePeople; ++person) {
    const double sitter = random.normal(next++);
    for (int picture = 0; picture < kPictures; ++picture) {
      const auto row = static_cast<Eigen::Index>(made.usable.size());
      const double good = 0.7 * sitter + 0.7 * random.normal(next++) - (picture > 0 ? 0.5 : 0.0);
      made.covariates(row, 0) = good + 1.5 * random.normal(next++);
      for (int k = 1; k <= kEmptyMeasures; ++k) made.covariates(row, k) = random.normal(next++);
      const int family = (person + picture) % families;
      made.family.push_back(picture == 0 ? "" : std::string(1, static_cast<char>('a' + family)));
      made.usable.push_back(good > -1.2 ? 1 : 0);
      made.subject.push_back(person);
    }
  }
  return made;
}

TEST_SUITE("planted") {
  TEST_CASE("usable: of 26 measures that say nothing one may enter, with little weight") {
    constexpr int kCalibrations = 20;  // 60 of them: 11 take one, and 34 under three families
    int entered = 0;
    for (std::uint64_t seed = 1; seed <= kCalibrations; ++seed) {
      const QualityModel model = fit_usable_model(with_empty_measures(8, seed), {"answer"}, seed);
      REQUIRE(model.refused.empty());
      if (model.names.size() > 1) ++entered;
      for (std::size_t k = 1; k < model.names.size(); ++k)
        CHECK(std::abs(model.linear[k]) < 0.3 * model.linear[0]);
    }
    MESSAGE(entered << " of " << kCalibrations << " calibrations took one");
    CHECK(entered <= 9);
  }
}

}  // namespace
}  // namespace robench
