// SPDX-License-Identifier: Apache-2.0
#include "metrics/fused_templates.h"

#include <cmath>

#include "tests/metrics/evaluation_fixture.h"
#include "tests/metrics/geometry_faces.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

/// `people` with two pictures each: what is the same of a person, and noise of each picture.
Matrix vectors_of(int people, int dim, double noise, const RandomStream& stream) {
  Matrix vectors(2 * people, dim);
  for (int p = 0; p < people; ++p)
    for (int k = 0; k < 2; ++k)
      for (int d = 0; d < dim; ++d)
        vectors(2 * p + k, d) = stream.fork("person").normal(p * dim + d) +
                                noise * stream.fork("picture").normal((2 * p + k) * dim + d);
  return vectors;
}

ShapedFaces faces_of(Matrix embedding, Matrix shape) {
  ShapedFaces faces{std::move(embedding), std::move(shape), {}, {}};
  for (int i = 0; i < faces.size(); ++i) {
    faces.subject.push_back(i / 2);
    faces.session.push_back(i);
  }
  return faces;
}

/// Samples of 160 people with two pictures, landmarks of their own, and embeddings that know people
/// badly.
struct FusionRun {
  static constexpr int kPeople = 160;
  EvaluationData data = test::data_of(test::samples_of(test::repeated_subjects(kPeople, 2)));
  EmbeddingTable clean = test::random_table(2 * kPeople, 8, 3);
  ModelCard card;
  Threshold threshold;

  explicit FusionRun(double picture_px = 1) {
    card.name = "toy";
    card.comparison = Comparison::cosine;
    const RandomStream stream(5, "fusion run", "", "", 0);
    for (int p = 0; p < kPeople; ++p)
      for (int k = 0; k < 2; ++k) {
        const int row = 2 * p + k;
        Landmarks face = varied_face(stream.fork("person").fork(std::to_string(p)), 4);
        for (int i = 0; i < Landmarks::kCount; ++i)
          face.points[i].x += static_cast<float>(
              picture_px * stream.fork("picture").normal(row * Landmarks::kCount + i));
        data.faces[row].face.landmarks = face;
        data.faces[row].status = Status::ok;
        // 0.7 of the first picture: a model that is often wrong.
        if (k == 1) clean.vectors.row(row) = 0.7F * clean.vectors.row(row - 1) + clean.vectors.row(row);
      }
  }
  [[nodiscard]] std::vector<Measure> judge(const Condition& condition,
                                           const EmbeddingTable& table) const {
    const CleanContext context{card, data, clean, threshold};
    const auto metric = find_metric("fusion")->prepare(context);
    std::vector<Measure> rows = metric->evaluate({condition, {&table}});
    const JudgedCell judged{&condition, &rows};
    metric->finish({&judged, 1});
    return rows;
  }
};

double value_of(const std::vector<Measure>& rows, const std::string& name) {
  return test::find(rows, name)->value;
}

}  // namespace

