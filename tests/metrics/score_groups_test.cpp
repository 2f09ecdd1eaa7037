// SPDX-License-Identifier: Apache-2.0
#include "metrics/score_groups.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>
#include <boost/math/distributions/normal.hpp>

#include "perturb/random_stream.h"

namespace robench {
namespace {

/// Scores of two groups of people: each person, comparison and group adds its own to a normal score.
struct PlantedGroups {
  static constexpr int kPeople = 24;  // of each group
  static constexpr double kPersonSd = 0.3;
  static constexpr double kGap = 0.4;  // group b's scores of strangers lie higher by this
  static constexpr double kMated = 2.5;
  static constexpr double kFmr = 0.05;

  static GroupedScores draw(int repetition) {
    const RandomStream random(7, "planted groups", "", "", repetition);
    std::uint64_t drawn = 0;
    GroupedScores scores;
    scores.groups = {"a", "b"};
    scores.all.units = 2 * kPeople;
    std::vector<double> person(2 * kPeople);
    for (double& own : person) own = kPersonSd * random.normal(drawn++);
    for (int i = 0; i < 2 * kPeople; ++i) {
      const int group = i / kPeople;
      for (int k = 0; k < 3; ++k)
        add({kMated + person[i] + random.normal(drawn++), true, i, i}, group, scores);
      for (int j = i + 1; j < (group + 1) * kPeople; ++j)
        add({group * kGap + person[i] + person[j] + random.normal(drawn++), false, i, j}, group, scores);
    }
    return scores;
  }

  /// Share of non-mated scores of a group at or above the threshold.
  static double fmr(int group, double threshold) {
    return 1 - cdf((threshold - group * kGap) / std::sqrt(1 + 2 * kPersonSd * kPersonSd));
  }
  static double threshold() {
    double low = 0;
    double high = 5;
    while (high - low > 1e-9) {
      const double middle = (low + high) / 2;
      ((fmr(0, middle) + fmr(1, middle)) / 2 > kFmr ? low : high) = middle;
    }
    return low;
  }
  static double fnmr() { return cdf((threshold() - kMated) / std::sqrt(1 + kPersonSd * kPersonSd)); }

 private:
  static double cdf(double x) { return boost::math::cdf(boost::math::normal(), x); }
  static void add(const ScoredTrial& trial, int group, GroupedScores& scores) {
    scores.all.trials.push_back(trial);
    scores.of_trial.push_back(group);
  }
};

const Measure& measure_of(const std::vector<ScoreSection>& sections, const std::string& title,
                          const std::string& name) {
  for (const ScoreSection& section : sections)
    for (const Measure& measure : section.measures)
      if (section.title == title && measure.name == name) return measure;
  FAIL("no measure " << title << ": " << name);
  return sections.front().measures.front();
}

TEST_SUITE("metrics") {
  TEST_CASE("score groups: intervals at one threshold for everybody hold what was planted") {
    const double threshold = PlantedGroups::threshold();
    const double fmr_a = PlantedGroups::fmr(0, threshold);
    const double fmr_b = PlantedGroups::fmr(1, threshold);
    constexpr int kRepetitions = 40;
    int of_fmr = 0;
    int of_fnmr = 0;
    int of_fmr_gap = 0;
    int of_fnmr_gap = 0;
    ScoreOptions options;
    options.targets = {PlantedGroups::kFmr};
    const auto holds = [](const Measure& measure, double truth) {
      REQUIRE(measure.ci95.has_value());
      return measure.ci95->low <= truth && truth <= measure.ci95->high ? 1 : 0;
    };
    for (int repetition = 0; repetition < kRepetitions; ++repetition) {
      const auto sections = grouped_score_measures(PlantedGroups::draw(repetition), options);
      of_fmr += holds(measure_of(sections, "b", "fmr@fmr=0.05"), fmr_b);
      of_fnmr += holds(measure_of(sections, "a", "fnmr@fmr=0.05"), PlantedGroups::fnmr());
      of_fmr_gap += holds(measure_of(sections, "a - b", "fmr_difference@fmr=0.05"), fmr_a - fmr_b);
      of_fnmr_gap += holds(measure_of(sections, "a - b", "fnmr_difference@fmr=0.05"), 0);
    }
    MESSAGE("of " << kRepetitions << " intervals hold: FMR " << of_fmr << ", FNMR " << of_fnmr
                  << ", FMR difference " << of_fmr_gap << ", FNMR difference " << of_fnmr_gap);
    // At a true coverage of 95 % fewer than 34 of 40 come once in 300.
    for (const int held : {of_fmr, of_fnmr, of_fmr_gap, of_fnmr_gap}) CHECK(held >= 34);
  }

  TEST_CASE("score groups: more than four are held against the rest, a lone one against nobody") {
    GroupedScores scores = PlantedGroups::draw(0);
    scores.groups = {"a", "b", "c", "d", "e"};
    for (std::size_t i = 0; i < scores.of_trial.size(); ++i)
      scores.of_trial[i] = static_cast<int>(i % scores.groups.size());
    const auto sections = grouped_score_measures(scores, {});
    CHECK(std::count_if(sections.begin(), sections.end(), [](const ScoreSection& section) {
            return section.title.ends_with(" - rest");
          }) == 5);
    CHECK(measure_of(sections, "c - rest", "fnmr_difference@fmr=1e-2").n == 144);
    scores.groups = {"a"};
    std::fill(scores.of_trial.begin(), scores.of_trial.end(), 0);
    CHECK(grouped_score_measures(scores, {}).size() == 2);
  }
}

}  // namespace
}  // namespace robench
