// SPDX-License-Identifier: Apache-2.0
#include "metrics/fusion_systems.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "metrics/geometry_features.h"
#include "metrics/geometry_probes.h"
#include "metrics/permutation.h"
#include "metrics/scores.h"

namespace robench {
namespace {

constexpr double kDefaultFmr = 1e-2;

std::vector<Eigen::Index> features_of_shape(const Eigen::MatrixXd& features) {
  const std::vector<bool> varies = varying_columns(features);
  std::vector<Eigen::Index> chosen;
  for (std::size_t k = 0; k < varies.size(); ++k)
    if (varies[k] && !geometry_features()[k].nuisance()) chosen.push_back(static_cast<Eigen::Index>(k));
  return chosen;
}

/// Positions of known subjects, by the half of their subject.
std::array<std::vector<int>, 2> positions_of_halves(const EvaluationData& data,
                                                    const GeometrySamples& samples) {
  const std::vector<std::uint8_t> half = subject_halves(data);
  std::array<std::vector<int>, 2> positions;
  for (int i = 0; i < samples.size(); ++i) {
    const int subject = data.subject[samples.row[i]];
    if (subject >= 0) positions[half[subject]].push_back(i);
  }
  return positions;
}

ShapedFaces clean_faces(const CleanContext& context, const GeometrySamples& samples,
                        const std::vector<int>& positions, const Eigen::MatrixXd& shape) {
  ShapedFaces faces;
  std::vector<int> rows;
  for (const int position : positions) {
    rows.push_back(samples.row[position]);
    faces.subject.push_back(context.data.subject[rows.back()]);
    faces.session.push_back(context.data.session[rows.back()]);
  }
  faces.embedding = compared_embeddings(context.clean, rows, context.card.comparison);
  faces.shape = shape(positions, Eigen::all);
  return faces;
}

/// Shapes changed places within each half.
std::vector<int> permuted_positions(const std::array<std::vector<int>, 2>& of_half, int size,
                                    std::uint64_t seed) {
  std::vector<int> block(size, 2);
  for (int half = 0; half < 2; ++half)
    for (const int position : of_half[half]) block[position] = half;
  return permuted_within_blocks(block, RandomStream(seed, "fusion permuted", "", "", 0), 0);
}

int index_of(FusionSystem system) { return system.permuted ? 3 : static_cast<int>(system.part); }

}  // namespace

double FusionSystems::target_fmr(const CleanContext& context) {
  const bool given = context.threshold.available && !std::isnan(context.threshold.target_fmr);
  return given ? context.threshold.target_fmr : kDefaultFmr;
}

std::string FusionSystems::why_not(const CleanContext& context, const GeometrySamples& samples) {
  const std::vector<Eigen::Index> features = features_of_shape(samples.features);
  if (features.empty()) return "no feature of shape varies";
  for (const auto& positions : positions_of_halves(context.data, samples)) {
    const ShapedFaces faces = clean_faces(context, samples, positions, samples.features);
    std::string reason = FusedTemplates::why_not(faces, target_fmr(context));
    if (!reason.empty()) return reason;
  }
  return {};
}

FusionSystems::FusionSystems(const CleanContext& context, const GeometrySamples& samples,
                             const ResamplingUnits& units)
    : context_(context),
      samples_(samples),
      units_(units),
      features_(features_of_shape(samples.features)),
      of_half_(positions_of_halves(context.data, samples)) {
  shape_from_ = permuted_positions(of_half_, samples.size(), context.data.seed);
  const Eigen::MatrixXd shape = samples.features(Eigen::all, features_);
  const Eigen::MatrixXd permuted = shape(shape_from_, Eigen::all);
  for (int half = 0; half < 2; ++half) {
    const std::vector<int>& others = of_half_[1 - half];
    const double fmr = target_fmr(context);
    learned_[0][half] = std::make_unique<FusedTemplates>(clean_faces(context, samples, others, shape),
                                                         fmr, context.data.seed);
    learned_[1][half] = std::make_unique<FusedTemplates>(clean_faces(context, samples, others, permuted),
                                                         fmr, context.data.seed);
  }
  for (const FusedPart part : kFusedParts) prepared_[static_cast<int>(part)] = prepare({part, false});
  prepared_[3] = prepare({FusedPart::both, true});
}

std::unique_ptr<FusionSystems::Prepared> FusionSystems::prepare(FusionSystem system) const {
  auto prepared = std::make_unique<Prepared>();
  prepared->card = context_.card;
  prepared->card.comparison = Comparison::euclidean;
  prepared->clean = templates(system, context_.clean);
  Threshold& threshold = prepared->threshold;
  threshold.available = true;
  threshold.half = subject_halves(context_.data);
  threshold.of_half = {learned(system, 0).threshold(system.part),
                       learned(system, 1).threshold(system.part)};
  threshold.target_fmr = target_fmr(context_);
  threshold.note = threshold_note(system);
  prepared->false_matches = std::make_unique<FalseMatches>(
      CleanContext{prepared->card, context_.data, prepared->clean, threshold});
  return prepared;
}

const FusionSystems::Prepared& FusionSystems::prepared(FusionSystem system) const {
  return *prepared_[index_of(system)];
}

std::string FusionSystems::threshold_note(FusionSystem system) const {
  return fmt::format(
      "thresholds {:.6g} and {:.6g} at FMR {:g} of {} clean non-mated comparisons of the other half",
      learned(system, 0).threshold(system.part), learned(system, 1).threshold(system.part),
      target_fmr(context_), std::min(learned(system, 0).non_mated(), learned(system, 1).non_mated()));
}

bool FusionSystems::measured_again(const Cell& cell) {
  return std::all_of(cell.perturbed.begin(), cell.perturbed.end(),
                     [](const EmbeddingTable* table) { return !table->landmarks.empty(); });
}

double FusionSystems::geometry_share() const {
  return (learned_[0][0]->geometry_share() + learned_[0][1]->geometry_share()) / 2;
}

/// Of the picture where the face was found again in it, otherwise of the clean picture.
std::optional<Eigen::VectorXd> FusionSystems::shape_of(const EmbeddingTable& table, int position) const {
  if (table.landmarks.empty()) return samples_.features.row(position).transpose()(features_);
  const auto& landmarks = table.landmarks[samples_.row[position]];
  if (!landmarks) return std::nullopt;
  const auto features = measure_geometry(*landmarks, *samples_.mean);
  if (!features) return std::nullopt;
  return (*features)(features_);
}

void FusionSystems::set_templates(FusionSystem system, const EmbeddingTable& table, int half,
                                  EmbeddingTable& out) const {
  std::vector<int> rows;
  std::vector<Eigen::VectorXd> shapes;
  for (const int position : of_half_[half]) {
    const int row = samples_.row[position];
    if (!is_comparable(table, row, context_.card.comparison)) continue;
    const auto shape = shape_of(table, position);
    if (!shape) continue;
    rows.push_back(row);
    shapes.push_back(
        system.permuted ? samples_.features.row(shape_from_[position]).transpose()(features_) : *shape);
  }
  ShapedFaces faces;
  faces.embedding = compared_embeddings(table, rows, context_.card.comparison);
  faces.shape.resize(std::ssize(rows), std::ssize(features_));
  for (std::size_t i = 0; i < shapes.size(); ++i)
    faces.shape.row(static_cast<Eigen::Index>(i)) = shapes[i];
  const EmbeddingMatrix joined = learned(system, half).templates(faces, system.part).cast<float>();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.status[rows[i]] = Status::ok;
    out.vectors.row(rows[i]) = joined.row(static_cast<Eigen::Index>(i));
  }
}

