// SPDX-License-Identifier: Apache-2.0
#include "suites/model_doctor.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "metrics/subject_bootstrap.h"
#include "models/averaging.h"
#include "perturb/error.h"
#include "suites/interrupt.h"
#include "suites/progress.h"

namespace robench {
namespace {

constexpr int kMostRounds = 4;
/// own: a gain of d' below this share is a matter of taste (interpolation, rounding of constants) and
/// not a wrong field; a wrong channel order costs more on every model tried (models/README.md).
constexpr double kWorthWhile = 0.03;
constexpr double kAsGood = 0.01;  // own: of d', as (x - 127.5) / 127.5 and (x - 127.5) / 128 are
constexpr std::size_t kBatch = 16;
constexpr double kFarOffAuc = 0.95;        // own: a network of use separates LFW pairs at 0.99
constexpr double kCollapsedSpread = 0.01;  // median distance from the mean vector, over its length
constexpr double kCosineTolerance = 1e-5;  // of the cosine

/// Vectors of all crops under one recipe, or why there are none.
struct Vectors {
  EmbeddingMatrix rows;
  std::string does_not_run;
};

class Doctor {
 public:
  Doctor(const ModelCard& card, const DoctorData& data, const LoadModel& load)
      : card_(card), data_(data), load_(load), bootstrap_(data.units, data.seed) {}

  Diagnosis run() {
    Diagnosis diagnosis;
    diagnosis.own = measured({"", "the card as it is", card_});
    Tried best = diagnosis.own;
    for (int round = 0; round < kMostRounds; ++round) {
      std::vector<Tried> tried = neighbours_of(best);
      const Tried* step = step_of(tried);
      if (step != nullptr) {
        best = *step;
        diagnosis.cure.push_back(best.recipe);
      }
      diagnosis.rounds.push_back(tried);
      if (step == nullptr) break;
    }
    diagnosis.cured = best;
    if (best.does_not_run.empty()) {
      diagnosis.defects = defects_of(best.recipe.card);
      diagnosis.flip = with_flip(best);
    }
    return diagnosis;
  }

 private:
  /// What the network alone sees: the averaging around it is put aside.
  static ModelCard plain(ModelCard card) {
    card.flip = Flip::none;
    card.jitter = 0;
    card.normalise = Normalise::none;
    return card;
  }

  static std::string pixel_key(const ModelCard& card) {
    std::string key = fmt::format("{} {} {} {}", to_string(card.channels), card.align.points,
                                  card.align.width, card.align.height);
    for (const double value : card.mean) key += fmt::format(" {}", value);
    for (const double value : card.scale) key += fmt::format(" {}", value);
    if (card.align.points == "dlib_chip") return key + fmt::format(" {}", card.align.padding);
    for (const auto& point : card.align.five) key += fmt::format(" {} {}", point.x, point.y);
    return key;
  }

  const Vectors& vectors_of(const ModelCard& card) {
    const auto [found, is_new] = vectors_.try_emplace(pixel_key(card));
    if (is_new) found->second = embedded(plain(card), false);
    return found->second;
  }

  Vectors embedded(const ModelCard& card, bool mirror) const {
    if (interrupt_requested()) throw Interrupted();
    Vectors vectors;
    vectors.rows.resize(static_cast<Eigen::Index>(data_.crops.size()), card.dim);
    tbb::enumerable_thread_specific<std::unique_ptr<Embedder>> models;
    const std::size_t batches = (data_.crops.size() + kBatch - 1) / kBatch;
    try {
      models.local() = load_(card);  // a recipe that does not fit is told before any work
      tbb::parallel_for(std::size_t{0}, batches, [&](std::size_t batch) {
        auto& model = models.local();
        if (!model) model = load_(card);
        const std::size_t first = batch * kBatch;
        const std::size_t count = std::min(kBatch, data_.crops.size() - first);
        std::vector<Image> chips;
        for (std::size_t i = first; i < first + count; ++i) {
          const FaceCrop& crop = data_.crops[i];
          Image chip = align_chip(crop.pixels, crop.frame.landmarks, card.align);
          chips.push_back(mirror ? mirrored(chip) : std::move(chip));
        }
        vectors.rows.middleRows(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(count)) =
            model->embed(chips);
      });
    } catch (const EnvironmentError& error) {
      vectors.does_not_run = error.what();
    }
    return vectors;
  }

  /// Scores of the trials, NaN where a vector is not finite; sorted, as roc.h wants them.
  [[nodiscard]] std::vector<ScoredTrial> scores(EmbeddingMatrix rows, const ModelCard& card) const {
    if (card.normalise == Normalise::l2) rows.rowwise().normalize();
    std::vector<ScoredTrial> scored;
    for (const Trial& trial : data_.trials) {
      const double score = similarity(card.comparison, rows.row(trial.reference).data(),
                                      rows.row(trial.probe).data(), static_cast<int>(rows.cols()));
      if (std::isfinite(score))
        scored.push_back({score, trial.mated, data_.unit[trial.reference], data_.unit[trial.probe]});
    }
    sort_by_score(scored);
    return scored;
  }