TEST_SUITE("fusion") {
  TEST_CASE("shape distance of one feature: (1 / W - 1 / T) d^2 with the ridge, by hand") {
    Matrix features(4, 1);
    features << 9, 11, 29, 31;  // mean 20, mean square about it 101
    const std::vector<int> person = {0, 0, 1, 1};
    const ShapeDistance distance(features, person);
    const Matrix points = distance.points(features);
    // Scaled by sqrt(101): W = 2 / 101 (sample variance 2 of each), T = 1.
    const double m = 1 / (2.0 / 101 + 0.1) - 1 / 1.1;
    CHECK(std::abs(points(0, 0) - points(1, 0)) == doctest::Approx(2 / std::sqrt(101.0) * std::sqrt(m)));
    CHECK(std::abs(points(0, 0) - points(3, 0)) ==
          doctest::Approx(22 / std::sqrt(101.0) * std::sqrt(m)));
  }

  TEST_CASE(
      "shape distance: a feature that differs as much within people as between them hardly counts") {
    const RandomStream stream(1, "shape distance", "", "", 0);
    Matrix features(400, 2);
    features.col(0) = vectors_of(200, 1, 0.1, stream);
    features.col(1) = vectors_of(200, 1, 30, stream.fork("noise"));
    const ShapeDistance distance(features, faces_of(features, features).subject);
    const Matrix points = distance.points(features);
    const Matrix moved = distance.points(features.rowwise() + Eigen::RowVector2d(1, 0));
    const Matrix noise = distance.points(features.rowwise() + Eigen::RowVector2d(0, 30));
    CHECK((moved - points).row(0).norm() > 5 * (noise - points).row(0).norm());
  }

  TEST_CASE("fused templates: the distance is that of both parts, and each part alone is its own") {
    const RandomStream stream(2, "fused", "", "", 0);
    const ShapedFaces faces =
        faces_of(vectors_of(100, 3, 0.6, stream), vectors_of(100, 2, 0.6, stream.fork("shape")));
    REQUIRE(FusedTemplates::why_not(faces, 1e-2).empty());
    const FusedTemplates fused(faces, 1e-2, 1);
    const auto distance = [&](FusedPart part) {
      const Matrix t = fused.templates(faces, part);
      return (t.row(0) - t.row(5)).squaredNorm();
    };
    CHECK(distance(FusedPart::embedding) ==
          doctest::Approx((faces.embedding.row(0) - faces.embedding.row(5)).squaredNorm()));
    CHECK(distance(FusedPart::both) == doctest::Approx(distance(FusedPart::embedding) +
                                                       fused.weight() * distance(FusedPart::geometry)));
    CHECK(fused.weight() > 0);
    CHECK(fused.geometry_share() > 0.1);
    CHECK(fused.non_mated() == 5 * (40 * 39 / 2 - 20));  // five folds of 20 people with two pictures
  }

  TEST_CASE("fused templates: thresholds let through what they say, of strangers") {
    const RandomStream stream(3, "fused", "", "", 0);
    const ShapedFaces faces =
        faces_of(vectors_of(400, 3, 0.6, stream), vectors_of(400, 2, 0.6, stream.fork("shape")));
    const FusedTemplates fused(faces, 0.05, 1);
    const ShapedFaces others = faces_of(vectors_of(400, 3, 0.6, stream.fork("others")),
                                        vectors_of(400, 2, 0.6, stream.fork("other shapes")));
    for (const FusedPart part : kFusedParts) {
      const Matrix t = fused.templates(others, part);
      int accepted = 0;
      for (int a = 0; a < 400; ++a)
        for (int b = a + 1; b < 400; ++b)
          accepted += -(t.row(2 * a) - t.row(2 * b)).norm() >= fused.threshold(part) ? 1 : 0;
      CHECK(accepted / 79800.0 == doctest::Approx(0.05).epsilon(0.25));
    }
  }

  TEST_CASE("fused templates: what they cannot learn from") {
    const RandomStream stream(4, "fused", "", "", 0);
    ShapedFaces few = faces_of(vectors_of(20, 3, 1, stream), vectors_of(20, 2, 1, stream));
    CHECK(FusedTemplates::why_not(few, 1e-2) ==
          "20 subjects of one half with pictures of two sessions, 30 needed to learn from");
    ShapedFaces many = faces_of(vectors_of(40, 3, 1, stream), vectors_of(40, 2, 1, stream));
    CHECK(FusedTemplates::why_not(many, 1e-2).empty());
    CHECK(FusedTemplates::why_not(many, 1e-6) ==
          "too few comparisons of strangers for a threshold at FMR 1e-06");
    many.session.assign(80, 0);
    CHECK_FALSE(FusedTemplates::why_not(many, 1e-2).empty());
  }

  TEST_CASE("fusion: shapes that a bad model lacks are a gain, shapes drawn at random are none") {
    const FusionRun run;
    const std::vector<Measure> rows = run.judge(Condition{}, run.clean);
    CHECK(rows.size() == find_metric("fusion")->measures.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      CHECK(rows[i].name == find_metric("fusion")->measures[i].name);
    CHECK(value_of(rows, "fusion_fnmr:embedding") > 0.3);
    CHECK(value_of(rows, "fusion_gain") == doctest::Approx(value_of(rows, "fusion_fnmr:embedding") -
                                                           value_of(rows, "fusion_fnmr:fused")));
    CHECK(value_of(rows, "fusion_gain") > 0.2);
    CHECK(test::find(rows, "fusion_gain")->ci95->low > 0);
    CHECK(value_of(rows, "fusion_verdict") == 1);
    CHECK(std::abs(value_of(rows, "fusion_gain:permuted")) < 0.1);
    CHECK(value_of(rows, "fusion_fmr:fused") < 0.03);
    CHECK(test::find(rows, "fusion_gain")->n == FusionRun::kPeople);
  }

  TEST_CASE("fusion: says whether the shapes are the perturbed picture's") {
    const FusionRun run;
    const Condition condition = Condition{{step_at_severity("gamma", 3)}};
    CHECK(test::find(run.judge(condition, run.clean), "fusion_gain")->note.starts_with("oracle"));
    EmbeddingTable again = run.clean;
    for (const AcquiredFace& face : run.data.faces) again.landmarks.emplace_back(face.face.landmarks);
    again.landmarks[5].reset();  // the probe of the third person
    const std::vector<Measure> rows = run.judge(condition, again);
    CHECK(test::find(rows, "fusion_gain")->note.starts_with("shapes measured again"));
    CHECK(test::find(rows, "fusion_gain")->n == FusionRun::kPeople - 1);
  }

  TEST_CASE("fusion: shapes that vary from picture to picture alone are no gain") {
    const FusionRun run(60);
    const std::vector<Measure> rows = run.judge(Condition{}, run.clean);
    CHECK(value_of(rows, "fusion_verdict") <= 0);
    CHECK(value_of(rows, "fusion_gain") < 0.05);
  }
}

}  // namespace robench
