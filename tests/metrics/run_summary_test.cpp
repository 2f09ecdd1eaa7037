// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/metrics/evaluation_fixture.h"
#include "tests/metrics/summary_fixture.h"

namespace robench {
namespace {

using test::row;
using test::SummaryRun;

constexpr int kUnits = 12;

/// Of 12 people, so many are refused at severities 0 to 5: the first ones.
void add_counts(SummaryRun& run, const std::string& model, const std::string& perturbation,
                const std::string& family, const std::array<int, 5>& counts) {
  for (int s = 0; s < 5; ++s)
    run.add(model, perturbation, family, s + 1, [&](int unit) { return unit < counts[s]; });
}

SummaryRun example() {
  SummaryRun run(kUnits);
  run.add_clean("a", [](int) { return false; });
  add_counts(run, "a", "haze", "optics", {0, 1, 2, 3, 6});
  add_counts(run, "a", "gamma", "light", {0, 0, 0, 0, 1});
  run.add_clean("b", [](int unit) { return unit < 1; });
  add_counts(run, "b", "haze", "optics", {1, 2, 3, 4, 8});
  add_counts(run, "b", "gamma", "light", {1, 1, 1, 1, 1});
  return run;
}

std::vector<SummaryRow> rows_of(const SummaryRun& run, SummaryOptions options = {}) {
  const SubjectBootstrap bootstrap(kUnits, 5);
  auto rows = summarise_run(run.input(bootstrap, std::move(options)));
  std::vector<Measure> measures;
  for (const SummaryRow& each : rows) measures.push_back(each.measure);
  test::check_honest(measures);
  return rows;
}

TEST_SUITE("metrics") {
  TEST_CASE("summaries by hand: means, families first, areas, breakdown") {
    const auto rows = rows_of(example());
    const std::string mean = "mean_error:fnmr";
    CHECK(row(rows, "a", "haze", mean).value == doctest::Approx(12.0 / 60));
    CHECK(row(rows, "a", "gamma", mean).value == doctest::Approx(1.0 / 60));
    CHECK(row(rows, "a", "family:optics", mean).value == doctest::Approx(12.0 / 60));
    CHECK(row(rows, "a", "all", mean).value == doctest::Approx(13.0 / 120));
    CHECK(row(rows, "a", "all", mean).n == 120);
    CHECK(row(rows, "a", "haze", "mean_error:drift_angle_deg").value == doctest::Approx(30));
    // Points 0 0 1 2 3 6 of 12: trapezoids 0 .5 1.5 2.5 4.5, over 5.
    CHECK(row(rows, "a", "haze", "severity_area:fnmr").value == doctest::Approx(9.0 / 12 / 5));
    // 1.2 of 12 lies between 1 at severity 2 and 2 at severity 3.
    CHECK(row(rows, "a", "haze", "breakdown_severity").value == doctest::Approx(2.2));
    const Measure& never = row(rows, "a", "gamma", "breakdown_severity");
    CHECK(std::isnan(never.value));
    CHECK(never.note.starts_with("> 5: the limit is not passed"));
    SummaryOptions strict;
    strict.breakdown_fnmr = 0.05;
    const auto early = rows_of(example(), strict);
    CHECK(row(early, "b", "haze", "breakdown_severity").value == 0);
    CHECK(row(early, "b", "haze", "breakdown_severity").note.find("clean pictures") !=
          std::string::npos);
  }

  TEST_CASE("mCE against a named model, over a named list") {
    SummaryOptions options{"b", {"haze"}, 0.1};
    const auto rows = rows_of(example(), options);
    CHECK(row(rows, "a", "haze", "corruption_error").value == doctest::Approx(12.0 / 18));
    CHECK(row(rows, "a", "all", "mce").value == doctest::Approx(12.0 / 18));
    // b's clean rate is 1 of 12: 0 1 2 3 7 are added.
    CHECK(row(rows, "a", "all", "relative_mce").value == doctest::Approx(12.0 / 13));
    CHECK(row(rows, "b", "all", "mce").value == 1);
    CHECK(*row(rows, "b", "all", "mce").ci95 == Interval{1, 1});
    CHECK(row(rows, "a", "all", "mce").note ==
          "mean over haze of: sum over severities 1-5 of FNMR, over the same sum of b");

    // Under gamma the reference loses nothing against clean, and its loss itself rests on one person.
    options.perturbations = {"haze", "gamma"};
    const auto wide = rows_of(example(), options);
    CHECK(std::isnan(row(wide, "a", "gamma", "relative_corruption_error").value));
    CHECK(row(wide, "a", "all", "relative_mce").note ==
          "NA: the reference's loss under gamma is not clearly above zero");
    CHECK(std::isnan(row(wide, "a", "all", "mce").value));
    // Without a list it is ImageNet-C's fifteen, which this run has not got.
    options.perturbations.clear();
    CHECK(row(rows_of(example(), options), "a", "all", "mce")
              .note.starts_with("severities 1 to 5 of all of gaussian_noise"));
  }

  TEST_CASE("ranking, differences and the worst case") {
    const auto rows = rows_of(example());
    CHECK(row(rows, "a", "all", "rank:fnmr").value == 1);
    CHECK(row(rows, "b", "all", "rank:fnmr").value == 2);
    // a 13/120, b (18/60 + 5/60) / 2 = 23/120.
    CHECK(row(rows, "a", "all", "difference:fnmr:b").value == doctest::Approx(-10.0 / 120));
    CHECK(row(rows, "b", "all", "difference:fnmr:a").value == doctest::Approx(10.0 / 120));
    const double a_wins = row(rows, "a", "all", "lower_error_share:fnmr:b").value;
    CHECK(a_wins == 1);  // in no person b errs less
    CHECK(row(rows, "all", "all", "ranking_flip_rate:fnmr").value == 0);
    // Drift angles of different models are not on one scale, so nothing is ranked by them.
    CHECK(std::none_of(rows.begin(), rows.end(), [](const SummaryRow& candidate) {
      return candidate.measure.name.starts_with("rank:drift") ||
             candidate.measure.name.starts_with("difference:drift");
    }));
    CHECK(row(rows, "a", "all", "worst_case:fnmr").value == doctest::Approx(0.2));
    CHECK(row(rows, "a", "all", "worst_case:fnmr").note.starts_with("haze, of 2 perturbations"));
    CHECK(row(rows, "a", "all", "worst_case_corrected:fnmr").value ==
          doctest::Approx(0.2).epsilon(0.05));
  }

  TEST_CASE("FMR inflation: ratio, and limits from the limits of both") {
    SummaryRun run(kUnits);
    const auto with_fmr = [&](double severity, double value) {
      if (severity == 0)
        run.add_clean("a", [](int) { return false; });
      else
        run.add("a", "haze", "optics", severity, [](int) { return false; });
      run.last().fmr =
          Measure{"fmr", value, "share", 10000, Interval{value / 2, value * 2}, Better::lower, ""};
    };
    with_fmr(0, 0.01);
    with_fmr(1, 0.01);
    with_fmr(2, 0.02);
    with_fmr(3, 0.06);
    const auto rows = rows_of(run);
    const Measure& inflation = row(rows, "a", "haze", "fmr_inflation");
    CHECK(inflation.value == doctest::Approx(3));
    REQUIRE(inflation.ci95);
    const double reach = std::exp(std::log(2) * std::numbers::sqrt2);  // both are off by a factor of 2
    CHECK(inflation.ci95->low == doctest::Approx(3 / reach));
    CHECK(inflation.ci95->high == doctest::Approx(3 * reach));
    CHECK(inflation.note.find("largest 6 at haze@3") != std::string::npos);
  }

  TEST_CASE("what cannot be summarised") {
    SummaryRun few(kUnits);  // two severities make no curve
    few.add_clean("a", [](int) { return false; });
    few.add("a", "haze", "optics", 1, [](int) { return false; });
    few.add("a", "haze", "optics", 2, [](int) { return false; });
    CHECK(rows_of(few).empty());

    SummaryRun none(kUnits);  // no threshold: one refusal for each measure, not one for each scope
    const auto add = [&](double severity) {
      if (severity == 0)
        none.add_clean("a", [](int) { return false; });
      else
        none.add("a", "haze", "optics", severity, [](int) { return false; });
      none.last().fnmr = UnitMean(kUnits);
      none.last().no_fnmr = "no threshold";
    };
    for (int s = 0; s <= 5; ++s) add(s);
    const auto rows = rows_of(none);
    CHECK(row(rows, "a", "all", "mean_error:fnmr").note == "no threshold");
    CHECK(std::count_if(rows.begin(), rows.end(), [](const SummaryRow& each) {
            return each.measure.name == "mean_error:fnmr";
          }) == 1);
    CHECK(row(rows, "a", "all", "mean_error:drift_angle_deg").value == doctest::Approx(30));

    SummaryRun perfect(kUnits);
    perfect.add_clean("a", [](int) { return false; });
    add_counts(perfect, "a", "haze", "optics", {0, 0, 0, 0, 0});
    const auto zero = rows_of(perfect);
    CHECK(*row(zero, "a", "all", "mean_error:fnmr").ci95 == Interval{0, 0.25});
  }

  TEST_CASE("the errors of a condition are those of the metrics") {
    const EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(30, 3)));
    const auto clean = test::random_table(90, 8, 1);
    auto perturbed = test::random_table(90, 8, 2);
    test::fail(perturbed, 4);
    const ModelCard card = test::card_of(Comparison::cosine, 0.1);
    const Threshold threshold = make_threshold(test::from_card(), card, data, clean);
    const CleanContext context{card, data, clean, threshold};
    const ConditionErrors errors = condition_errors(context, resampling_units(data), {&perturbed});
    const auto of = [&](const char* metric, const char* name) {
      return *test::find(test::evaluate(metric, card, data, clean, {&perturbed}, test::from_card()),
                         name);
    };
    CHECK(errors.fnmr.mean() == of("verification", "fnmr").value);
    CHECK(errors.fnmr.n() == of("verification", "fnmr").n);
    CHECK(errors.drift.mean() == of("drift", "drift_angle_deg").value);
  }
}

}  // namespace
}  // namespace robench
