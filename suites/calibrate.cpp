// SPDX-License-Identifier: Apache-2.0
#include "suites/calibrate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "metrics/scores.h"
#include "models/embedder.h"
#include "perturb/error.h"

namespace robench {
namespace {

std::string_view name_of(Calibration::Measure measure) {
  if (measure == Calibration::Measure::drift) return "mean drift (1 - cosine)";
  return measure == Calibration::Measure::ssim ? "mean SSIM" : "PSNR of the mean squared error in dB";
}

double set_point_at(const Calibration& calibration, double severity) {
  ROBENCH_ASSERT(severity >= 1 && severity <= 5);  // the suite reader refuses others
  const int below = std::min(static_cast<int>(severity), 4);
  const double share = severity - below;
  const double low = calibration.set_points[static_cast<std::size_t>(below - 1)];
  return low + share * (calibration.set_points[static_cast<std::size_t>(below)] - low);
}

/// Mean over the faces of what a severity does to them.
class MeanEffect {
 public:
  MeanEffect(const Suite& suite, std::span<const CalibrationFace> faces) : suite_(suite), faces_(faces) {
    if (suite.calibration->measure != Calibration::Measure::drift) return;
    card_ = find_model_card(suite.calibration->model);
    embedder_ = load_embedder(*card_);
    std::vector<Perturbed> pictures;
    for (const CalibrationFace& face : faces) {
      pictures.emplace_back(face.crop.pixels);
      pictures.back().landmarks = face.crop.frame.landmarks;
    }
    clean_ = embeddings(pictures);
  }

  [[nodiscard]] double at(const Step& step, double severity) {
    const PreparedCondition prepared(
        {{step_at_severity(step.perturbation, severity, step.given, step.set)}, Stage::crop},
        suite_.seed);
    std::vector<Perturbed> pictures(faces_.size(), faces_.front().crop.pixels);
    tbb::parallel_for(std::size_t{0}, faces_.size(), [&](std::size_t i) {
      const CalibrationFace& face = faces_[i];
      pictures[i] = prepared.apply(face.crop.pixels, face.crop.frame, face.sample, 1);
    });
    return card_ ? mean_drift(pictures) : mean_similarity(pictures);
  }

 private:
  /// PSNR is averaged as squared error: one unchanged picture has an infinite PSNR.
  [[nodiscard]] double mean_similarity(const std::vector<Perturbed>& pictures) const {
    const bool is_ssim = suite_.calibration->measure == Calibration::Measure::ssim;
    const auto measure = is_ssim ? SimilarityMeasure::ssim : SimilarityMeasure::psnr;
    std::vector<double> values(pictures.size());
    tbb::parallel_for(std::size_t{0}, pictures.size(), [&](std::size_t i) {
      const FaceCrop& crop = faces_[i].crop;
      const double value = similarity_at_face_scale(measure, crop.pixels, pictures[i].image, crop.frame);
      values[i] = is_ssim ? value : std::pow(10, -value / 10);
    });
    return is_ssim ? mean(values) : -10 * std::log10(mean(values));
  }

  [[nodiscard]] double mean_drift(const std::vector<Perturbed>& pictures) {
    const EmbeddingMatrix moved = embeddings(pictures);
    std::vector<double> values(pictures.size());
    for (Eigen::Index i = 0; i < moved.rows(); ++i)
      values[static_cast<std::size_t>(i)] =
          separation(clean_.row(i).data(), moved.row(i).data(), card_->dim).cosine_distance;
    return mean(values);
  }

  [[nodiscard]] EmbeddingMatrix embeddings(const std::vector<Perturbed>& pictures) {
    std::vector<Image> chips;
    for (const Perturbed& picture : pictures)
      chips.push_back(align_chip(picture.image, *picture.landmarks, card_->align));
    return embedder_->embed(chips);
  }

  static double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }

  const Suite& suite_;
  std::span<const CalibrationFace> faces_;
  std::optional<ModelCard> card_;
  std::unique_ptr<Embedder> embedder_;
  EmbeddingMatrix clean_;
};

/// The step itself at the solved strength; the suite's severity stays its name.
std::string solve(Step& step, const Calibration& calibration, MeanEffect& effect, std::size_t faces) {
  const PerturbationSpec& spec = step.spec();
  const double target = set_point_at(calibration, *step.severity);
  const bool falling = calibration.measure != Calibration::Measure::drift;
  const SolvedSeverity solved =
      solve_severity(spec, target, falling, [&](double severity) { return effect.at(step, severity); });
  step.params = step_at_severity(step.perturbation, solved.severity, step.given, step.set).params;
  return fmt::format("{}@{}: {} {} where {} is {:.4g}, set point {}, residual {:+.2g} (n = {} faces)",
                     spec.name, shortest(*step.severity), spec.strength,
                     shortest(step.params.number(spec.strength)), name_of(calibration.measure),
                     solved.value, shortest(target), solved.value - target, faces) +
         (spec.not_monotone_reason.empty() ? "" : "; not monotone, so another strength may do as well");
}

void solve_on_each_picture(Step& step, const Calibration& calibration) {
  const auto measure = calibration.measure == Calibration::Measure::ssim ? SimilarityMeasure::ssim
                                                                         : SimilarityMeasure::psnr;
  step.set_point = SetPoint{measure, set_point_at(calibration, *step.severity)};
  step.params.erase(step.spec().strength);
}

}  // namespace

std::vector<std::string> calibrate_conditions(Suite& suite, std::span<const CalibrationFace> faces) {
  const Calibration& calibration = *suite.calibration;
  std::vector<std::string> notes;
  if (calibration.per_image)
    notes.emplace_back(
        "strengths are solved for on each picture; `calibration_residual` says how near they came");
  if (!calibration.per_image && faces.empty()) return {"no face was acquired to calibrate on"};
  std::optional<MeanEffect> effect;
  if (!calibration.per_image) effect.emplace(suite, faces);
  std::map<std::string, Step> solved;  // `stage: both` lists every step twice
  for (Condition& condition : suite.conditions) {
    for (Step& step : condition.steps) {
      if (!step.severity || *step.severity == 0) continue;
      if (calibration.per_image) {
        solve_on_each_picture(step, calibration);
        continue;
      }
      const std::string key =
          step.perturbation + '@' + shortest(*step.severity) + step.given.canonical();
      if (const auto known = solved.find(key); known != solved.end()) {
        step = known->second;
        continue;
      }
      notes.push_back("calibrated " + solve(step, calibration, *effect, faces.size()));
      solved.emplace(key, step);
    }
  }
  return notes;
}

}  // namespace robench