EmbeddingTable FusionSystems::templates(FusionSystem system, const EmbeddingTable& table) const {
  EmbeddingTable out;
  out.status.assign(table.size(), Status::unusable_landmarks);
  out.vectors = EmbeddingMatrix::Zero(static_cast<Eigen::Index>(table.size()),
                                      table.vectors.cols() + std::ssize(features_));
  for (int half = 0; half < 2; ++half) set_templates(system, table, half, out);
  return out;
}

UnitMean FusionSystems::non_matches(FusionSystem system, const Cell& cell) const {
  const Prepared& own = prepared(system);
  const auto& trials = context_.data.trials;
  UnitMean outcomes(units_.count);
  for (const EmbeddingTable* table : cell.perturbed) {
    const EmbeddingTable probes = templates(system, *table);
    const EmbeddingTable& references = context_.data.apply_to == ApplyTo::both ? probes : own.clean;
    const auto scores = trial_scores(Comparison::euclidean, trials, references, probes);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const Trial& trial = trials[i];
      if (!trial.mated || std::isnan(scores[i])) continue;
      const auto threshold = own.threshold.judging(context_.data.subject[trial.reference],
                                                   context_.data.subject[trial.probe]);
      if (threshold) outcomes.add(units_.of_sample[trial.reference], scores[i] < *threshold ? 1 : 0);
    }
  }
  return outcomes;
}

Measure FusionSystems::false_match_rate(FusionSystem system, const Cell& cell) const {
  std::vector<EmbeddingTable> tables;
  for (const EmbeddingTable* table : cell.perturbed) tables.push_back(templates(system, *table));
  Cell fused{cell.condition, {}};
  for (const EmbeddingTable& table : tables) fused.perturbed.push_back(&table);
  return prepared(system).false_matches->rates(fused).front();
}

}  // namespace robench
