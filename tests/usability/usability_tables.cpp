// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "metrics/confidence/auroc.h"
#include "metrics/confidence/discard_curve.h"
#include "metrics/confidence/quality_model.h"
#include "models/embedder.h"
#include "suites/trust/face_reading.h"
#include "tests/usability/usability_judgement.h"

namespace robench::usability {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr int kFewerReplicates = 200;  // of three quarters of a million non-mated comparisons

/// A way of telling usable pictures from others, and what it said of the judged rows.
struct Teller {
  std::string name;
  std::vector<double> said;
};

Eigen::MatrixXd at(const Eigen::MatrixXd& table, const Rows& rows) {
  return table(std::vector<Eigen::Index>(rows.begin(), rows.end()), Eigen::all);
}

/// The fitted combination of some covariates. One alone also takes its best shape, two-sided if need be.
Fit combination_of(const std::vector<std::string>& names, const Eigen::MatrixXd& covariates) {
  return [names, covariates](const ScoredPictures& scored, const Rows& training, const Rows& judged) {
    std::vector<int> usable;
    std::vector<int> person;
    for (const std::size_t row : training) {
      usable.push_back(scored.usable[row]);
      person.push_back(scored.person[row]);
    }
    const QualityModel model = fit_quality_model(at(covariates, training), usable, person, names, kSeed);
    std::vector<double> said;
    for (const std::size_t row : judged) {
      const Eigen::RowVectorXd values = covariates.row(static_cast<Eigen::Index>(row));
      said.push_back(usable_log_odds(model, std::span(values.data(), names.size())));
    }
    return said;
  };
}

std::vector<Teller> tellers(const ScoredPictures& scored) {
  const Eigen::MatrixXd& covariates = scored.covariates;
  const std::vector<std::string> names = covariate_names();
  std::vector<Teller> all = {{"combination", judged_by(combination_of(names, covariates), scored)}};
  for (std::size_t k = 0; k < names.size(); ++k)
    all.push_back(
        {names[k],
         judged_by(combination_of({names[k]}, covariates.col(static_cast<Eigen::Index>(k))), scored)});
  return all;
}

/// What could be told if more were known than one picture.
std::vector<Teller> ceilings(const ScoredPictures& scored) {
  const auto column = [&](int k) {
    return [k](const ScoredPictures& all, const Rows&, const Rows& judged) {
      std::vector<double> said;
      for (const std::size_t row : judged) said.push_back(all.truth(static_cast<Eigen::Index>(row), k));
      return said;
    };
  };
  const std::vector<std::string> drift_and_clean = {"drift", "clean score"};
  std::vector<std::string> names = covariate_names();
  names.emplace_back("clean score");
  Eigen::MatrixXd measured(scored.covariates.rows(), std::ssize(names));
  measured << scored.covariates, scored.truth.col(1);
  return {
      {"true drift from the clean photograph", judged_by(column(0), scored)},
      {"mated score of the clean photograph", judged_by(column(1), scored)},
      {"both, fitted", judged_by(combination_of(drift_and_clean, scored.truth), scored)},
      {"combination and the clean score, fitted", judged_by(combination_of(names, measured), scored)}};
}

class Tables {
 public:
  Tables(const Study& study, std::size_t model, const ScoredPictures& scored)
      : study_(study),
        model_(model),
        scored_(scored),
        rows_(judged_rows(scored)),
        tellers_(tellers(scored)),
        ceilings_(ceilings(scored)),
        bootstrap_(people(), kSeed) {}

  void print() const {
    print_head();
    print_families();
    print_single_measures();
    print_discard();
    print_ceilings();
    std::fflush(stdout);
  }

 private:
  [[nodiscard]] int people() const {
    return *std::max_element(scored_.person.begin(), scored_.person.end()) + 1;
  }

  /// `family`: "" = all perturbed pictures; kHarmed = those of people whose clean picture is usable.
  [[nodiscard]] bool is_of(std::size_t k, const std::string& family) const {
    const std::string& own = scored_.family[rows_[k]];
    if (family == kHarmed) return own != "clean" && scored_.usable_when_clean[rows_[k]];
    return family.empty() ? own != "clean" : own == family;
  }

  static constexpr const char* kHarmed = "harmed";

  [[nodiscard]] std::vector<LabelledScore> labelled(const Teller& teller,
                                                    const std::string& family) const {
    std::vector<LabelledScore> scores;
    for (std::size_t k = 0; k < rows_.size(); ++k)
      if (is_of(k, family))
        scores.push_back({teller.said[k], scored_.usable[rows_[k]] != 0, scored_.person[rows_[k]]});
    return scores;
  }

  [[nodiscard]] std::string auroc_text(const Teller& teller, const std::string& family) const {
    const Measure measure = auroc("auroc", labelled(teller, family), bootstrap_);
    if (!measure.ci95) return fmt::format("{:.3f}", measure.value);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", measure.value, measure.ci95->low, measure.ci95->high);
  }

  void print_head() const {
    fmt::print(
        "\n### {}\n\nThreshold {:.4f}, FMR 1e-3 on {} clean non-mated comparisons of folds 1 to 3.\n\n",
        study_.experiment.cards[model_].name, scored_.threshold, scored_.non_mated);
  }

