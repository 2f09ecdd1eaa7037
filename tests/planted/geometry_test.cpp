// SPDX-License-Identifier: Apache-2.0
// Geometry planted in embeddings: is the R2 of the probes held by its interval, and do tests of
// dependence keep their level where there is nothing?
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "metrics/dependence.h"
#include "metrics/geometry_features.h"
#include "metrics/geometry_probes.h"
#include "tests/metrics/geometry_faces.h"
#include "tests/planted/simulations.h"

namespace robench::planted {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr int kPeople = 120;
constexpr int kPicturesOfPerson = 2;  // pictures of a person
constexpr int kDim = 6;
constexpr int kItems = 100;  // of a test of dependence, one for each person
constexpr int kOrders = 99;
constexpr double kOwn = 0.5;  // SD of a picture's own part of an embedding; the person's is 1
/// R2 of the best linear rule for each planted feature, the last of them unrelated.
constexpr std::array<double, 3> kPlantedR2 = {0.6, 0.3, 0};

/// Features of shape that are planted; all others are 0 and do not vary.
const std::array<Eigen::Index, kPlantedR2.size()>& planted_features() {
  static const auto kFeatures = [] {
    std::array<Eigen::Index, kPlantedR2.size()> features{};
    std::size_t next = 0;
    for (std::size_t k = 0; next < features.size(); ++k)
      if (!geometry_features()[k].nuisance()) features[next++] = static_cast<Eigen::Index>(k);
    return features;
  }();
  return kFeatures;
}

/// The linear rule of planted feature k: one embedding dimension and the next.
Eigen::VectorXd rule(std::size_t k) {
  Eigen::VectorXd w = Eigen::VectorXd::Zero(kDim);
  w[static_cast<Eigen::Index>(k)] = 0.6;
  w[static_cast<Eigen::Index>(k) + 1] = 0.8;
  return w;
}

/// People with an ability of their own: both of their pictures share most of embedding and feature.
struct GeometryStudy {
  EvaluationData data;
  EmbeddingTable clean;
  GeometrySamples samples;
};

GeometryStudy study_of(const RandomStream& stream, int simulation) {
  constexpr int kRows = kPeople * kPicturesOfPerson;
  GeometryStudy study;
  std::vector<Sample> samples(kRows);
  for (int i = 0; i < kRows; ++i) {
    samples[i].id = samples[i].photograph = std::to_string(i);
    samples[i].subject = "s" + std::to_string(i / kPicturesOfPerson);
  }
  study.data = make_evaluation_data(std::move(samples), std::vector<AcquiredFace>(kRows), {}, {},
                                    static_cast<std::uint64_t>(simulation));
  study.clean.status.assign(kRows, Status::ok);
  study.clean.vectors.resize(kRows, kDim);
  study.samples.features = Matrix::Zero(kRows, std::ssize(geometry_features()));
  static const MeanShape kMean(std::array{*upright_face(drawn_face())});
  study.samples.mean = kMean;
  const RandomStream person = stream.fork("person");
  const RandomStream residual = stream.fork("residual");
  for (int i = 0; i < kRows; ++i) {
    for (int d = 0; d < kDim; ++d)
      study.clean.vectors(i, d) = static_cast<float>(person.normal(i / kPicturesOfPerson * kDim + d) +
                                                     kOwn * stream.normal(i * kDim + d));
    study.samples.row.push_back(i);
    study.samples.unit.push_back(i / kPicturesOfPerson);
    study.samples.subject_name.push_back("s" + std::to_string(i / kPicturesOfPerson));
    const Eigen::VectorXd x = study.clean.vectors.row(i).transpose().cast<double>();
    for (std::size_t k = 0; k < kPlantedR2.size(); ++k) {
      const double read = rule(k).dot(x) / std::sqrt(1 + kOwn * kOwn);
      // Half of what the embedding does not know is the person's too.
      const double rest = std::sqrt(0.5) * (residual.normal(100'000 * k + i / kPicturesOfPerson) +
                                            residual.normal(100'000 * k + 50'000 + i));
      study.samples.features(i, planted_features()[k]) =
          std::sqrt(kPlantedR2[k]) * read + std::sqrt(1 - kPlantedR2[k]) * rest;
    }
  }
  return study;
}

/// R2 that the probes of this study have over everybody, in closed form: the features have variance 1.
double true_r2(const GeometryStudy& study, std::size_t k) {
  const Matrix x = compared_embeddings(study.clean, study.samples.row, Comparison::euclidean);
  const auto fold = assign_folds(study.samples.subject_name, 5, study.data.seed);
  const RidgeProbe probe(x, study.samples.features(Eigen::all, planted_features()), fold, 5);
  const double variance = 1 + kOwn * kOwn;
  const Eigen::VectorXd best = std::sqrt(kPlantedR2[k] / variance) * rule(k);
  const auto column = static_cast<Eigen::Index>(k);
  double reader = 0;
  double mean = 0;
  for (int f = 0; f < 5; ++f) {
    const double offset = probe.predict(Matrix::Zero(1, kDim), std::array{f})(0, column);
    reader += 1 - kPlantedR2[k] + offset * offset +
              variance * (probe.coefficients(f).col(column) - best).squaredNorm();
    mean += 1 + std::pow(probe.training_mean()(f, column), 2);
  }
  return 1 - reader / mean;
}

}  // namespace

TEST_SUITE("planted") {
  TEST_CASE("geometry_r2: a planted linear signal is recovered, its interval holds it") {
    const int runs = simulations(250);
    std::array<std::vector<double>, kPlantedR2.size()> found, truth;
    std::array<std::vector<char>, kPlantedR2.size()> held;
    for (std::size_t k = 0; k < kPlantedR2.size(); ++k) {
      found[k].resize(runs);
      truth[k].resize(runs);
      held[k].resize(runs);
    }
    share_of("geometry_r2 planted", runs, [&](const RandomStream& stream, int s) {
      const GeometryStudy study = study_of(stream, s);
      ModelCard card;
      card.comparison = Comparison::euclidean;
      const GeometryProbes probes({card, study.data, study.clean, {}}, study.samples,
                                  resampling_units(study.data));
      Condition clean;
      const auto measures = probes.evaluate({clean, {&study.clean}});
      for (std::size_t k = 0; k < kPlantedR2.size(); ++k) {
        const auto& feature = geometry_features()[static_cast<std::size_t>(planted_features()[k])];
        const std::string name = probe_measure_name(probe_names::kFrozen, feature);
        const auto row = std::find_if(measures.begin(), measures.end(),
                                      [&](const Measure& m) { return m.name == name; });
        found[k][s] = row->value;
        truth[k][s] = true_r2(study, k);
        held[k][s] = covers(row->ci95, truth[k][s]) ? 1 : 0;
      }
      return false;
    });
    for (std::size_t k = 0; k < kPlantedR2.size(); ++k) {
      const auto mean = [&](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / runs;
      };
      MESSAGE("planted R2 ", kPlantedR2[k], ": the probes' own R2 over everybody is ", mean(truth[k]),
              " on average, what is measured ", mean(found[k]));
      CHECK(std::abs(mean(found[k]) - mean(truth[k])) < 0.01);
      CHECK(mean(truth[k]) < kPlantedR2[k] + 0.001);  // a probe of 96 people is not the best rule
      CHECK(mean(truth[k]) > kPlantedR2[k] - 0.06);
      const double coverage = static_cast<double>(std::count(held[k].begin(), held[k].end(), 1)) / runs;
      if (kPlantedR2[k] > 0) {
        check_coverage("R2 of the probe, planted " + std::to_string(kPlantedR2[k]), coverage, runs);
        continue;
      }
      // Where there is nothing to be read, what the folds have in common is all that there is, and not
      // normal: there p speaks (GEOMETRY.md).
      MESSAGE("R2 of the probe, nothing planted: 95 % interval covers ", 100 * coverage, " %");
      CHECK(coverage > 0.85 - room_for_chance(runs));
    }
  }

  TEST_CASE("distance correlation: unrelated shapes and embeddings reach p <= 0.05 in 5 %") {
    const auto points = [](const RandomStream& stream, int dim) {
      Matrix x(kItems, dim);
      for (Eigen::Index i = 0; i < x.size(); ++i) x(i) = stream.normal(i);
      return x;
    };
    const auto orders = [](const RandomStream& stream) {
      std::vector<RelabelledPairs::Order> all;
      for (int k = 0; k < kOrders; ++k)
        all.push_back(random_order(kItems, stream.fork(std::to_string(k))));
      return all;
    };
    const int runs = simulations(1000);
    check_size("distance correlation",
               share_of("dcor null", runs,
                        [&](const RandomStream& stream, int) {
                          return dependence_p(PairMatrix::distances(points(stream.fork("x"), 3)),
                                              PairMatrix::distances(points(stream.fork("y"), 8)),
                                              orders(stream.fork("orders"))) <= 0.05;
                        }),
               runs);
    // Both share a third thing and nothing else.
    const int fewer = simulations(300);
    std::vector<char> plain(fewer);
    const double partial = share_of("dcor partial null", fewer, [&](const RandomStream& stream, int s) {
      const Matrix shared = points(stream.fork("shared"), 2);
      Matrix x = points(stream.fork("x"), 2);
      Matrix y = points(stream.fork("y"), 2);
      x += shared;
      y += shared;
      const auto of_x = PairMatrix::distances(x);
      const auto of_y = PairMatrix::distances(y);
      const auto all = orders(stream.fork("orders"));
      plain[s] = dependence_p(of_x, of_y, all) <= 0.05;
      return partial_dependence_p(of_x, of_y, PairMatrix::distances(shared), all) <= 0.05;
    });
    // A partial distance correlation of 0 is not conditional independence (Szekely and Rizzo 2014): no
    // level to hold here, so it is shown.
    MESSAGE("a third thing in common: distance correlation rejects in ",
            100.0 * std::count(plain.begin(), plain.end(), 1) / fewer, " %, its partial form in ",
            100 * partial, " %");
  }
}

}  // namespace robench::planted
