// SPDX-License-Identifier: Apache-2.0
// The limits that a gate judges by: how often it fails a model that is as good, and one that is worse.
#include <cmath>

#include "metrics/simultaneous_limits.h"
#include "tests/planted/simulations.h"

namespace robench {
namespace {

constexpr int kDraws = 2000;
constexpr double kMonteCarlo = 2 * 0.00487;  // 2 SE of 5 % in 2,000 draws

struct Plan {
  int people = 400;
  int cells = 24;
  double threshold = 1.6;   // of a standard normal score: 5.5 % of the mated ones lie below
  double own_noise = 0.35;  // of a model, beside what both see
};

/// One mated score of each person in each cell, under two exchangeable models at one threshold: what
/// both see is shared by the cells, as conditions of one photograph are.
std::vector<UnitDifferences> planted_decisions(const RandomStream& stream, const Plan& plan) {
  std::vector<UnitDifferences> cells(static_cast<std::size_t>(plan.cells));
  for (int c = 0; c < plan.cells; ++c) {
    cells[c].n = cells[c].units = plan.people;
    cells[c].of_unit.resize(static_cast<std::size_t>(plan.people));
  }
  for (int person = 0; person < plan.people; ++person) {
    const RandomStream own = RandomStream(stream).fork(std::to_string(person));
    for (int c = 0; c < plan.cells; ++c) {
      const double seen = 0.8 * own.normal(0) + 0.5 * own.normal(10 + 3 * c);
      const auto refused = [&](int model) {
        return seen + plan.own_noise * own.normal(11 + 3 * c + model) < -plan.threshold ? 1.0 : 0.0;
      };
      cells[c].of_unit[person] = refused(1) - refused(0);
    }
  }
  return cells;
}

bool fails(const std::vector<SimultaneousLimit>& limits, double margin) {
  return std::any_of(limits.begin(), limits.end(), [&](const SimultaneousLimit& limit) {
    return *limit.low > 0 && limit.difference > margin;
  });
}

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("gate: exchangeable candidates fail anywhere in at most 5 %") {
    for (const int people : {60, 400}) {
      Plan plan;
      plan.people = people;
      const double failed = planted::share_of(
          "gate null" + std::to_string(people), kDraws, [&](const RandomStream& stream, int draw) {
            const auto cells = planted_decisions(stream, plan);
            return fails(simultaneous_limits(cells, static_cast<std::uint64_t>(draw)), 0);
          });
      MESSAGE(people, " people, ", plan.cells, " cells: family-wise fail ", 100 * failed, " %");
      CHECK(failed <= 0.05 + kMonteCarlo);
    }
  }

  TEST_CASE("gate: two disjoint random halves of one population fail in at most 5 %") {
    // 800 people with their decisions in each cell; a half is the baseline, the other the candidate.
    constexpr int kPeople = 800;
    constexpr int kCells = 12;
    std::vector<std::vector<double>> refused(kCells, std::vector<double>(kPeople));
    const RandomStream population(1, "planted", "gate halves", "", 0);
    for (int person = 0; person < kPeople; ++person)
      for (int c = 0; c < kCells; ++c) {
        const double score =
            population.normal(static_cast<std::uint64_t>(person)) +
            0.5 * population.normal(static_cast<std::uint64_t>(10000 + kCells * person + c));
        refused[c][person] = score < -1.8 + 0.1 * c ? 1 : 0;
      }
    const double failed =
        planted::share_of("gate halves", kDraws, [&](const RandomStream& stream, int draw) {
          std::vector<std::pair<double, int>> order;
          for (int person = 0; person < kPeople; ++person)
            order.emplace_back(stream.uniform(static_cast<std::uint64_t>(person)), person);
          std::sort(order.begin(), order.end());
          std::vector<UnitDifferences> cells(kCells);
          for (int c = 0; c < kCells; ++c) {
            cells[c].n = cells[c].units = kPeople / 2;
            for (int i = 0; i < kPeople / 2; ++i)
              cells[c].of_unit.push_back(refused[c][order[kPeople / 2 + i].second] -
                                         refused[c][order[i].second]);
          }
          return fails(simultaneous_limits(cells, static_cast<std::uint64_t>(draw)), 0);
        });
    MESSAGE("two halves: family-wise fail ", 100 * failed, " %");
    CHECK(failed <= 0.05 + kMonteCarlo);
  }

