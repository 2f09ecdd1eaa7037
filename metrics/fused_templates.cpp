// SPDX-License-Identifier: Apache-2.0
#include "metrics/fused_templates.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <Eigen/Cholesky>

#include "metrics/confidence/ridge_logistic.h"
#include "metrics/ridge_probe.h"

namespace robench {
namespace {

using Matrix = Eigen::MatrixXd;

/// Faces of a fold, about: their comparisons are held in memory.
constexpr Eigen::Index kFacesOfFold = 400;
constexpr int kMinFolds = 5;

/// Two squared distances of a comparison.
struct Distances {
  double embedding = 0;
  double geometry = 0;
};
struct Comparisons {
  std::vector<Distances> mated;
  std::vector<Distances> non_mated;
};

Matrix squared_distances(const Matrix& points) {
  const Eigen::VectorXd norms = points.rowwise().squaredNorm();
  Matrix distances = -2 * points * points.transpose();
  distances.colwise() += norms;
  distances.rowwise() += norms.transpose();
  return distances.cwiseMax(0);
}

/// All comparisons of different sessions within one fold.
void add_comparisons(const ShapedFaces& faces, const ShapeDistance& distance, Comparisons& out) {
  const Matrix embedding = squared_distances(faces.embedding);
  const Matrix geometry = squared_distances(distance.points(faces.shape));
  for (Eigen::Index a = 0; a < faces.size(); ++a)
    for (Eigen::Index b = a + 1; b < faces.size(); ++b) {
      if (faces.session[a] == faces.session[b]) continue;
      auto& list = faces.subject[a] == faces.subject[b] ? out.mated : out.non_mated;
      list.push_back({embedding(a, b), geometry(a, b)});
    }
}

std::vector<int> positions_in(const std::vector<int>& fold, int which, bool inside) {
  std::vector<int> positions;
  for (int i = 0; i < std::ssize(fold); ++i)
    if ((fold[i] == which) == inside) positions.push_back(i);
  return positions;
}

int folds_for(Eigen::Index faces) { return std::max(kMinFolds, static_cast<int>(faces / kFacesOfFold)); }

std::vector<int> folds_of(const ShapedFaces& faces, std::uint64_t seed) {
  std::vector<std::string> name;
  for (const int subject : faces.subject) name.push_back(std::to_string(subject));
  return assign_folds(name, folds_for(faces.size()), seed);
}

/// Comparisons within each fold, by a distance that the other folds taught.
Comparisons cross_fitted_comparisons(const ShapedFaces& faces, std::uint64_t seed) {
  const std::vector<int> fold = folds_of(faces, seed);
  Comparisons comparisons;
  for (int k = 0; k < folds_for(faces.size()); ++k) {
    const ShapedFaces others = faces.rows(positions_in(fold, k, false));
    const ShapeDistance distance(others.shape, others.subject);
    add_comparisons(faces.rows(positions_in(fold, k, true)), distance, comparisons);
  }
  return comparisons;
}

Distances mean_of(const std::vector<Distances>& list) {
  Distances mean;
  for (const Distances& each : list) {
    mean.embedding += each.embedding;
    mean.geometry += each.geometry;
  }
  mean.embedding /= static_cast<double>(list.size());
  mean.geometry /= static_cast<double>(list.size());
  return mean;
}

/// Weight of the geometry against the embedding in a logistic regression of the mated and the non-mated,
/// which weigh the same; both distances in units of their means over strangers.
double logistic_weight(const Comparisons& comparisons) {
  constexpr double kRidge = 1e-3;  // slight: keeps separable data finite
  const Distances unit = mean_of(comparisons.non_mated);
  const auto count = static_cast<Eigen::Index>(comparisons.mated.size() + comparisons.non_mated.size());
  Matrix nearness(count, 2);
  std::vector<int> mated;
  std::vector<double> weight;
  for (const auto* list : {&comparisons.mated, &comparisons.non_mated})
    for (const Distances& d : *list) {
      nearness.row(std::ssize(mated)) << -d.embedding / unit.embedding, -d.geometry / unit.geometry;
      mated.push_back(list == &comparisons.mated ? 1 : 0);
      weight.push_back(0.5 / static_cast<double>(list->size()));
    }
  const Eigen::VectorXd coefficient = fit_ridge_logistic(nearness, mated, kRidge, weight).coefficient;
  if (!(coefficient[0] > 0)) return 0;  // the embedding does not tell people apart: nothing to add to
  return std::max(0.0, coefficient[1] / coefficient[0]) * unit.embedding / unit.geometry;
}

/// The smallest number that at most `fmr` of the scores reach.
double threshold_at(std::vector<double> scores, double fmr) {
  const auto allowed =
      static_cast<std::ptrdiff_t>(fmr * static_cast<double>(scores.size()) * (1 + 1e-12));
  std::nth_element(scores.begin(), scores.begin() + allowed, scores.end(), std::greater<>());
  return std::nextafter(scores[allowed], std::numeric_limits<double>::infinity());
}

double similarity(const Distances& d, double weight, FusedPart part) {
  if (part == FusedPart::embedding) return -std::sqrt(d.embedding);
  if (part == FusedPart::geometry) return -std::sqrt(d.geometry);
  return -std::sqrt(d.embedding + weight * d.geometry);
}

int people_with_two(const ShapedFaces& faces) {
  std::map<int, std::set<int>> sessions;
  for (Eigen::Index i = 0; i < faces.size(); ++i) sessions[faces.subject[i]].insert(faces.session[i]);
  return static_cast<int>(std::count_if(sessions.begin(), sessions.end(),
                                        [](const auto& s) { return s.second.size() > 1; }));
}

}  // namespace

ShapedFaces ShapedFaces::rows(const std::vector<int>& chosen) const {
  ShapedFaces part{embedding(chosen, Eigen::all), shape(chosen, Eigen::all), {}, {}};
  for (const int i : chosen) {
    part.subject.push_back(subject[i]);
    part.session.push_back(session[i]);
  }
  return part;
}

std::string FusedTemplates::why_not(const ShapedFaces& faces, double fmr) {
  const int several = people_with_two(faces);
  if (several < kMinPeopleWithTwo)
    return fmt::format("{} subjects of one half with pictures of two sessions, {} needed to learn from",
                       several, kMinPeopleWithTwo);
  // Folds hold about equally many faces, and their comparisons set the threshold.
  const auto fold = static_cast<double>(faces.size() / folds_for(faces.size()));
  const double budget = fmr * folds_for(faces.size()) * fold * (fold - 1) / 2;
  if (budget < 1)
    return fmt::format("too few comparisons of strangers for a threshold at FMR {:g}", fmr);
  return {};
}

FusedTemplates::FusedTemplates(const ShapedFaces& faces, double fmr, std::uint64_t seed)
    : distance_(faces.shape, faces.subject) {
  const Comparisons comparisons = cross_fitted_comparisons(faces, seed);
  non_mated_ = std::ssize(comparisons.non_mated);
  weight_ = logistic_weight(comparisons);
  const Distances mean = mean_of(comparisons.non_mated);
  geometry_share_ = weight_ * mean.geometry / (mean.embedding + weight_ * mean.geometry);
  for (const FusedPart part : kFusedParts) {
    std::vector<double> scores;
    scores.reserve(comparisons.non_mated.size());
    for (const Distances& d : comparisons.non_mated) scores.push_back(similarity(d, weight_, part));
    threshold_[static_cast<int>(part)] = threshold_at(std::move(scores), fmr);
  }
}

Matrix FusedTemplates::templates(const ShapedFaces& faces, FusedPart part) const {
  const double embedding = part == FusedPart::geometry ? 0 : 1;
  const double geometry = part == FusedPart::embedding  ? 0
                          : part == FusedPart::geometry ? 1
                                                        : std::sqrt(weight_);
  Matrix joined(faces.size(), faces.embedding.cols() + faces.shape.cols());
  joined << embedding * faces.embedding, geometry * distance_.points(faces.shape);
  return joined;
}

}  // namespace robench
