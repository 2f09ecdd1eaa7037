// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "metrics/drift_vectors.h"
#include "metrics/linear_cka.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::card_of;
using test::check_honest;
using test::data_of;
using test::find;
using test::from_card;
using test::random_table;
using test::repeated_subjects;
using test::samples_of;
using test::table_of_angles;

constexpr int kRows = 40;
constexpr int kDim = 6;

/// The tables of the reference values: 20 subjects of two samples, no pattern.
EmbeddingTable reference_clean() {
  EmbeddingTable table = random_table(kRows, kDim, 1);
  for (int i = 0; i < kRows; ++i)
    for (int j = 0; j < kDim; ++j)
      table.vectors(i, j) = static_cast<float>(std::sin(1 + 7 * i + 3 * j * j + 0.1 * i * j));
  return table;
}
EmbeddingTable reference_perturbed() {
  EmbeddingTable table = reference_clean();
  for (int i = 0; i < kRows; ++i)
    for (int j = 0; j < kDim; ++j)
      table.vectors(i, j) = static_cast<float>(static_cast<double>(table.vectors(i, j)) +
                                               0.4 * std::cos(2 + 5 * i + 2 * j + 0.3 * i * j));
  return table;
}

std::vector<Measure> reference(const char* metric, Comparison comparison) {
  const EvaluationData data = data_of(samples_of(repeated_subjects(20, 2)));
  const EmbeddingTable clean = reference_clean();
  const EmbeddingTable perturbed = reference_perturbed();
  auto measures =
      test::evaluate(metric, card_of(comparison, 0.5), data, clean, {&perturbed}, from_card());
  check_honest(measures);
  return measures;
}

double measured(const std::vector<Measure>& measures, const char* name) {
  const Measure* measure = find(measures, name);
  REQUIRE_MESSAGE(measure != nullptr, name);
  return measure->value;
}

doctest::Approx near(double expected) { return doctest::Approx(expected).epsilon(1e-6); }

