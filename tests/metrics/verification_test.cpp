// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <tbb/global_control.h>

#include "metrics/metric.h"
#include "models/embedder.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::card_of;
using test::check_honest;
using test::data_of;
using test::find;
using test::from_card;
using test::from_data;
using test::random_table;
using test::repeated_subjects;
using test::samples_of;
using test::table_of_angles;

constexpr double kCos30 = 0.8660;  // just below cos 30 deg

const Measure& at(const std::vector<Measure>& measures, const std::string& name) {
  const Measure* measure = find(measures, name);
  REQUIRE_MESSAGE(measure != nullptr, name);
  return *measure;
}

TEST_SUITE("metrics") {
  TEST_CASE("FNMR, FMR and the self non-match rate by hand") {
    // Accept within 30 degrees. ada at 0 and 10, bo at 90 and 100.
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo", "bo"}));
    const auto clean = table_of_angles({0, 10, 90, 100});
    // ada's second picture turns by 40, bo's second one lands 25 degrees from ada's first.
    const auto perturbed = table_of_angles({0, 50, 90, 25});
    const auto measures = test::evaluate("verification", card_of(Comparison::cosine, kCos30), data,
                                         clean, {&perturbed}, from_card());
    check_honest(measures);
    CHECK(at(measures, "fnmr").value == 1);  // 0 vs 50, 90 vs 25
    CHECK(at(measures, "fnmr").n == 2);
    // References 0, 10, 90, 100 with probes of the other subject: 0-25 and 10-25 match.
    CHECK(at(measures, "fmr").n == 8);
    CHECK(at(measures, "fmr").value == doctest::Approx(2.0 / 8));
    CHECK(at(measures, "self_non_match_rate").value == doctest::Approx(2.0 / 4));
    CHECK(at(measures, "self_non_match_rate").n == 4);
    CHECK_FALSE(at(measures, "fnmr").ci95.has_value());
    CHECK(at(measures, "fnmr").note.find("no interval: 2 subjects, fewer than 10") != std::string::npos);
    CHECK(std::isnan(at(measures, "lfw_accuracy").value));
    CHECK(at(measures, "lfw_accuracy").note == "the data lists no pairs in folds");
  }

  TEST_CASE("applied to both sides, perturbed probes meet perturbed references") {
    // Accept within 30 degrees. The perturbation moves ada to 40 and 50, bo's second picture to 25.
    EvaluationData data = data_of(samples_of({"ada", "ada", "bo", "bo"}));
    data.apply_to = ApplyTo::both;
    const auto clean = table_of_angles({0, 10, 90, 100});
    const auto perturbed = table_of_angles({40, 50, 90, 25});
    const auto measures = test::evaluate("verification", card_of(Comparison::cosine, kCos30), data,
                                         clean, {&perturbed}, from_card());
    check_honest(measures);
    CHECK(at(measures, "fnmr").value == doctest::Approx(0.5));  // 40-50 match, 90-25 do not
    CHECK(at(measures, "fnmr").note.find("references perturbed like the probes") != std::string::npos);
    CHECK(at(measures, "fmr").n == 4);                             // each pair once
    CHECK(at(measures, "fmr").value == doctest::Approx(2.0 / 4));  // 40-25 and 50-25 match
    CHECK(at(measures, "auc").note.find("references perturbed like the probes") != std::string::npos);
    const auto drift = test::evaluate("drift", card_of(Comparison::cosine, kCos30), data, clean,
                                      {&perturbed}, from_card());
    // Clean accepts 0-10 and 90-100 only; of the six pairs 90-25, 40-25 and 50-25 now differ.
    CHECK(at(drift, "decision_flip_rate").value == doctest::Approx(3.0 / 6));
    // A picture against its own perturbed picture stays clean against perturbed.
    CHECK(at(measures, "self_non_match_rate").value == doctest::Approx(3.0 / 4));
  }

  TEST_CASE("failures are left out of the rates and their number is said") {
    const EvaluationData data = data_of(samples_of({"ada", "ada", "ada"}));
    const auto clean = table_of_angles({0, 10, 20});
    auto perturbed = clean;
    test::fail(perturbed, 2);
    const auto measures = test::evaluate("verification", card_of(Comparison::cosine, kCos30), data,
                                         clean, {&perturbed}, from_card());
    check_honest(measures);
    CHECK(at(measures, "fnmr").n == 1);  // 0-1; 0-2 and 1-2 have a failed probe
    CHECK(at(measures, "fnmr").note.find("2 of 3 comparisons left out") != std::string::npos);
    CHECK(at(measures, "self_non_match_rate").n == 2);
    CHECK(std::isnan(at(measures, "fmr").value));
  }

  TEST_CASE("the streamed FMR equals a plain loop over halves, repetitions and failures") {
    auto samples = samples_of(repeated_subjects(120, 3));
    for (std::size_t i = 0; i < samples.size(); i += 11) samples[i].subject.clear();
    for (std::size_t i = 0; i + 4 < samples.size(); i += 9)
      samples[i].photograph = samples[i + 4].photograph;
    const EvaluationData data = data_of(std::move(samples));
    auto clean = random_table(360, 6, 21);
    auto first = random_table(360, 6, 22);
    auto second = random_table(360, 6, 23);
    for (std::size_t i = 0; i < 360; i += 17) test::fail(clean, i);
    for (std::size_t i = 0; i < 360; i += 5) test::fail(second, i, Status::wrong_face);
    for (const Comparison comparison : {Comparison::cosine, Comparison::euclidean}) {
      const ModelCard card = card_of(comparison);
      const Threshold threshold = make_threshold(from_data(2e-2), card, data, clean);
      REQUIRE(threshold.available);
      std::int64_t n = 0;
      std::int64_t matches = 0;
      for (const EmbeddingTable* table : {&first, &second})
        for (std::size_t i = 0; i < 360; ++i)
          for (std::size_t j = 0; j < 360; ++j) {
            const int a = data.subject[i];
            const int b = data.subject[j];
            if (a < 0 || b < 0 || a == b || data.session[i] == data.session[j]) continue;
            if (threshold.half[a] != threshold.half[b] || !clean.ok(i) || !table->ok(j)) continue;
            ++n;
            if (similarity(comparison, clean.vectors.row(i).data(), table->vectors.row(j).data(), 6) >=
                threshold.of_half[threshold.half[a]])
              ++matches;
          }
      const auto measures =
          test::evaluate("verification", card, data, clean, {&first, &second}, from_data(2e-2));
      CHECK(at(measures, "fmr").n == n);
      CHECK(at(measures, "fmr").value == static_cast<double>(matches) / static_cast<double>(n));
      REQUIRE(at(measures, "fmr").ci95.has_value());
      CHECK(at(measures, "fmr").ci95->low < at(measures, "fmr").value);
      CHECK(at(measures, "fmr").ci95->high > at(measures, "fmr").value);
    }
  }

  TEST_CASE("on exchangeable data the cross-fitted FMR is the target, without bias") {
    // Judging each half at its own threshold would give floor(target * n) / n exactly, every time.
    constexpr int kRuns = 60;
    constexpr double kTarget = 0.02;
    double sum = 0;
    double squares = 0;
    for (int run = 0; run < kRuns; ++run) {
      const EvaluationData data = data_of(samples_of(repeated_subjects(120, 1)), {}, {}, run);
      const auto clean = random_table(120, 32, 1000 + run);
      const double fmr =
          at(test::evaluate("verification", card_of(), data, clean, {&clean}, from_data(kTarget)), "fmr")
              .value;
      sum += fmr;
      squares += fmr * fmr;
    }
    const double mean = sum / kRuns;
    const double se = std::sqrt((squares / kRuns - mean * mean) / (kRuns - 1));
    CHECK(se > 0);
    CHECK(std::abs(mean - kTarget) < 3 * se + 2e-4);
  }

  TEST_CASE("FNMR at three operating points, each with its own budget") {
    // 80 subjects, 2 samples each: 40 * 39 / 2 * 4 = 3,120 comparisons within a half.
    const EvaluationData data = data_of(samples_of(repeated_subjects(80, 2)));
    const auto clean = random_table(160, 16, 31);
    const auto measures = test::evaluate("verification", card_of(), data, clean, {&clean}, from_card());
    check_honest(measures);
    CHECK(std::isnan(at(measures, "fnmr").value));     // the card gives no threshold
    CHECK(at(measures, "fnmr@fmr=1e-2").value > 0.8);  // random vectors do not match
    CHECK(at(measures, "fnmr@fmr=1e-2").n == 80);
    CHECK(at(measures, "fnmr@fmr=1e-2").note.find("3120 non-mated comparisons") != std::string::npos);
    CHECK(at(measures, "fnmr@fmr=1e-3").note.find("below 30") != std::string::npos);
    CHECK(std::isnan(at(measures, "fnmr@fmr=1e-4").value));
    CHECK(at(measures, "fnmr@fmr=1e-4").note.find("below 1") != std::string::npos);
  }

  TEST_CASE("no error: the rule of three instead of an empty interval") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(60, 2)));
    EmbeddingTable clean = random_table(120, 64, 41);
    for (Eigen::Index i = 0; i < 120; i += 2) clean.vectors.row(i + 1) = clean.vectors.row(i);
    const auto measures = test::evaluate("verification", card_of(Comparison::cosine, 0.9), data, clean,
                                         {&clean}, from_card());
    const Measure& fnmr = at(measures, "fnmr");
    CHECK(fnmr.value == 0);
    REQUIRE(fnmr.ci95.has_value());
    CHECK(*fnmr.ci95 == Interval{0, 3.0 / 60});
    CHECK(fnmr.note.find("none of 60: interval by the rule of three over 60 independent subjects") !=
          std::string::npos);
    CHECK(*at(measures, "fmr").ci95 == Interval{0, 3.0 / 30});  // 30 disjoint pairs of subjects
    CHECK(at(measures, "auc").value == 1);
    CHECK_FALSE(at(measures, "auc").ci95.has_value());
    CHECK(*at(measures, "eer").ci95 == Interval{0, 3.0 / 30});
  }

  TEST_CASE("fold accuracy: thresholds from the clean other folds, judged on perturbed probes") {
    // Mated at 0 degrees, non-mated at 60, in both folds; accept above cos 60.
    std::vector<Trial> listed;
    std::vector<std::string> subjects;
    std::vector<double> angles;
    for (int pair = 0; pair < 40; ++pair) {
      const bool mated = pair % 2 == 0;
      listed.push_back({static_cast<std::uint32_t>(2 * pair), static_cast<std::uint32_t>(2 * pair + 1),
                        mated, pair < 20 ? 0 : 1});
      subjects.push_back("a" + std::to_string(pair));
      subjects.push_back((mated ? "a" : "b") + std::to_string(pair));
      angles.push_back(0);
      angles.push_back(mated ? 10 : 60);
    }
    const EvaluationData data = data_of(samples_of(subjects), listed);
    const auto clean = table_of_angles(angles);
    const auto on_clean =
        test::evaluate("verification", card_of(), data, clean, {&clean}, from_data(0.5));
    CHECK(at(on_clean, "lfw_accuracy").value == 1);
    CHECK(at(on_clean, "lfw_accuracy").n == 40);

    auto moved = angles;
    for (const std::size_t probe : {1, 5, 9, 41, 45})
      moved[probe] = 89;  // 3 and 2 mated probes turn away
    const auto perturbed = table_of_angles(moved);
    const auto measures =
        test::evaluate("verification", card_of(), data, clean, {&perturbed}, from_data(0.5));
    CHECK(at(measures, "lfw_accuracy").value == doctest::Approx((17.0 / 20 + 18.0 / 20) / 2));
    CHECK(at(measures, "lfw_accuracy").note.find("mean over 2 folds, SD 0.0354, SE 0.0250") !=
          std::string::npos);
    CHECK(at(measures, "lfw_accuracy").ci95.has_value());
  }

  TEST_CASE("the same numbers for any number of threads") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(200, 3)));
    const auto clean = random_table(600, 12, 51);
    const auto perturbed = random_table(600, 12, 52);
    const auto run = [&] {
      return test::evaluate("verification", card_of(Comparison::cosine, 0.4), data, clean, {&perturbed},
                            from_data(1e-2));
    };
    const auto many = run();
    const tbb::global_control one_thread(tbb::global_control::max_allowed_parallelism, 1);
    const auto one = run();
    REQUIRE(many.size() == one.size());
    for (std::size_t k = 0; k < one.size(); ++k) {
      CAPTURE(one[k].name);
      CHECK((many[k].value == one[k].value || std::isnan(one[k].value)));
      CHECK(many[k].ci95 == one[k].ci95);
      CHECK(many[k].note == one[k].note);
    }
  }
}

}  // namespace
}  // namespace robench
