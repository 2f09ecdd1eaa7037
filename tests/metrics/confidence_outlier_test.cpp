// SPDX-License-Identifier: Apache-2.0
// Reference values: scikit-learn 1.2's LedoitWolf and NumPy on the same small table.
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "metrics/confidence/outlier_flags.h"
#include "metrics/confidence/outlier_score.h"
#include "metrics/confidence/shrinkage.h"
#include "perturb/random_stream.h"

namespace robench {
namespace {

Eigen::MatrixXd small_table(int rows) {
  Eigen::MatrixXd table(rows, 4);
  for (int i = 0; i < rows; ++i)
    for (int k = 0; k < 4; ++k) table(i, k) = (17 * i + 5 * k + i * i * k) % 23 / 4.0;
  return table;
}

double score_of(const OutlierModel& model) {
  Eigen::MatrixXd row(1, 4);
  row << 1, 2, 3, 4;
  return outlier_scores(model, row)[0];
}

TEST_SUITE("metrics") {
  TEST_CASE("Ledoit and Wolf's shrinkage agrees with scikit-learn") {
    const ShrunkCovariance fit = ledoit_wolf(small_table(12));
    CHECK(fit.shrinkage == doctest::Approx(0.7758784767243708));
    CHECK(fit.covariance(0, 0) == doctest::Approx(3.0476714417187876));
    CHECK(fit.covariance(0, 1) == doctest::Approx(0.046400159115657605));
    CHECK(fit.covariance(2, 3) == doctest::Approx(-0.11400626097180445));
    const ShrunkCovariance few = ledoit_wolf(small_table(3));
    CHECK(few.shrinkage == doctest::Approx(0.6308262940835718));
    CHECK(few.covariance(0, 1) == doctest::Approx(-0.1025482516434523));
    CHECK(ledoit_wolf(Eigen::MatrixXd::Ones(5, 2)).covariance.norm() == 0);
  }

  TEST_CASE("outlier scores agree with NumPy") {
    const Eigen::MatrixXd table = small_table(12);
    const Eigen::MatrixXd background = 0.5 * table.array() + 1;
    CHECK(score_of(fit_outlier_model(OutlierScore::mahalanobis, table)) ==
          doctest::Approx(1.9122581665786496));
    CHECK(score_of(fit_outlier_model(OutlierScore::relative_mahalanobis, table, background)) ==
          doctest::Approx(-5.457051228856983));
    CHECK(score_of(fit_outlier_model(OutlierScore::knn, table)) == doctest::Approx(3.6996621467371855));
    CHECK(score_of(fit_outlier_model(OutlierScore::cosine, table)) ==
          doctest::Approx(0.08382165484805737));
    CHECK(to_string(OutlierScore::knn) == "knn");
  }

  TEST_CASE("reconstruction is the distance from the plane of the reference") {
    Eigen::MatrixXd table = Eigen::MatrixXd::Zero(400, 3);  // a plane, a little off it
    const RandomStream stream(1, "test", "", "", 0);
    for (int i = 0; i < 400; ++i)
      table.row(i) << 5 * stream.normal(3 * i), 5 * stream.normal(3 * i + 1),
          0.1 * stream.normal(3 * i + 2);
    const OutlierModel model = fit_outlier_model(OutlierScore::reconstruction, table);
    CHECK(model.whitening.rows() == 2);
    Eigen::MatrixXd rows(2, 3);
    rows << 3, -4, 0, 0, 0, 7;
    const auto scores = outlier_scores(model, rows);
    CHECK(scores[0] < 0.2);
    CHECK(scores[1] == doctest::Approx(7).epsilon(0.02));
  }

  TEST_CASE("a column that never varies makes no score infinite") {
    Eigen::MatrixXd table = small_table(12);
    table.col(2).setConstant(3);
    CHECK(std::isfinite(score_of(fit_outlier_model(OutlierScore::mahalanobis, table))));
  }

  TEST_CASE("subjects stay on one side of the split") {
    std::vector<int> subject;
    for (int i = 0; i < 60; ++i) subject.push_back(i % 20);
    const std::vector<bool> side = fitting_side(subject, 1, 0.5);
    CHECK(std::count(side.begin(), side.end(), true) == 30);
    for (int i = 0; i < 60; ++i) CHECK(side[i] == side[i % 20]);
    CHECK(fitting_side(subject, 2, 0.5) != side);
    const OutlierTest test = fit_outlier_test(OutlierScore::knn, small_table(60), subject, 1);
    CHECK(test.reference.subjects == 10);
    CHECK(test.model.rows.rows() == 30);
    Eigen::MatrixXd far = Eigen::MatrixXd::Constant(1, 4, 1e3);
    CHECK(outlier_p(test, far)[0] == doctest::Approx(1.0 / 11));
  }

  TEST_CASE("each flag fires on its own kind") {
    // Faces: 16 normal dimensions, the mean off in the last. Bad light moves dimension 0 and two image
    // measures; the other population lies off in dimension 5.
    const RandomStream stream(4, "test", "", "", 0);
    const auto picture = [&](int person, double light, double population, Eigen::MatrixXd& embedding,
                             Eigen::MatrixXd& capture, int row) {
      for (int k = 0; k < 16; ++k) embedding(row, k) = stream.normal(1000 * person + k);
      embedding(row, 15) += 10;
      embedding(row, 0) += 8 * light;
      embedding(row, 5) += 8 * population;
      for (int k = 0; k < 3; ++k)
        capture(row, k) = stream.normal(1000 * person + 100 + k) + (k < 2 ? 6 * light : 0);
    };
    FlagCalibration calibration{Eigen::MatrixXd(800, 16), Eigen::MatrixXd(800, 3), {}, {}};
    for (int row = 0; row < 800; ++row) {
      picture(row / 2, row % 2, 0, calibration.embedding, calibration.capture, row);
      calibration.subject.push_back(row / 2);
      calibration.clean_row.push_back(row / 2 * 2);
    }
    calibration.capture(0, 0) = std::nan("");
    const OutlierFlags flags = fit_outlier_flags(calibration, 1);
    CHECK(flags.kept.cols() == 15);
    CHECK(flags.kept.row(0).norm() < 0.4);

    const auto alarms = [&](double light, double population) {
      Eigen::MatrixXd embedding(200, 16), capture(200, 3);
      for (int row = 0; row < 200; ++row)
        picture(5000 + row, light, population, embedding, capture, row);
      const FlagValues values = judge_flags(flags, embedding, capture);
      const auto share = [](const std::vector<double>& p) {
        return static_cast<double>(
                   std::count_if(p.begin(), p.end(), [](double x) { return x <= 0.05; })) /
               static_cast<double>(p.size());
      };
      return std::pair{share(values.capture_p), share(values.population_p)};
    };
    CHECK(alarms(0, 0).first < 0.12);
    CHECK(alarms(0, 0).second < 0.12);
    CHECK(alarms(1, 0).first > 0.9);
    CHECK(alarms(1, 0).second < 0.12);
    CHECK(alarms(0, 1).first < 0.12);
    CHECK(alarms(0, 1).second > 0.8);
  }

  TEST_CASE("one odd measure of twenty is flagged, with or without its like in the calibration") {
    constexpr int kMeasures = 20;
    const RandomStream stream(6, "test", "", "", 0);
    const auto measures = [&](int picture, double fault) {
      Eigen::RowVectorXd row(kMeasures);
      for (int k = 0; k < kMeasures; ++k) row[k] = stream.normal(100 * picture + k);
      row[3] += fault;
      return row;
    };
    // Clean pictures of 300 people, then as many with the fault.
    FlagCalibration calibration{Eigen::MatrixXd(600, 4), Eigen::MatrixXd(600, kMeasures), {}, {}};
    for (int row = 0; row < 600; ++row) {
      for (int k = 0; k < 4; ++k) calibration.embedding(row, k) = stream.normal(90000 + 4 * row + k);
      calibration.capture.row(row) = measures(row, row < 300 ? 0 : 2.5);
      calibration.subject.push_back(row % 300);
      calibration.clean_row.push_back(row % 300);
    }
    FlagCalibration clean_only = calibration;
    clean_only.embedding.conservativeResize(300, Eigen::NoChange);
    clean_only.capture.conservativeResize(300, Eigen::NoChange);
    clean_only.subject.resize(300);
    clean_only.clean_row.resize(300);

    const auto alarms = [&](const FlagCalibration& made_on, double fault) {
      const OutlierFlags flags = fit_outlier_flags(made_on, 1);
      Eigen::MatrixXd capture(400, kMeasures);
      for (int row = 0; row < 400; ++row) capture.row(row) = measures(1000 + row, fault);
      const auto p = judge_flags(flags, Eigen::MatrixXd::Ones(400, 4), capture).capture_p;
      return static_cast<double>(std::count_if(p.begin(), p.end(), [](double x) { return x <= 0.05; })) /
             400;
    };
    CHECK(alarms(clean_only, 0) < 0.12);
    CHECK(alarms(clean_only, 6) > 0.9);
    CHECK(alarms(calibration, 0) < 0.12);
    CHECK(alarms(calibration, 2.5) > 0.5);
    CHECK(alarms(calibration, 2.5) > alarms(clean_only, 2.5));
  }

  TEST_CASE("tails of a measure go on by its own mean excess") {
    std::vector<double> reference{std::nan("")};
    for (int i = 0; i <= 100; ++i) reference.push_back(i);
    const TailScores tails = tail_scores(reference);
    CHECK(tails.high == doctest::Approx(90));
    CHECK(tails.high_excess == doctest::Approx(5.5));
    CHECK(tails.log_p(50) == 0);
    CHECK(tails.log_p(std::nan("")) == 0);
    CHECK(tails.log_p(90 + 5.5) == doctest::Approx(std::log(0.2) - 1));
    CHECK(tails.log_p(10 - 11) == doctest::Approx(std::log(0.2) - 2));
    CHECK(tail_scores(std::vector<double>{3, 3, 3}).log_p(9) == 0);
    CHECK(tail_scores({}).log_p(9) == 0);
  }

  TEST_CASE("bad light is believed before a new population") {
    CHECK(flag_of(0.01, 0.01) == Flag::capture);
    CHECK(flag_of(0.5, 0.05) == Flag::population);
    CHECK(flag_of(0.5, 0.06) == Flag::none);
    CHECK(flag_of(0.05, 0.06, 0.04) == Flag::none);
  }

  TEST_CASE("normal scores by rank, straight on beyond the reference") {
    // Ranks 1, 2.5, 2.5, 4 of 4: normal quantiles of 1/8, 1/2, 1/2, 7/8.
    const NormalScores scores = normal_scores(std::vector<double>{10, 20, 20, std::nan(""), 50});
    CHECK(scores.value == std::vector<double>{10, 20, 50});
    CHECK(scores.score[0] == doctest::Approx(-1.1503493803760079));
    CHECK(scores.score[1] == doctest::Approx(0));
    CHECK(scores.at(15) == doctest::Approx(-1.1503493803760079 / 2));
    CHECK(scores.at(50 + scores.sd) == doctest::Approx(1.1503493803760079 + 1));
    CHECK(scores.at(10 - 2 * scores.sd) == doctest::Approx(-1.1503493803760079 - 2));
    CHECK(scores.at(std::nan("")) == 0);
    CHECK(normal_scores(std::vector<double>{3, 3, 3}).at(99) == 0);
    CHECK(normal_scores({}).at(1) == 0);
  }
}

}  // namespace
}  // namespace robench
