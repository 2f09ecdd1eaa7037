// SPDX-License-Identifier: Apache-2.0
#include "metrics/vector_agreement.h"

#include <doctest/doctest.h>

namespace robench {
namespace {

/// Four samples, all acquired.
ModelOutcomes model_of(const EmbeddingMatrix& vectors, const std::string& comparison = "cosine") {
  ModelOutcomes model;
  model.identity["comparison"] = comparison;
  ConditionOutcomes clean;
  clean.clean = true;
  clean.status.assign(static_cast<std::size_t>(vectors.rows()), Status::ok);
  model.conditions.push_back(clean);
  model.vectors = vectors;
  return model;
}

EmbeddingMatrix matrix(std::initializer_list<std::initializer_list<float>> rows) {
  EmbeddingMatrix result(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index r = 0;
  for (const auto& row : rows) {
    Eigen::Index c = 0;
    for (const float value : row) result(r, c++) = value;
    ++r;
  }
  return result;
}

const EmbeddingMatrix kOld = matrix({{1, 0}, {0, 2}, {3, 4}, {-1, 1}});

TEST_SUITE("metrics") {
  TEST_CASE("vector agreement: the worst sample, the median, and how many moved beyond the limit") {
    // (0, 2) turned by atan(1/7): cosine 7 / sqrt(50); (3, 4) to (4, 3): cosine 24/25.
    const auto found = vector_agreement(model_of(kOld),
                                        model_of(matrix({{1, 0}, {0.2F, 1.4F}, {4, 3}, {-1, 1}})), 0.02);
    CHECK(found.n == 4);
    CHECK(found.worst == 2);
    CHECK(found.largest == doctest::Approx(0.04));
    CHECK(found.median == doctest::Approx((1 - 7 / std::sqrt(50.0)) / 2));
    CHECK(found.beyond == 1);
    CHECK_FALSE(found.identical);
    CHECK(vector_agreement(model_of(kOld), model_of(kOld), 0).identical);
  }

  TEST_CASE("vector agreement: a length alone moves templates that are compared by distance") {
    const EmbeddingMatrix doubled = 2 * kOld;
    CHECK(vector_agreement(model_of(kOld), model_of(doubled), 0).largest ==
          doctest::Approx(0).epsilon(1e-12));
    // |a - 2a|^2 / (2 |a| |2a|) = 1/4
    CHECK(vector_agreement(model_of(kOld, "euclidean"), model_of(doubled, "euclidean"), 0).largest ==
          doctest::Approx(0.25));
  }

  TEST_CASE("vector agreement: the smallest step of a float is seen") {
    EmbeddingMatrix moved = kOld;
    moved(2, 0) = std::nextafter(3.0F, 4.0F);
    const auto found = vector_agreement(model_of(kOld), model_of(moved), 0);
    CHECK(found.worst == 2);
    CHECK(found.largest > 0);
    CHECK(found.largest < 1e-14);
    CHECK(found.beyond == 1);
  }

  TEST_CASE("vector agreement: lost samples, vectors of length 0, another dimension") {
    ModelOutcomes lost = model_of(kOld);
    lost.conditions[0].status[1] = Status::non_finite_embedding;
    lost.vectors.row(1).setZero();
    const auto found = vector_agreement(model_of(kOld), lost, 0);
    CHECK(found.lost == 1);
    CHECK(found.first_lost == 1);
    CHECK(found.n == 3);
    // The other way round a sample is new: no template of it is stored.
    CHECK(vector_agreement(lost, model_of(kOld), 0).lost == 0);

    EmbeddingMatrix zero = kOld;
    zero.row(3).setZero();
    CHECK(vector_agreement(model_of(kOld), model_of(zero), 0.5).largest == 2);
    CHECK(vector_agreement(model_of(zero), model_of(zero), 0).largest == 0);

    const auto other = vector_agreement(model_of(kOld), model_of(matrix({{1}, {1}, {1}, {1}})), 0);
    CHECK(other.incomparable == "vectors of 2 numbers beside vectors of 1");
    CHECK_FALSE(have_vectors(model_of(kOld), ModelOutcomes{}));
  }
}

}  // namespace
}  // namespace robench
