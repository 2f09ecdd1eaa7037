// SPDX-License-Identifier: Apache-2.0
// Group gaps planted and absent: are they found as often, and held as often, as the metrics say?
#include <array>
#include <cmath>
#include <numeric>

#include "metrics/equity.h"
#include "metrics/gap_change.h"
#include "metrics/group_errors.h"
#include "metrics/score_shift.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

constexpr int kSubjects = 240;  // 120 of each group
constexpr int kEach = 3;        // mated comparisons of a subject, which share its face

Grouping two_groups(int subjects) {
  Grouping grouping;
  grouping.name = "sex";
  grouping.values = {"f", "m"};
  for (int s = 0; s < subjects; ++s) grouping.of_unit.push_back(s % 2);
  return grouping;
}

const SubjectBootstrap& shared_bootstrap() {
  static const SubjectBootstrap kBootstrap(kSubjects, 11, 600);
  return kBootstrap;
}

/// Rates by group: clean f, clean m, perturbed f, perturbed m. The subject's own uniform number is used
/// in half of its comparisons, clean and perturbed alike, so that outcomes of one subject hang together.
PairedNonMatches outcomes_of(const RandomStream& stream, const std::array<double, 4>& rate) {
  const RandomStream shared = stream.fork("subject");
  const RandomStream choice = stream.fork("choice");
  PairedNonMatches outcomes;
  for (auto* column : {&outcomes.judged, &outcomes.clean, &outcomes.perturbed})
    column->assign(kSubjects, 0.0);
  for (int s = 0; s < kSubjects; ++s)
    for (int k = 0; k < kEach; ++k) {
      const auto i = static_cast<std::uint64_t>(s * kEach + k);
      const double u = choice.uniform(i) < 0.5 ? shared.uniform(s) : stream.uniform(i);
      outcomes.judged[s] += 1;
      outcomes.clean[s] += u < rate[s % 2] ? 1 : 0;
      outcomes.perturbed[s] += u < rate[2 + s % 2] ? 1 : 0;
    }
  return outcomes;
}

