// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Cholesky>

#include "metrics/geometry_features.h"
#include "metrics/metric.h"
#include "tests/metrics/geometry_faces.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

const int kFeatures = static_cast<int>(geometry_features().size());

/// Made-up people: each sample its own landmarks, `each` samples per subject, and one embedding.
struct People {
  ModelCard card;
  EvaluationData data;
  EmbeddingTable clean;
  Threshold threshold;

  explicit People(int samples, int each = 1, std::uint64_t seed = 5) {
    std::vector<Sample> rows;
    std::vector<AcquiredFace> faces;
    for (int i = 0; i < samples; ++i) {
      Sample sample;
      sample.id = "face" + std::to_string(i);
      sample.photograph = sample.id;
      sample.subject = "person" + std::to_string(i / each);
      AcquiredFace face;
      face.face.landmarks = varied_face(RandomStream(seed, "people", "", sample.id, 0));
      rows.push_back(sample);
      faces.push_back(face);
    }
    data = make_evaluation_data(rows, faces, {}, {TrialRequest::Kind::sample, 10}, seed);
    card.comparison = Comparison::euclidean;
    embed(noise(32));
  }

  /// The features of all samples, each with mean 0 and variance 1.
  [[nodiscard]] Matrix geometry() const {
    Matrix values(std::ssize(data.faces), kFeatures);
    std::vector<UprightFace> faces;
    for (const AcquiredFace& face : data.faces) faces.push_back(*upright_face(face.face.landmarks));
    const MeanShape mean(faces);
    for (Eigen::Index i = 0; i < values.rows(); ++i) {
      values.row(i) = measure_geometry(faces[i], mean);
    }
    for (auto column : values.colwise()) {
      column.array() -= column.mean();
      column /= std::sqrt(column.array().square().mean());
    }
    return values;
  }

  [[nodiscard]] Matrix noise(int dim, std::uint64_t seed = 77) const {
    const RandomStream stream(seed, "noise", "", "", 0);
    Matrix values(std::ssize(data.samples), dim);
    for (Eigen::Index i = 0; i < values.size(); ++i) values(i) = stream.normal(i);
    return values;
  }

  [[nodiscard]] static EmbeddingTable table(const Matrix& vectors) {
    return {vectors.cast<float>(), std::vector<Status>(vectors.rows(), Status::ok)};
  }
  void embed(const Matrix& vectors) { clean = table(vectors); }

  [[nodiscard]] std::unique_ptr<PreparedMetric> prepare() const {
    const MetricSpec* spec = find_metric("geometry_correlation");
    REQUIRE(spec != nullptr);
    return spec->prepare({card, data, clean, threshold});
  }
};

std::vector<Measure> evaluate(const PreparedMetric& metric, std::vector<const EmbeddingTable*> tables) {
  const Condition condition;
  return metric.evaluate({condition, std::move(tables)});
}

const Measure& told(const std::vector<Measure>& measures, std::string_view name) {
  const auto at = std::find_if(measures.begin(), measures.end(),
                               [&](const Measure& measure) { return measure.name == name; });
  REQUIRE(at != measures.end());
  return *at;
}

bool mentions(const Measure& measure, std::string_view text) {
  return measure.note.find(text) != std::string::npos;
}

bool same_value(const Measure& a, const Measure& b) {
  return a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
}