  static double number(double d_prime) { return std::isfinite(d_prime) ? d_prime : 0; }

  Tried measured(const Recipe& recipe) {
    const Vectors& vectors = vectors_of(recipe.card);
    return measured(recipe, vectors.rows, vectors.does_not_run);
  }

  Tried measured(const Recipe& recipe, const EmbeddingMatrix& rows, const std::string& does_not_run) {
    Tried tried;
    tried.recipe = recipe;
    tried.does_not_run = does_not_run;
    if (!does_not_run.empty()) return tried;
    const RocSummary roc = roc_summary(scores(rows, recipe.card));
    tried.d_prime = number(roc.d_prime);
    tried.auc = std::isnan(roc.auc) ? 0.5 : roc.auc;
    return tried;
  }

  std::vector<RocSummary> replicates(const EmbeddingMatrix& rows, const ModelCard& card) const {
    return roc_replicates(scores(rows, card), bootstrap_);
  }

  std::vector<Tried> neighbours_of(const Tried& from) {
    const std::vector<Recipe> recipes = other_recipes(from.recipe.card, from.auc < kFarOffAuc);
    std::vector<Tried> tried;
    Progress progress("trying", static_cast<std::int64_t>(recipes.size()), "recipes");
    for (const Recipe& recipe : recipes) {
      tried.push_back(measured(recipe));
      progress.advance();
    }
    std::stable_sort(tried.begin(), tried.end(),
                     [](const Tried& a, const Tried& b) { return a.d_prime > b.d_prime; });
    const auto base = from.does_not_run.empty()
                          ? replicates(vectors_of(from.recipe.card).rows, from.recipe.card)
                          : std::vector<RocSummary>(static_cast<std::size_t>(bootstrap_.replicates()));
    for (Tried& one : tried) compare(one, from, base, recipes.size());
    return tried;
  }

  /// The paired gain over `from`. A change of the comparison alone is judged by the AUC, because the
  /// distance of two unit vectors is a function of their cosine that changes d' and no decision.
  void compare(Tried& one, const Tried& from, const std::vector<RocSummary>& base, std::size_t tests) {
    one.gain = one.d_prime - from.d_prime;
    if (!one.does_not_run.empty() || one.d_prime <= 0) return;
    const auto other = replicates(vectors_of(one.recipe.card).rows, one.recipe.card);
    std::vector<double> gains, auc_gains;
    for (std::size_t r = 0; r < other.size(); ++r) {
      gains.push_back(number(other[r].d_prime) - number(base[r].d_prime));
      auc_gains.push_back(other[r].auc - (from.d_prime > 0 ? base[r].auc : 0.5));
    }
    const double tail = 0.025 / static_cast<double>(tests);
    one.gain_interval = {quantile(gains, tail), quantile(gains, 1 - tail)};
    const bool by_rank = one.recipe.field == "comparison" || one.recipe.field == "normalise";
    one.better = one.gain_interval.low > 0 && one.gain >= kWorthWhile * from.d_prime &&
                 (!by_rank || quantile(auc_gains, tail) > 0);
  }

  /// The best recipe, if it is better; of recipes that are as good the one with fewer fields changed.
  static const Tried* step_of(const std::vector<Tried>& tried) {
    if (tried.empty() || !tried.front().better) return nullptr;
    for (const Tried& one : tried) {
      if (one.d_prime < (1 - kAsGood) * tried.front().d_prime) break;
      if (one.better && one.recipe.field.find(' ') == std::string::npos) return &one;
    }
    return &tried.front();
  }

  Tried with_flip(const Tried& best) {
    EmbeddingMatrix sum = vectors_of(best.recipe.card).rows;
    const Vectors of_mirrored = embedded(plain(best.recipe.card), true);
    sum += of_mirrored.rows;
    Recipe recipe{"flip", "the mirror's vector added", best.recipe.card};
    recipe.card.flip = Flip::sum;
    Tried flipped = measured(recipe, sum, of_mirrored.does_not_run);
    flipped.gain = flipped.d_prime - best.d_prime;
    const auto base = replicates(vectors_of(best.recipe.card).rows, best.recipe.card);
    const auto other = replicates(sum, recipe.card);
    std::vector<double> gains;
    for (std::size_t r = 0; r < other.size(); ++r)
      gains.push_back(number(other[r].d_prime) - number(base[r].d_prime));
    flipped.gain_interval = {quantile(gains, 0.025), quantile(gains, 0.975)};
    flipped.better = flipped.gain_interval.low > 0;
    return flipped;
  }

  std::vector<std::string> defects_of(const ModelCard& card) {
    std::vector<std::string> defects;
    const EmbeddingMatrix& rows = vectors_of(card).rows;
    Eigen::Index not_finite = 0;
    for (const auto row : rows.rowwise()) not_finite += row.allFinite() ? 0 : 1;
    if (not_finite > 0)
      defects.push_back(
          fmt::format("{} of {} vectors hold numbers that are not finite", not_finite, rows.rows()));
    if (not_finite == 0 && spread(rows) < kCollapsedSpread)
      defects.push_back(
          fmt::format("collapsed: every face gets almost the same vector (median distance from the mean "
                      "vector {:.2g} of its length)",
                      spread(rows)));
    add_answer_defects(card, defects);
    return defects;
  }