double logit(double p) { return std::log(p / (1 - p)); }

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("groups: intervals hold a planted gap and its planted change, on both scales") {
    const std::array<double, 4> rate = {0.10, 0.06, 0.30, 0.15};
    const Grouping grouping = two_groups(kSubjects);
    const double truth = 0.15 - 0.04;
    const double log_truth = logit(0.30) - logit(0.15) - logit(0.10) + logit(0.06);
    std::array<std::vector<char>, 4> held;
    for (auto& column : held) column.assign(kSimulations, 0);
    std::vector<double> estimates(kSimulations);
    share_of("group gap planted", kSimulations, [&](const RandomStream& stream, int s) {
      const auto change = gap_change(outcomes_of(stream, rate), grouping, 0, 1, shared_bootstrap());
      held[0][s] = covers(change->difference.gap_ci95, 0.15);
      held[1][s] = covers(change->difference.change_ci95, truth);
      held[2][s] = covers(change->log_odds.change_ci95, log_truth);
      held[3][s] = change->joint_p() < 0.05 && change->direction() == 1;
      estimates[s] = change->difference.change;
      return false;
    });
    const auto share = [&](int k) {
      return static_cast<double>(std::count(held[k].begin(), held[k].end(), 1)) / kSimulations;
    };
    check_coverage("gap of FNMR between groups", share(0));
    check_coverage("its change, difference of rates", share(1));
    check_coverage("its change, log-odds", share(2));
    MESSAGE("a change of 11 points with odds that grow alike is called wider in ", 100 * share(3), " %");
    const double mean = std::accumulate(estimates.begin(), estimates.end(), 0.0) / kSimulations;
    CHECK(mean == doctest::Approx(truth).epsilon(0.02));
  }

  TEST_CASE("groups: no interaction, on either scale, is found no more often than promised") {
    const std::array<double, 4> rate = {0.10, 0.10, 0.25, 0.25};
    const Grouping grouping = two_groups(kSubjects);
    std::vector<char> on_log_odds(kSimulations, 0);
    std::vector<char> jointly(kSimulations, 0);
    const double rejected =
        share_of("group interaction absent", kSimulations, [&](const RandomStream& stream, int s) {
          const auto change = gap_change(outcomes_of(stream, rate), grouping, 0, 1, shared_bootstrap());
          on_log_odds[s] = change->log_odds.p < 0.05;
          jointly[s] = change->joint_p() < 0.05;
          return change->difference.p < 0.05;
        });
    const auto share = [](const std::vector<char>& hits) {
      return static_cast<double>(std::count(hits.begin(), hits.end(), 1)) / kSimulations;
    };
    check_size("change of the gap, difference of rates", rejected);
    check_size("change of the gap, log-odds", share(on_log_odds));
    MESSAGE("both scales together reject in ", 100 * share(jointly), " %");
    CHECK(share(jointly) <= 0.06);
  }

  TEST_CASE("groups: a gap that only one scale sees grow gets no verdict") {
    // Odds grow alike in both groups (factor 4), so the difference of rates grows and log-odds do not.
    const auto times_four = [](double p) { return 4 * p / (1 - p + 4 * p); };
    const std::array<double, 4> rate = {0.12, 0.04, times_four(0.12), times_four(0.04)};
    const Grouping grouping = two_groups(kSubjects);
    std::vector<char> on_rates(kSimulations, 0);
    const double verdicts =
        share_of("group gap on one scale", kSimulations, [&](const RandomStream& stream, int s) {
          const auto change = gap_change(outcomes_of(stream, rate), grouping, 0, 1, shared_bootstrap());
          on_rates[s] = change->difference.p < 0.05;
          return change->joint_p() < 0.05;
        });
    MESSAGE("difference of rates alone says `wider` in ",
            100.0 * std::count(on_rates.begin(), on_rates.end(), 1) / kSimulations, " %, both in ",
            100 * verdicts, " %");
    CHECK(std::count(on_rates.begin(), on_rates.end(), 1) > kSimulations / 2);
    CHECK(verdicts < 0.06);
  }

  TEST_CASE("groups: score shifts are held, of one subject's scores and of scores between two") {
    constexpr int kEachGroup = 60;
    constexpr double kSubjectSd = 0.6;
    std::vector<char> mated_held(kSimulations, 0);
    const double held = share_of("score shift", kSimulations, [&](const RandomStream& stream, int s) {
      const RandomStream own = stream.fork("own");
      std::array<ScoreMoments, 2> mated = {ScoreMoments(2 * kEachGroup), ScoreMoments(2 * kEachGroup)};
      auto non_mated = mated;
      std::uint64_t next = 0;
      for (int g = 0; g < 2; ++g)
        for (int i = 0; i < kEachGroup; ++i) {
          const int a = g * kEachGroup + i;
          for (int k = 0; k < 3; ++k)
            mated[g].add(a, a,
                         (g == 0 ? 0.5 : 0) + kSubjectSd * stream.normal(a) + 0.8 * own.normal(next++));
          for (int j = i + 1; j < kEachGroup; ++j) {
            const int b = g * kEachGroup + j;
            non_mated[g].add(a, b,
                             (g == 0 ? 0.3 : 0) + kSubjectSd * (stream.normal(a) + stream.normal(b)) +
                                 0.5 * own.normal(next++));
          }
        }
      mated_held[s] = covers(score_shift(mated[0], mated[1]).ci95, 0.5);  // SD 1
      const double sd = std::sqrt(2 * kSubjectSd * kSubjectSd + 0.25);
      return covers(score_shift(non_mated[0], non_mated[1]).ci95, 0.3 / sd);
    });
    check_coverage(
        "shift of mated scores",
        static_cast<double>(std::count(mated_held.begin(), mated_held.end(), 1)) / kSimulations);
    check_coverage("shift of non-mated scores", held);
  }

  TEST_CASE("groups: permuted labels take the bias out of FDR and GARBE, and their p holds its level") {
    constexpr int kPeople = 120;
    constexpr int kPermutations = 199;
    std::vector<int> labels;
    for (int s = 0; s < kPeople; ++s) labels.push_back(s % 3);
    std::array<std::vector<double>, 4> values;  // fdr, its mean under permutation, garbe, its mean
    for (auto& column : values) column.assign(kSimulations, 0.0);
    std::vector<char> garbe_rejects(kSimulations, 0);
    const double rejected =
        share_of("no group gap", kSimulations, [&](const RandomStream& stream, int s) {
          NonMatches mated;
          const RandomStream pairs = stream.fork("pairs");
          const RandomStream lamb = stream.fork("lamb");
          for (int p = 0; p < kPeople; ++p) {
            double errors = 0;
            for (int k = 0; k < 4; ++k)
              errors += (k < 2 ? stream.uniform(p) : pairs.uniform(1'000'000 + 4 * p + k)) < 0.08;
            mated.judged.push_back(4);
            mated.non_matches.push_back(errors);
          }
          std::vector<std::pair<int, int>> matches;  // some people look like many
          for (int p = 0; p < kPeople; ++p)
            for (int q = p + 1; q < kPeople; ++q)
              if (pairs.uniform(static_cast<std::uint64_t>(p) * kPeople + q) <
                  0.08 * lamb.uniform(p) * lamb.uniform(q))
                matches.emplace_back(p, q);
          const auto indices = [&](const std::vector<int>& of_unit) {
            GroupCounts within(3);
            within.trials.assign(3, (kPeople / 3) * (kPeople / 3 - 1) / 2.0);
            for (const auto& [a, b] : matches)
              if (of_unit[a] == of_unit[b]) within.errors[of_unit[a]] += 1;
            return equity_indices(within, mated.by_group(of_unit, 3));
          };
          const EquityIndices observed = indices(labels);
          std::vector<double> fdr;
          std::vector<double> garbe;
          for (const auto& permuted :
               permuted_labels(labels, kPermutations, static_cast<std::uint64_t>(s) + 17)) {
            const EquityIndices index = indices(permuted);
            fdr.push_back(index.fdr);
            garbe.push_back(index.garbe);
          }
          const PermutedIndex fdr_chance = permuted_index(observed.fdr, fdr, true);
          const PermutedIndex garbe_chance = permuted_index(observed.garbe, garbe, false);
          values[0][s] = observed.fdr;
          values[1][s] = fdr_chance.mean;
          values[2][s] = observed.garbe;
          values[3][s] = garbe_chance.mean;
          garbe_rejects[s] = garbe_chance.p <= 0.05;
          return fdr_chance.p <= 0.05;
        });
    const auto mean = [&](int k) {
      return std::accumulate(values[k].begin(), values[k].end(), 0.0) / kSimulations;
    };
    MESSAGE("equal groups: FDR is ", mean(0), " on average, under permuted labels ", mean(1));
    MESSAGE("equal groups: GARBE is ", mean(2), " on average, under permuted labels ", mean(3));
    CHECK(mean(0) < 0.99);  // not 1, though the groups are equal
    CHECK(mean(2) > 0.1);   // not 0
    CHECK(std::abs(mean(0) - mean(1)) < 0.001);
    CHECK(std::abs(mean(2) - mean(3)) < 0.005);
    check_size("FDR against permuted labels", rejected);
    check_size(
        "GARBE against permuted labels",
        static_cast<double>(std::count(garbe_rejects.begin(), garbe_rejects.end(), 1)) / kSimulations);
  }
}

}  // namespace robench::planted
