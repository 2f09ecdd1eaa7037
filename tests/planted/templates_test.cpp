// SPDX-License-Identifier: Apache-2.0
// Rates against templates, and at another population's threshold, where the truth has a closed form:
// normal embeddings, so that squared distances are chi-squared.
#include <array>
#include <atomic>
#include <cmath>
#include <numeric>
#include <regex>
#include <stdexcept>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include "metrics/covariate_matching.h"
#include "tests/metrics/evaluation_fixture.h"
#include "tests/metrics/geometry_faces.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

constexpr int kTemplateDim = 4;
const boost::math::chi_squared kSquared(kTemplateDim);

/// P(distance < limit) of two vectors whose difference has this variance in each dimension.
double nearer(double limit, double variance) { return cdf(kSquared, limit * limit / variance); }

/// Row i belongs to person i / each: the person's vector of SD `between` plus the picture's own.
EmbeddingTable table_of(int people, int each, double between, double within, const RandomStream& person,
                        const RandomStream& picture) {
  EmbeddingTable table;
  table.status.assign(static_cast<std::size_t>(people) * each, Status::ok);
  table.vectors.resize(static_cast<Eigen::Index>(people) * each, kTemplateDim);
  for (int i = 0; i < people * each; ++i)
    for (int d = 0; d < kTemplateDim; ++d)
      table.vectors(i, d) = static_cast<float>(between * person.normal(i / each * kTemplateDim + d) +
                                               within * picture.normal(i * kTemplateDim + d));
  return table;
}

/// The two thresholds that a note names.
std::array<double, 2> thresholds_in(const std::string& note) {
  std::smatch found;
  if (!std::regex_search(note, found, std::regex("threshold (-[0-9.]+) and (-[0-9.]+) ")))
    throw std::runtime_error("no thresholds in: " + note);
  return {-std::stod(found[1]), -std::stod(found[2])};
}

