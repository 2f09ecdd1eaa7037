// SPDX-License-Identifier: Apache-2.0
// Fusion of an embedding with a shape whose worth is known: none, or much.
#include "metrics/fused_templates.h"

#include <array>
#include <atomic>
#include <memory>

#include "metrics/paired_difference.h"
#include "tests/planted/simulations.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;
using planted::kSimulations;

constexpr int kPeople = 60;  // of a half, two pictures each: 120 in all
constexpr int kTruthPeople = 2000;
constexpr double kFmr = 0.05;  // of 1,350 comparisons of strangers: a budget of 66
constexpr int kReplicates = 400;

/// Rows 2p and 2p + 1 are the two pictures of person p.
Matrix vectors_of(int people, int dim, double of_person, const RandomStream& stream) {
  std::vector<float> person(static_cast<std::size_t>(people * dim));
  std::vector<float> picture(static_cast<std::size_t>(2 * people * dim));
  stream.fork("person").fill_normal(0, person.data(), person.size());
  stream.fork("picture").fill_normal(0, picture.data(), picture.size());
  Matrix vectors(2 * people, dim);
  for (int row = 0; row < 2 * people; ++row)
    for (int d = 0; d < dim; ++d)
      vectors(row, d) = of_person * person[row / 2 * dim + d] + picture[row * dim + d];
  return vectors;
}

/// The embedding knows its person; so does the shape where `of_person` is above 0.
ShapedFaces faces_of(int people, double of_person, const RandomStream& stream) {
  ShapedFaces faces{vectors_of(people, 4, 1.5, stream.fork("embedding")),
                    vectors_of(people, 3, of_person, stream.fork("shape")),
                    {},
                    {}};
  for (int row = 0; row < 2 * people; ++row) {
    faces.subject.push_back(row / 2);
    faces.session.push_back(row);
  }
  return faces;
}

/// 1 for each person whose second picture is refused.
std::vector<char> refusals(const FusedTemplates& learned, const ShapedFaces& faces, FusedPart part) {
  const Matrix t = learned.templates(faces, part);
  std::vector<char> refused;
  for (Eigen::Index row = 0; row < t.rows(); row += 2)
    refused.push_back(-(t.row(row) - t.row(row + 1)).norm() < learned.threshold(part) ? 1 : 0);
  return refused;
}

/// Both halves, each learned from the other.
struct Study {
  PairedDifference gain;
  double truth = 0;  // of what was learned, over very many other people
};

Study study(double of_person, bool with_truth, const RandomStream& stream, int simulation) {
  const std::array<ShapedFaces, 2> half = {faces_of(kPeople, of_person, stream.fork("half 0")),
                                           faces_of(kPeople, of_person, stream.fork("half 1"))};
  UnitMean embedding(2 * kPeople);
  UnitMean fused(2 * kPeople);
  Study result;
  for (int h = 0; h < 2; ++h) {
    const FusedTemplates learned(half[1 - h], kFmr, static_cast<std::uint64_t>(simulation));
    const auto alone = refusals(learned, half[h], FusedPart::embedding);
    const auto both = refusals(learned, half[h], FusedPart::both);
    for (int p = 0; p < kPeople; ++p) {
      embedding.add(h * kPeople + p, alone[p]);
      fused.add(h * kPeople + p, both[p]);
    }
    if (!with_truth) continue;
    const ShapedFaces everybody = faces_of(kTruthPeople, of_person, stream.fork("truth"));
    const auto a = refusals(learned, everybody, FusedPart::embedding);
    const auto b = refusals(learned, everybody, FusedPart::both);
    for (int p = 0; p < kTruthPeople; ++p) result.truth += (a[p] - b[p]) / (2.0 * kTruthPeople);
  }
  const SubjectBootstrap bootstrap(2 * kPeople, static_cast<std::uint64_t>(simulation), kReplicates);
  result.gain = paired_difference(embedding, fused, bootstrap);
  return result;
}

TEST_SUITE("planted") {
  TEST_CASE("fusion: the interval of the gain holds the gain of what was learned") {
    std::atomic<int> above{0};
    const double coverage =
        planted::share_of("planted_fusion_gain", kSimulations, [&](const RandomStream& stream, int s) {
          const Study one = study(1, true, stream, s);
          if (one.gain.difference > 0 && one.gain.p < 0.05) ++above;
          return planted::covers(one.gain.ci95, one.truth);
        });
    planted::check_coverage("gain of fusion", coverage);
    MESSAGE("a gain is found in ", 100.0 * above / kSimulations, " %");
    CHECK(above > 0.6 * kSimulations);
  }

  TEST_CASE("fusion: shapes that know nobody are called a gain in no more than 2.5 %") {
    const double gains =
        planted::share_of("planted_fusion_none", kSimulations, [](const RandomStream& stream, int s) {
          const Study one = study(0, false, stream, s);
          return one.gain.difference > 0 && one.gain.p < 0.05;
        });
    MESSAGE("a gain is claimed in ", 100 * gains, " %");
    CHECK(gains <= 0.025 + 2 * std::sqrt(0.025 * 0.975 / kSimulations));
  }
}

}  // namespace
}  // namespace robench