  void print_families() const {
    fmt::print("| unseen family | n | unusable | combination | spread alone |\n|---|---|---|---|---|\n");
    const Teller& spread = named("embedding_spread");
    std::vector<std::string> families;
    for (const std::size_t row : rows_)
      if (families.empty() || families.back() != scored_.family[row])
        families.push_back(scored_.family[row]);
    for (const char* name : {"", kHarmed}) families.insert(families.end() - 1, name);
    for (const std::string& family : families) {
      const auto scores = labelled(tellers_[0], family);
      const auto bad = std::count_if(scores.begin(), scores.end(),
                                     [](const LabelledScore& s) { return !s.positive; });
      fmt::print("| {} | {} | {} | {} | {} |\n", name_of(family), scores.size(), bad,
                 auroc_text(tellers_[0], family), auroc_text(spread, family));
    }
  }

  static std::string name_of(const std::string& family) {
    if (family == kHarmed) return "of them, clean picture usable";
    return family.empty() ? "**all perturbed**" : family;
  }

  void print_single_measures() const {
    fmt::print(
        "\n| single measure | AUROC, all perturbed | combination minus it, paired |\n|---|---|---|\n");
    const auto combined = labelled(tellers_[0], "");
    for (std::size_t t = 1; t < tellers_.size(); ++t) {
      const PairedDifference gain = auroc_difference(combined, labelled(tellers_[t], ""), bootstrap_);
      fmt::print("| {} | {} | {:+.3f} [{:+.3f}, {:+.3f}] |\n", tellers_[t].name,
                 auroc_text(tellers_[t], ""), gain.difference, gain.ci95->low, gain.ci95->high);
    }
  }

  [[nodiscard]] const Teller& named(const std::string& name) const {
    return *std::find_if(tellers_.begin(), tellers_.end(),
                         [&](const Teller& t) { return t.name == name; });
  }

  /// Mated comparisons of the perturbed judged pictures. The reference is clean and not judged.
  [[nodiscard]] std::vector<DiscardTrial> mated(const Teller& teller) const {
    std::vector<DiscardTrial> trials;
    for (std::size_t k = 0; k < rows_.size(); ++k)
      if (is_of(k, ""))
        trials.push_back({teller.said[k], scored_.usable[rows_[k]] == 0, scored_.person[rows_[k]],
                          scored_.person[rows_[k]]});
    return trials;
  }

  /// Each judged picture with the clean photographs of all other judging people.
  [[nodiscard]] std::vector<DiscardTrial> non_mated(const Teller& teller) const {
    const ModelCard& card = study_.experiment.cards[model_];
    std::vector<DiscardTrial> trials;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      if (!is_of(k, "")) continue;
      const auto row = static_cast<Eigen::Index>(rows_[k]);
      const Eigen::RowVectorXf probe = scored_.readings.vectors.row(row).cast<float>();
      for (const Picture& other : study_.pictures) {
        if (other.condition != 0 || !other.judges || other.person == scored_.person[rows_[k]]) continue;
        const auto reference =
            study_.clean[model_].vectors.row(static_cast<Eigen::Index>(other.partners.front()));
        trials.push_back(
            {teller.said[k],
             similarity(card.comparison, reference.data(), probe.data(), card.dim) >= scored_.threshold,
             scored_.person[rows_[k]], other.person});
      }
    }
    return trials;
  }

  static std::string text(const Measure& measure) {
    if (!measure.ci95) return fmt::format("{:.3f}: {}", measure.value, measure.note);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", measure.value, measure.ci95->low, measure.ci95->high);
  }

  void print_discard() const {
    fmt::print(
        "\n| discard by | FNMR, nothing discarded | FNMR, 30 % discarded | area to 30 % over that of "
        "random "
        "|\n|---|---|---|---|\n");
    for (const std::string name : {"combination", "embedding_spread"}) {
      const DiscardSummary summary = discard_summary(mated(named(name)), bootstrap_, "fnmr");
      fmt::print("| {} | {:.4f} | {:.4f} | {} |\n", name, summary.curve.at(0), summary.curve.at(0.3),
                 text(summary.ratio));
    }
    const SubjectBootstrap fewer(people(), kSeed, kFewerReplicates);
    const auto trials = non_mated(named("combination"));
    const DiscardSummary summary = discard_summary(trials, fewer, "fmr");
    fmt::print(
        "\nFMR form, combination, n = {} non-mated comparisons: FMR {:.2e} before, {:.2e} with 30 % "
        "discarded, area over that of random {}.\n",
        trials.size(), summary.curve.at(0), summary.curve.at(0.3), text(summary.ratio));
  }

  void print_ceilings() const {
    fmt::print(
        "\n| known of a picture | AUROC, all perturbed | of them, clean picture usable | area to 30 % "
        "over "
        "that of random |\n|---|---|---|---|\n");
    for (const Teller& teller : ceilings_)
      fmt::print("| {} | {} | {} | {} |\n", teller.name, auroc_text(teller, ""),
                 auroc_text(teller, kHarmed),
                 text(discard_summary(mated(teller), bootstrap_, "fnmr").ratio));
  }

  const Study& study_;
  std::size_t model_;
  const ScoredPictures& scored_;
  Rows rows_;
  std::vector<Teller> tellers_;
  std::vector<Teller> ceilings_;
  SubjectBootstrap bootstrap_;
};

}  // namespace

void print_usability(const Study& study, std::size_t model, const ScoredPictures& scored) {
  Tables(study, model, scored).print();
}

}  // namespace robench::usability