/// Weights of a standard normal variable on a grid.
template <class Function>
double expectation(const Function& f, double mean) {
  double sum = 0;
  double total = 0;
  for (int k = -40; k <= 40; ++k) {
    const double z = k * 0.125;
    sum += std::exp(-z * z / 2) * f(z + mean);
    total += std::exp(-z * z / 2);
  }
  return sum / total;
}

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("templates: rates at the thresholds that were set are held by their intervals") {
    constexpr int kPeople = 100;
    constexpr int kEach = 3;
    constexpr double kBetween = 1;
    constexpr double kWithin = 0.45;  // of clean pictures
    constexpr double kProbe = 0.6;    // of perturbed ones
    constexpr double kFmr = 0.05;
    const auto fnmr_at = [](double limit) {  // the template has the person's two other pictures
      return 1 - nearer(limit, kProbe * kProbe + kWithin * kWithin / 2);
    };
    const auto fmr_at = [](double limit, double probe) {
      return nearer(limit, 2 * kBetween * kBetween + probe * probe + kWithin * kWithin / 3);
    };
    const double population_limit =
        std::sqrt(quantile(kSquared, kFmr) * (2 * kBetween * kBetween + kWithin * kWithin * 4 / 3));
    std::atomic<int> fmr_held = 0;
    std::atomic<int> population_held = 0;
    const int runs = simulations(250);
    const double fnmr = share_of("templates", runs, [&](const RandomStream& stream, int s) {
      const EvaluationData data =
          test::data_of(test::samples_of(test::repeated_subjects(kPeople, kEach)), {}, {},
                        static_cast<std::uint64_t>(s));
      const RandomStream person = stream.fork("person");
      const auto clean = table_of(kPeople, kEach, kBetween, kWithin, person, stream.fork("clean"));
      const auto probes = table_of(kPeople, kEach, kBetween, kProbe, person, stream.fork("probe"));
      const auto rows = test::evaluate("template_verification", test::card_of(Comparison::euclidean),
                                       data, clean, {&probes}, test::from_data(kFmr));
      const Measure& non_matches = *test::find(rows, "template_fnmr");
      const Measure& matches = *test::find(rows, "template_fmr");
      const auto [a, b] = thresholds_in(matches.note);  // each judges half of the people
      fmr_held += covers(matches.ci95, (fmr_at(a, kProbe) + fmr_at(b, kProbe)) / 2) ? 1 : 0;
      population_held += covers(non_matches.ci95, fnmr_at(population_limit)) ? 1 : 0;
      return covers(non_matches.ci95, (fnmr_at(a) + fnmr_at(b)) / 2);
    });
    check_coverage("template_fnmr at the thresholds set", fnmr, runs);
    check_coverage("template_fmr at the thresholds set", static_cast<double>(fmr_held) / runs, runs);
    MESSAGE("template_fnmr where everybody's FMR is 5 %, thresholds held fixed: covers ",
            100.0 * population_held / runs, " %");
  }

  TEST_CASE("transported FMR: rates here and as if photographed there are held by their intervals") {
    constexpr int kPeople = 200;
    constexpr double kShift = -0.4;  // sharpness here, in SD of there
    constexpr double kLimit = 0.9;   // the other run's threshold
    // Blurred faces lie nearer to the mean face, and so to each other.
    const auto scale = [](double z) { return std::exp(0.25 * z); };
    const auto rate_of = [&](double mean) {
      return expectation(
          [&](double z) {
            return expectation(
                [&](double w) { return nearer(kLimit, std::pow(scale(z), 2) + std::pow(scale(w), 2)); },
                mean);
          },
          mean);
    };
    const double here = rate_of(kShift);
    const double there = rate_of(0);
    std::vector<Covariates> others;
    const RandomStream other(1, "transported FMR", "others", "", 0);
    for (std::uint64_t i = 0; i < 2000; ++i)
      others.push_back({50 + 5 * other.normal(3 * i), 0.5 + 0.1 * other.normal(3 * i + 1),
                        0.1 + 0.02 * other.normal(3 * i + 2)});
    std::atomic<int> matched_held = 0;
    std::atomic<int> refused = 0;
    const int runs = simulations(250);
    std::vector<double> ratio(runs);
    const double plain = share_of("transported FMR", runs, [&](const RandomStream& stream, int s) {
      EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(kPeople, 1)), {}, {},
                                          static_cast<std::uint64_t>(s));
      data.threshold_population = others;
      EmbeddingTable clean = table_of(kPeople, 1, 1, 0, stream.fork("person"), stream);
      const RandomStream picture = stream.fork("picture");
      for (int i = 0; i < kPeople; ++i) {
        const double z = picture.normal(3 * i) + kShift;
        clean.vectors.row(i) *= static_cast<float>(scale(z));
        clean.sharpness.push_back(static_cast<float>(0.1 + 0.02 * z));
        clean.brightness.push_back(static_cast<float>(0.5 + 0.1 * picture.normal(3 * i + 1)));
        Landmarks& eyes = data.faces[static_cast<std::size_t>(i)].face.landmarks;
        const auto apart = static_cast<float>(50 + 5 * picture.normal(3 * i + 2));
        for (int k = 42; k <= 47; ++k) eyes.points[static_cast<std::size_t>(k)] = {apart, 0};
      }
      ThresholdRule rule;
      rule.from = ThresholdRule::From::run;
      rule.run_value = -kLimit;
      const auto rows = test::evaluate("transported_fmr", test::card_of(Comparison::euclidean), data,
                                       clean, {&clean}, rule);
      const Measure& matched = *test::find(rows, "transported_fmr:matched");
      refused += std::isnan(matched.value) ? 1 : 0;
      matched_held += covers(matched.ci95, there) ? 1 : 0;
      ratio[s] = matched.value / there;
      return covers(test::find(rows, "transported_fmr")->ci95, here);
    });
    std::erase_if(ratio, [](double value) { return std::isnan(value); });
    MESSAGE("FMR here ", here, ", there ", there, "; matched over there on average ",
            std::accumulate(ratio.begin(), ratio.end(), 0.0) / static_cast<double>(ratio.size()),
            ", refused ", refused.load(), " of ", runs);
    MESSAGE("transported FMR covers ", 100 * plain, " %, matched ",
            100.0 * matched_held / (runs - refused), " %");
  }
}

}  // namespace robench::planted