  static double spread(const EmbeddingMatrix& rows) {
    const Eigen::RowVectorXf mean = rows.colwise().mean();
    std::vector<double> distances;
    for (const auto row : rows.rowwise()) distances.push_back((row - mean).norm());
    return mean.norm() > 0 ? quantile(distances, 0.5) / mean.norm() : 1;
  }

  /// Equal chips, asked again and asked alone.
  void add_answer_defects(const ModelCard& card, std::vector<std::string>& defects) const {
    std::vector<Image> chips;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, data_.crops.size()); ++i)
      chips.push_back(align_chip(data_.crops[i].pixels, data_.crops[i].frame.landmarks, card.align));
    const auto model = load_(plain(card));
    const EmbeddingMatrix together = model->embed(chips);
    if (!together.allFinite()) return;
    if (model->embed(chips) != together || load_(plain(card))->embed(chips) != together)
      defects.emplace_back("not deterministic: equal chips get different vectors");
    double worst = 1;
    for (std::size_t i = 0; i < chips.size(); ++i) {
      const EmbeddingMatrix alone = model->embed(std::span(chips).subspan(i, 1));
      worst = std::min(worst, similarity(Comparison::cosine, alone.row(0).data(),
                                         together.row(static_cast<Eigen::Index>(i)).data(), card.dim));
    }
    if (worst < 1 - kCosineTolerance)
      defects.push_back(
          fmt::format("a face's vector depends on the faces beside it (cosine {:.6f}): write "
                      "`output: {{ batch_invariant: false }}`",
                      worst));
  }

  ModelCard card_;
  const DoctorData& data_;
  const LoadModel& load_;
  SubjectBootstrap bootstrap_;
  std::map<std::string, Vectors> vectors_;  // by what the network sees
};

std::string line_of(const Tried& tried) {
  const std::string name = fmt::format("{}: {}", tried.recipe.field, tried.recipe.words);
  if (!tried.does_not_run.empty()) return fmt::format("  {:<52} does not run\n", name);
  return fmt::format("  {:<52} {:>6.2f} {:>8.4f}   {:+.2f} [{:+.2f}, {:+.2f}]{}\n", name, tried.d_prime,
                     tried.auc, tried.gain, tried.gain_interval.low, tried.gain_interval.high,
                     tried.better ? "  better" : "");
}

std::string verdict_of(const ModelCard& card, const Diagnosis& diagnosis) {
  if (diagnosis.cure.empty())
    return diagnosis.own.does_not_run.empty()
               ? "verdict   no recipe is clearly better than the card's own\n"
               : "verdict   no recipe runs: " + diagnosis.own.does_not_run + "\n";
  std::string fields;
  for (const Recipe& step : diagnosis.cure)
    fields += (fields.empty() ? "" : ", ") + fmt::format("`{}` ({})", step.field, step.words);
  return fmt::format(
      "verdict   wrong in the card: {}\n          d' {:.2f} -> {:.2f}, AUC {:.4f} -> {:.4f}. Change "
      "these lines:\n\n{}",
      fields, diagnosis.own.d_prime, diagnosis.cured.d_prime, diagnosis.own.auc, diagnosis.cured.auc,
      changed_lines(card, diagnosis.cure.back().card));
}

}  // namespace

Diagnosis diagnose(const ModelCard& card, const DoctorData& data, const LoadModel& load) {
  ROBENCH_ASSERT(data.unit.size() == data.crops.size() && !data.trials.empty());
  return Doctor(card, data, load).run();
}

std::string diagnosis_text(const ModelCard& card, const Diagnosis& diagnosis) {
  std::string text = fmt::format("  {:<52} {:>6} {:>8}   gain of d' [95 % over all of the round]\n",
                                 "recipe", "d'", "AUC");
  text +=
      diagnosis.own.does_not_run.empty()
          ? fmt::format("  {:<52} {:>6.2f} {:>8.4f}\n", "the card as it is", diagnosis.own.d_prime,
                        diagnosis.own.auc)
          : fmt::format("  {:<52} does not run: {}\n", "the card as it is", diagnosis.own.does_not_run);
  for (std::size_t round = 0; round < diagnosis.rounds.size(); ++round) {
    if (round > 0)
      text +=
          fmt::format("with {}: {}\n", diagnosis.cure[round - 1].field, diagnosis.cure[round - 1].words);
    for (const Tried& tried : diagnosis.rounds[round]) text += line_of(tried);
  }
  for (const std::string& defect : diagnosis.defects) text += "defect    " + defect + "\n";
  text += verdict_of(card, diagnosis);
  if (diagnosis.flip && card.flip == Flip::none && card.jitter == 0 && diagnosis.flip->better)
    text += fmt::format(
        "offer     `output: {{ flip: sum }}` gains {:+.2f} of d' [{:+.2f}, {:+.2f}] for twice the "
        "time\n",
        diagnosis.flip->gain, diagnosis.flip->gain_interval.low, diagnosis.flip->gain_interval.high);
  return text;
}

}  // namespace robench