  TEST_CASE("gate: 2 points of 1,500 mated decisions are seen at any margin below them") {
    Plan plan;
    plan.people = 1500;
    plan.cells = 60;
    plan.own_noise = 0.1;  // two versions of one model
    const int draws = planted::simulations(400);
    std::vector<char> passed(draws);
    const double failed =
        planted::share_of("gate power", draws, [&](const RandomStream& stream, int draw) {
          auto cells = planted_decisions(stream, plan);
          int to_flip = 30;  // 2 points, of decisions that did not differ
          for (int person = 0; to_flip > 0; ++person)
            if (cells[7].of_unit[person] == 0) cells[7].of_unit[person] = 1, --to_flip;
          const auto limits = simultaneous_limits(cells, static_cast<std::uint64_t>(draw));
          passed[draw] = *limits[7].high <= 0.01 ? 1 : 0;
          return fails(limits, 0);
        });
    const double pass = static_cast<double>(std::count(passed.begin(), passed.end(), 1)) / draws;
    MESSAGE("2 points flipped: failed in ", 100 * failed, " % at margin 0, passed in ", 100 * pass,
            " % at a margin of 1 point");
    CHECK(failed >= 0.9);
    CHECK(pass <= 0.01);
  }

  TEST_CASE("compare: limits of drift hold in all conditions together") {
    // A condition moves every face, most of them a little more under one model, some by much more: a
    // skewness of 1. 400 draws: 2 Monte-Carlo SE of 5 % are 2.2 points; 2 points are left to the
    // skewness.
    constexpr int kCells = 24;
    constexpr int kFaces = 40;
    for (const double truth : {0.0, 0.5, 2.0}) {
      const double missed = planted::share_of(
          "drift" + std::to_string(truth), 400, [&](const RandomStream& stream, int draw) {
            std::vector<UnitDifferences> cells(kCells);
            for (int face = 0; face < kFaces; ++face) {
              const RandomStream own = RandomStream(stream).fork(std::to_string(face));
              const auto skewed = [&](std::uint64_t k) {  // mean 0, SD 1
                double sum = 0;
                for (std::uint64_t i = 0; i < 4; ++i) sum -= std::log(own.uniform(4 * k + i));
                return (sum - 4) / 2;
              };
              const double shared = skewed(0);
              for (int c = 0; c < kCells; ++c)
                cells[c].of_unit.push_back(truth + 0.7 * shared +
                                           0.7 * skewed(1 + static_cast<std::uint64_t>(c)));
            }
            for (UnitDifferences& cell : cells) {
              cell.n = cell.units = kFaces;
              cell.is_share = false;
            }
            const auto limits =
                simultaneous_limits(cells, static_cast<std::uint64_t>(draw), {0.95, true});
            return std::any_of(limits.begin(), limits.end(), [&](const SimultaneousLimit& limit) {
              return truth < *limit.low || truth > *limit.high;
            });
          });
      MESSAGE(kFaces, " faces, difference of ", truth, " SD: limits missed in ", 100 * missed, " %");
      CHECK(missed <= 0.05 + 0.022 + 0.02);
    }
  }

  TEST_CASE("gate: people for a margin of 1 point over 60 cells") {
    for (const double noise : {0.0, 0.1, 0.35}) {
      int decidable = 0;
      double discordant = 0;
      for (const int people : {750, 1500, 3000, 6000}) {
        Plan plan;
        plan.people = people;
        plan.cells = 60;
        plan.own_noise = noise;
        const double decided =
            planted::share_of("gate n", 10, [&](const RandomStream& stream, int draw) {
              const auto limits =
                  simultaneous_limits(planted_decisions(stream, plan), static_cast<std::uint64_t>(draw));
              return *limits[0].high <= 0.01;
            });
        const auto cells = planted_decisions(planted::simulation_stream("gate n", 0), plan);
        for (const double d : cells[0].of_unit) discordant += d != 0 ? 1.0 : 0.0;
        discordant /= people;
        if (decided >= 0.9) {
          decidable = people;
          break;
        }
      }
      MESSAGE("noise ", noise, " (", 100 * discordant,
              " % of the decisions differ): decided in 90 % with ", decidable, " people");
      CHECK(decidable > 0);
    }
  }
}

}  // namespace robench