TEST_SUITE("metrics") {
  TEST_CASE("geometry_correlation: returns the measures that it announces") {
    const People people(120);
    const auto measures = evaluate(*people.prepare(), {&people.clean});
    const auto& infos = find_metric("geometry_correlation")->measures;
    REQUIRE(measures.size() == infos.size());
    for (std::size_t i = 0; i < infos.size(); ++i) {
      CHECK(measures[i].name == infos[i].name);
      CHECK(measures[i].unit == infos[i].unit);
      CHECK(measures[i].better == infos[i].better);
      if (measures[i].name.starts_with("geometry_icc") ||
          measures[i].name.find("cross") != std::string::npos) {
        CHECK(mentions(measures[i], "0 subjects with a second picture"));
        continue;
      }
      CHECK(measures[i].n == 120);
      REQUIRE(measures[i].ci95.has_value());
      CHECK(measures[i].ci95->low <= measures[i].value);
      CHECK(measures[i].value <= measures[i].ci95->high);
    }
  }

  TEST_CASE("geometry_correlation: a planted linear code is read at its known R2") {
    People people(1500);
    const Matrix z = people.geometry();
    const double sigma = 0.5;
    people.embed(z + sigma * people.noise(kFeatures));
    // The best linear reader of z from z + noise leaves S - S (S + sigma^2 I)^-1 S, S = cov(z).
    const Matrix s = z.transpose() * z / 1500.0;
    const Matrix noisy = s + sigma * sigma * Matrix::Identity(kFeatures, kFeatures);
    const Eigen::VectorXd known = (s * noisy.ldlt().solve(s)).diagonal();
    const auto measures = evaluate(*people.prepare(), {&people.clean});
    double sum = 0;
    int shapes = 0;
    for (int k = 0; k < kFeatures; ++k) {
      const GeometryFeature& feature = geometry_features()[k];
      CAPTURE(feature.name);
      const Measure& measure = told(measures, "geometry_r2:" + std::string(feature.name));
      CHECK(measure.value == doctest::Approx(known[k]).epsilon(0.04));
      CHECK(measure.ci95->low < known[k] + 0.02);
      CHECK(measure.ci95->high > known[k] - 0.02);
      if (feature.nuisance()) continue;
      sum += measure.value;
      ++shapes;
    }
    CHECK(told(measures, "geometry_r2_mean").value == doctest::Approx(sum / shapes));
    const Measure& rsa = told(measures, "geometry_rsa");
    CHECK(rsa.value > 0.5);
    CHECK(rsa.n == 1000);
    CHECK(mentions(rsa, "p = 0.001 (999 permutations, one-sided); 499500 pairs"));
  }

  TEST_CASE("geometry_correlation: unrelated embeddings have no R2 and no small p by rule") {
    // Also where data are fewest and dimensions many.
    double sum_of_p = 0;
    const int runs = 12;
    for (int run = 0; run < runs; ++run) {
      People people(220, 2, 300 + run);
      people.embed(people.noise(64, 900 + run));
      const auto measures = evaluate(*people.prepare(), {&people.clean});
      CHECK(told(measures, "geometry_r2_mean").value < 0.02);
      const std::string& note = told(measures, "geometry_rsa").note;
      sum_of_p += std::stod(note.substr(note.find("p = ") + 4));
    }
    CHECK(std::abs(sum_of_p / runs - 0.5) < 3 * 0.2887 / std::sqrt(runs));
  }

  TEST_CASE("geometry_correlation: probes are frozen, so shuffled embeddings lose the geometry") {
    People people(400);
    people.embed(people.geometry() + 0.3 * people.noise(kFeatures));
    EmbeddingTable shuffled = people.clean;
    shuffled.vectors = people.clean.vectors.colwise().reverse();
    const auto metric = people.prepare();
    const auto clean = evaluate(*metric, {&people.clean}), lost = evaluate(*metric, {&shuffled});
    CHECK(told(clean, "geometry_r2_mean").value > 0.8);
    CHECK(told(lost, "geometry_r2_mean").value < -0.5);  // worse than knowing nothing
    CHECK(told(clean, "geometry_rsa").value > 0.5);
    CHECK(std::abs(told(lost, "geometry_rsa").value) < 0.1);
  }

  TEST_CASE("geometry_correlation: what has moved is read again by probes trained anew") {
    People people(400);
    const Matrix code = people.geometry() + 0.3 * people.noise(kFeatures);
    people.embed(code);
    const EmbeddingTable turned = People::table(code.rowwise().reverse());
    const EmbeddingTable erased = People::table(people.noise(kFeatures, 5));
    const Condition gamma{{step_at_severity("gamma", 3)}};
    const auto metric = people.prepare();
    const auto moved = metric->evaluate({gamma, {&turned}}), lost = metric->evaluate({gamma, {&erased}});
    CHECK(told(moved, "geometry_r2_mean").value < 0);
    CHECK(told(moved, "geometry_r2_refit_mean").value ==
          doctest::Approx(told(evaluate(*metric, {&people.clean}), "geometry_r2_mean").value)
              .epsilon(0.01));
    CHECK(mentions(told(moved, "geometry_r2_refit_mean"), "p = 0.001"));
    CHECK(told(lost, "geometry_r2_refit_mean").value < 0.02);
    CHECK_FALSE(mentions(told(lost, "geometry_r2_refit_mean"), "p = 0.001"));
    CHECK(told(moved, "geometry_r2_over_nuisance").value < told(moved, "geometry_r2_mean").value);
    CHECK(told(moved, "geometry_cka").value > 0.5);
    CHECK(std::abs(told(lost, "geometry_dcor").value) < 0.05);
    for (const Measure& measure : moved) CHECK_FALSE(measure.name.starts_with("geometry_icc"));
  }

  TEST_CASE(
      "geometry_correlation: other pictures of a subject, and how far a feature is of the person") {
    People people(240, 2);
    people.embed(people.geometry() + 0.3 * people.noise(kFeatures));
    // Landmarks are drawn for each picture: nothing is of the person.
    const auto measures = evaluate(*people.prepare(), {&people.clean});
    CHECK(told(measures, "geometry_r2_cross_image_mean").value < 0);
    CHECK(told(measures, "geometry_r2_cross_image_mean").n == 240);
    CHECK(std::abs(told(measures, "geometry_icc:chin_angle").value) < 0.25);
    for (int i = 0; i < 240; i += 2) people.data.faces[i + 1] = people.data.faces[i];
    const auto same = evaluate(*people.prepare(), {&people.clean});
    CHECK(told(same, "geometry_icc:chin_angle").value == doctest::Approx(1));
    CHECK(told(same, "geometry_r2_cross_image_mean").value ==
          doctest::Approx(told(same, "geometry_r2_mean").value).epsilon(1e-9));
  }

  TEST_CASE("geometry_correlation: cosine cards ignore the length of embeddings") {
    People people(150);
    people.card.comparison = Comparison::cosine;
    people.embed(people.geometry() + 0.3 * people.noise(kFeatures));
    EmbeddingTable longer = people.clean;
    for (Eigen::Index i = 0; i < 150; ++i) longer.vectors.row(i) *= static_cast<float>(1 << (i % 5));
    const auto metric = people.prepare();
    const auto clean = evaluate(*metric, {&people.clean}), scaled = evaluate(*metric, {&longer});
    CHECK(told(scaled, "geometry_r2_mean").value ==
          doctest::Approx(told(clean, "geometry_r2_mean").value).epsilon(1e-6));
    CHECK(told(scaled, "geometry_rsa").value == told(clean, "geometry_rsa").value);
    longer.vectors.row(7).setZero();  // no direction, no cosine
    CHECK(told(evaluate(*metric, {&longer}), "geometry_r2_mean").n == 149);
  }

  TEST_CASE("geometry_correlation: several repetitions give the mean") {
    People people(200);
    const Matrix z = people.geometry();
    people.embed(z + 0.3 * people.noise(kFeatures));
    const EmbeddingTable a = People::table(z + 0.5 * people.noise(kFeatures, 1));
    const EmbeddingTable b = People::table(z + 0.9 * people.noise(kFeatures, 2));
    const auto metric = people.prepare();
    const auto both = evaluate(*metric, {&a, &b});
    for (const char* name : {"geometry_r2_mean", "geometry_r2:chin_angle", "geometry_rsa"}) {
      const double mean =
          (told(evaluate(*metric, {&a}), name).value + told(evaluate(*metric, {&b}), name).value) / 2;
      CHECK(told(both, name).value == doctest::Approx(mean).epsilon(1e-6));
      CHECK(told(both, name).n == 200);
    }
  }

  TEST_CASE("geometry_correlation: who is left out is counted") {
    People people(130);
    for (int i = 0; i < 4; ++i) people.data.faces[i].face.fallback_box = true;
    people.data.faces[10].status = Status::no_face;
    people.data.faces[11].face.landmarks = Landmarks{};
    people.clean.status[12] = Status::non_finite_embedding;
    EmbeddingTable perturbed = people.clean;
    for (int i = 20; i < 25; ++i) perturbed.status[i] = Status::no_face;
    perturbed.vectors.row(20).setZero();
    const Measure mean = told(evaluate(*people.prepare(), {&perturbed}), "geometry_r2_mean");
    CHECK(mean.n == 130 - 7 - 5);
    CHECK(mentions(
        mean,
        "33 features, 118 subjects; left out: 1 without a face, 4 with a fallback box, 1 with "
        "degenerate landmarks, 1 without a clean embedding; 5 failed under this condition; p ="));
    CHECK(told(evaluate(*people.prepare(), {&perturbed}), "geometry_rsa").n == 118);
  }

  TEST_CASE("geometry_correlation: failed rows do not change what is said of the others") {
    People people(160);
    people.embed(people.geometry() + people.noise(kFeatures));
    EmbeddingTable failed = people.clean, garbage = people.clean;
    for (int i = 0; i < 160; i += 10) {
      failed.status[i] = garbage.status[i] = Status::no_face;
      garbage.vectors.row(i).setConstant(1e6f);
    }
    const auto metric = people.prepare();
    const auto a = evaluate(*metric, {&failed}), b = evaluate(*metric, {&garbage});
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(same_value(a[i], b[i]));
  }

  TEST_CASE("geometry_correlation: refuses what the data cannot support, and says why") {
    const auto all_refused = [](const People& people, const EmbeddingTable& table,
                                std::string_view reason) {
      for (const Measure& measure : evaluate(*people.prepare(), {&table})) {
        CAPTURE(measure.name);
        if (measure.name.starts_with("geometry_icc")) continue;  // of the clean landmarks alone
        CHECK(std::isnan(measure.value));
        CHECK_FALSE(measure.ci95.has_value());
        CHECK(mentions(measure, reason));
      }
    };
    const People few(99);
    all_refused(few, few.clean,
                "99 samples of 99 subjects with landmarks and embedding; at least 100 are needed");
    const People same_people(120, 3);
    all_refused(same_people, same_people.clean, "120 samples of 40 subjects");
    // Enough clean samples, but most are lost under the condition.
    const People enough(120);
    EmbeddingTable lost = enough.clean;
    for (int i = 0; i < 80; ++i) lost.status[i] = Status::no_face;
    all_refused(enough, lost, "40 ");
    CHECK(told(evaluate(*enough.prepare(), {&enough.clean}), "geometry_r2_mean").n == 120);
  }

  TEST_CASE("geometry_correlation: a feature that does not vary is refused, the others are not") {
    People people(120);
    for (int i = 0; i < 120; ++i) {
      Landmarks face = drawn_face();
      face.points[8].y +=
          static_cast<float>(i % 30);  // only the chin differs: it is part of eight shape features
      people.data.faces[i].face.landmarks = face;
    }
    const auto measures = evaluate(*people.prepare(), {&people.clean});
    CHECK(mentions(told(measures, "geometry_r2:eye_opening"), "does not vary"));
    CHECK(std::isfinite(told(measures, "geometry_r2:lower_face_share").value));
    CHECK(mentions(told(measures, "geometry_r2_mean"), "8 features"));
    CHECK(std::isfinite(told(measures, "geometry_rsa").value));
    for (AcquiredFace& face : people.data.faces) face.face.landmarks = drawn_face();
    const auto none = evaluate(*people.prepare(), {&people.clean});
    CHECK(mentions(told(none, "geometry_r2_mean"), "no feature varies"));
    CHECK(mentions(told(none, "geometry_rsa"), "no feature varies"));
  }

  TEST_CASE("geometry_correlation: a model that gives every face the same vector knows nothing") {
    People people(120);
    people.embed(Matrix::Constant(120, 16, 0.25));
    const auto measures = evaluate(*people.prepare(), {&people.clean});
    CHECK(std::abs(told(measures, "geometry_r2_mean").value) < 1e-9);
    CHECK(mentions(told(measures, "geometry_rsa"), "same embedding"));
  }

  TEST_CASE("geometry_correlation: unknown subjects count as one subject each, and runs repeat") {
    People people(120, 4);
    for (Sample& sample : people.data.samples) sample.subject.clear();
    people.data = make_evaluation_data(people.data.samples, people.data.faces, {}, {}, 5);
    const auto first = evaluate(*people.prepare(), {&people.clean});
    CHECK(mentions(told(first, "geometry_r2_mean"), "120 subjects"));
    const auto second = evaluate(*people.prepare(), {&people.clean});
    for (std::size_t i = 0; i < first.size(); ++i) {
      CHECK(same_value(first[i], second[i]));
      CHECK(first[i].ci95 == second[i].ci95);
      CHECK(first[i].note == second[i].note);
    }
  }
}

}  // namespace
}  // namespace robench