TEST_SUITE("metrics") {
  // Made with scikit-learn 1.2.1 (NearestNeighbors, brute force) and NumPy 1.24.2 (HSIC_1 written out
  // with matrices) from the same tables.
  TEST_CASE("neighbours and alignment agree with scikit-learn and NumPy") {
    const auto cosine = reference("neighbourhood", Comparison::cosine);
    CHECK(measured(cosine, "knn_overlap@5") == near(0.785));
    CHECK(measured(cosine, "knn_overlap@10") == near(0.7975));
    CHECK(measured(cosine, "self_retrieval_rate") == near(0.925));
    CHECK(measured(cosine, "linear_cka") == near(0.8827291263829149));
    REQUIRE(find(cosine, "linear_cka")->ci95);
    CHECK(find(cosine, "linear_cka")->ci95->low == near(0.8349817296366592));
    CHECK(find(cosine, "linear_cka")->ci95->high == near(0.9172837671136815));
    CHECK(find(cosine, "knn_overlap@5")->n == kRows);
    const auto euclidean = reference("neighbourhood", Comparison::euclidean);
    CHECK(measured(euclidean, "knn_overlap@5") == near(0.745));
    CHECK(measured(euclidean, "knn_overlap@10") == near(0.81));
    CHECK(measured(euclidean, "self_retrieval_rate") == near(0.95));
    CHECK(measured(euclidean, "linear_cka") == near(0.8890079312745737));
  }

  // NumPy again: sums over pairs of different subjects; numpy.linalg.eigh for the direction.
  TEST_CASE("the direction of drift agrees with NumPy") {
    const auto measures = reference("drift_direction", Comparison::cosine);
    CHECK(measured(measures, "drift_common_share") == near(-0.005264942761888117));
    REQUIRE(find(measures, "drift_common_share")->ci95);
    CHECK(find(measures, "drift_common_share")->ci95->low == near(-0.06859140420498852));
    CHECK(find(measures, "drift_common_share")->ci95->high == near(0.05806151868121229));
    CHECK(measured(measures, "mean_face_cosine_change") == near(0.052465119081137754));
    CHECK(measured(measures, "drift_toward_mean_face") == near(0.048342720972106866));

    DriftVectors drift;
    drift.units = 20;
    const EmbeddingTable clean = reference_clean();
    const EmbeddingTable perturbed = reference_perturbed();
    drift.shift.resize(kRows, kDim);
    std::vector<std::uint8_t> halves;
    for (int i = 0; i < kRows; ++i) {
      drift.shift.row(i) = perturbed.vectors.row(i).normalized() - clean.vectors.row(i).normalized();
      drift.unit.push_back(i / 2);
      if (i % 2 == 0) halves.push_back(static_cast<std::uint8_t>(i / 2 % 2));
    }
    CHECK(principal_share(drift, halves).value == doctest::Approx(0.2124985722893899).epsilon(1e-5));
  }

  TEST_CASE("an unchanged table keeps its neighbours; nothing has a direction") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(15, 2)));
    const auto clean = random_table(30, 64, 3);
    const EmbeddingTable copy = clean;
    const auto kept = test::evaluate("neighbourhood", card_of(), data, clean, {&copy}, from_card());
    for (const char* name : {"knn_overlap@5", "knn_overlap@10", "self_retrieval_rate"})
      CHECK(measured(kept, name) == 1);
    CHECK(measured(kept, "linear_cka") == 1);
    CHECK(*find(kept, "linear_cka")->ci95 == Interval{1, 1});
    const auto still = test::evaluate("drift_direction", card_of(), data, clean, {&copy}, from_card());
    check_honest(still);
    CHECK(std::isnan(measured(still, "drift_common_share")));
    CHECK(std::isnan(measured(still, "drift_toward_mean_face")));
    CHECK(measured(still, "mean_face_cosine_change") == 0);
  }

  TEST_CASE("a common shift is common; unrelated clouds are not aligned") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(60, 2)));
    const auto clean = random_table(120, 256, 4);
    EmbeddingTable shifted = clean;
    for (int i = 0; i < 120; ++i) shifted.vectors(i, 0) += 5;
    const auto common = test::evaluate("drift_direction", card_of(Comparison::euclidean), data, clean,
                                       {&shifted}, from_card());
    CHECK(measured(common, "drift_common_share") == near(1));
    const auto other = random_table(120, 256, 5);
    const auto unrelated =
        test::evaluate("neighbourhood", card_of(), data, clean, {&other}, from_card());
    CHECK(std::abs(measured(unrelated, "linear_cka")) < 0.05);  // the biased form says 0.7
    const auto independent = test::evaluate("drift_direction", card_of(Comparison::euclidean), data,
                                            clean, {&other}, from_card());
    CHECK(std::abs(measured(independent, "drift_common_share")) < 0.02);
    CHECK(measured(independent, "drift_principal_share") < 0.02);  // not cross-fitted 0.03
  }

  TEST_CASE("faces that shrink to the mean face go straight to it") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(40, 1)));
    auto clean = random_table(40, 8, 6);
    clean.vectors.col(0).array() += 3;  // a mean face that stands out
    EmbeddingTable shrunk = clean;
    const Eigen::RowVectorXf mean = clean.vectors.rowwise().normalized().colwise().mean();
    for (int i = 0; i < 40; ++i) shrunk.vectors.row(i) = clean.vectors.row(i).normalized() + mean;
    const auto measures =
        test::evaluate("drift_direction", card_of(), data, clean, {&shrunk}, from_card());
    CHECK(measured(measures, "drift_toward_mean_face") > 0.99);
    CHECK(measured(measures, "mean_face_cosine_change") > 0.02);
  }

  TEST_CASE("more faces than probes: a fixed draw, the same on every call") {
    const EvaluationData data = data_of(samples_of(repeated_subjects(1100, 1)));
    const auto clean = random_table(1100, 16, 7);
    const auto other = random_table(1100, 16, 8);
    const auto first = test::evaluate("neighbourhood", card_of(), data, clean, {&other}, from_card());
    const auto again = test::evaluate("neighbourhood", card_of(), data, clean, {&other}, from_card());
    check_honest(first);
    CHECK(find(first, "knn_overlap@5")->n == 1000);
    CHECK(find(first, "knn_overlap@5")->note.find("1000 of 1100 clean faces") != std::string::npos);
    for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].value == again[i].value);
  }

  TEST_CASE("what too few faces cannot say") {
    const EvaluationData data = data_of(samples_of({"ada", "bo"}));
    const auto clean = table_of_angles({0, 90});
    const auto perturbed = table_of_angles({80, 10});
    const auto few = test::evaluate("neighbourhood", card_of(), data, clean, {&perturbed}, from_card());
    check_honest(few);
    CHECK(std::isnan(measured(few, "knn_overlap@5")));
    CHECK(std::isnan(measured(few, "linear_cka")));
    CHECK(measured(few, "self_retrieval_rate") == 0);
    check_honest(test::evaluate("drift_direction", card_of(), data, clean, {&perturbed}, from_card()));
  }
}

}  // namespace
}  // namespace robench
