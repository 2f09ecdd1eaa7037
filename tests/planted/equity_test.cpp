// SPDX-License-Identifier: Apache-2.0
// Indices of equity where the groups' rates are known: normal embeddings and a threshold of a card, so
// that FMR and FNMR of each group have a closed form.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>

#include "metrics/group_rows.h"
#include "tests/metrics/evaluation_fixture.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

constexpr int kEquitySubjects = 180;  // 60 of each of three groups
constexpr int kPicturesEach = 3;
constexpr int kEquityDim = 4;
constexpr double kLimit = 1.4;

/// Of each group: how far people lie apart, and pictures of a person.
struct Spread {
  std::array<double, 3> between;
  std::array<double, 3> within;
};
constexpr Spread kEqual = {{1.1, 1.1, 1.1}, {0.42, 0.42, 0.42}};
constexpr Spread kGap = {{0.85, 1.1, 1.4}, {0.36, 0.42, 0.52}};

EquityIndices truth_of(const Spread& spread) {
  const boost::math::chi_squared squared(kEquityDim);
  std::vector<double> fmr;
  std::vector<double> fnmr;
  for (int g = 0; g < 3; ++g) {
    const double within = 2 * spread.within[g] * spread.within[g];
    fnmr.push_back(cdf(complement(squared, kLimit * kLimit / within)));
    fmr.push_back(cdf(squared, kLimit * kLimit / (within + 2 * spread.between[g] * spread.between[g])));
  }
  return {.fdr = fairness_discrepancy_rate(fmr, fnmr),
          .inequity_rate = inequity_rate(fmr, fnmr),
          .garbe = garbe(fmr, fnmr)};
}

EvaluationData grouped_data(int seed) {
  auto samples = test::samples_of(test::repeated_subjects(kEquitySubjects, kPicturesEach));
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i].groups["group"] = std::string(1, static_cast<char>('a' + i / kPicturesEach % 3));
  EvaluationData data = test::data_of(std::move(samples), {}, {}, static_cast<std::uint64_t>(seed));
  data.groupings = {{"group"}};
  return data;
}

/// `fdr:group`, `inequity_rate:group`, `garbe:group` of one study.
std::vector<Measure> rows_of(const Spread& spread, const RandomStream& stream, int simulation) {
  const EvaluationData data = grouped_data(simulation);
  const RandomStream person = stream.fork("person");
  EmbeddingTable table;
  table.status.assign(data.samples.size(), Status::ok);
  table.vectors.resize(kEquitySubjects * kPicturesEach, kEquityDim);
  for (int i = 0; i < kEquitySubjects * kPicturesEach; ++i)
    for (int d = 0; d < kEquityDim; ++d)
      table.vectors(i, d) = static_cast<float>(
          spread.between[i / kPicturesEach % 3] * person.normal(i / kPicturesEach * kEquityDim + d) +
          spread.within[i / kPicturesEach % 3] * stream.normal(i * kEquityDim + d));
  const ModelCard card = test::card_of(Comparison::euclidean, -kLimit);
  const Threshold threshold = make_threshold(test::from_card(), card, data, table);
  const CleanContext context{card, data, table, threshold};
  const ResamplingUnits units = resampling_units(data);
  const SubjectBootstrap bootstrap(units.count, static_cast<std::uint64_t>(simulation), 200);
  const Grouping grouping = make_grouping(data, {"group"});
  const GroupContext group{context, units, bootstrap, grouping};
  const EmbeddingTable* const tables[] = {&table};
  const GroupMatches matches(context, grouping.of_unit, grouping.size());
  return equity_rows(group, std::array{0, 1, 2}, {}, count_non_matches(context, units, tables),
                     matches.count(tables, bootstrap, {}));
}

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("groups: intervals of FDR and GARBE hold a known gap; without one they cannot") {
    const int runs = simulations(100);
    const auto study = [&](const char* test, const Spread& spread) {
      const EquityIndices truth = truth_of(spread);
      std::array<std::vector<char>, 3> held;
      std::array<std::vector<double>, 3> value;
      for (auto& column : held) column.resize(runs);
      for (auto& column : value) column.resize(runs);
      share_of(test, runs, [&](const RandomStream& stream, int s) {
        const auto rows = rows_of(spread, stream, s);
        const double truths[] = {truth.fdr, truth.inequity_rate, truth.garbe};
        const char* names[] = {"fdr:group", "inequity_rate:group", "garbe:group"};
        for (int k = 0; k < 3; ++k) {
          const Measure& row = *test::find(rows, names[k]);
          held[k][s] = covers(row.ci95, truths[k]) ? 1 : 0;
          value[k][s] = row.value;
        }
        return false;
      });
      std::array<double, 3> coverage{};
      for (int k = 0; k < 3; ++k) {
        coverage[k] = static_cast<double>(std::count(held[k].begin(), held[k].end(), 1)) / runs;
        const double mean = std::accumulate(value[k].begin(), value[k].end(), 0.0) / runs;
        const double truths[] = {truth.fdr, truth.inequity_rate, truth.garbe};
        MESSAGE(std::string(test), ": index ", k, " is ", truths[k], ", found ", mean,
                " on average, covered ", 100 * coverage[k], " %");
      }
      return coverage;
    };
    const auto gap = study("known gap", kGap);
    check_coverage("FDR of a known gap", gap[0], runs);
    check_coverage("GARBE of a known gap", gap[2], runs);
    const auto equal = study("no gap", kEqual);
    CHECK(equal[0] < 0.5);
    CHECK(equal[2] < 0.5);
  }
}

}  // namespace robench::planted
