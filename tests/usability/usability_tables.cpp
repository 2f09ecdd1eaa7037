// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "metrics/confidence/auroc.h"
#include "metrics/confidence/discard_curve.h"
#include "metrics/confidence/usable_model.h"
#include "models/embedder.h"
#include "suites/trust/face_reading.h"
#include "tests/usability/usability_judgement.h"

namespace robench::usability {
namespace {

constexpr std::uint64_t kSeed = 1;
/// Of the people by name so many had been looked at when the combination was chosen.
constexpr int kPeopleLookedAt = 464;
const std::array<std::string, 4> kCompared = {"combination", "embedding_spread", "ensemble_variance",
                                              "detection_confidence"};
constexpr int kFewerReplicates = 200;  // of three quarters of a million non-mated comparisons

/// A way of telling usable pictures from others, and what it said of the judged rows.
struct Teller {
  std::string name;
  std::vector<double> said;
};

Eigen::MatrixXd at(const Eigen::MatrixXd& table, const Rows& rows) {
  return table(std::vector<Eigen::Index>(rows.begin(), rows.end()), Eigen::all);
}

/// Log odds of the judged rows by a model that was fitted on the training rows.
using FitModel = std::function<QualityModel(const UsableTraining&)>;

Fit fitted_by(const FitModel& fit_model, const std::vector<std::string>& names,
              const Eigen::MatrixXd& covariates) {
  return [=](const ScoredPictures& scored, const Rows& training, const Rows& judged) {
    UsableTraining table{at(covariates, training), names, {}, {}, {}};
    for (const std::size_t row : training) {
      table.usable.push_back(scored.usable[row]);
      table.subject.push_back(scored.person[row]);
      table.family.push_back(scored.family[row] == "clean" ? "" : scored.family[row]);
    }
    const QualityModel model = fit_model(table);
    std::vector<double> said;
    for (const std::size_t row : judged) {
      std::vector<double> values;
      for (const std::string& name : model.names)
        values.push_back(covariates(static_cast<Eigen::Index>(row),
                                    std::find(names.begin(), names.end(), name) - names.begin()));
      said.push_back(usable_log_odds(model, values));
    }
    return said;
  };
}

/// What `robench calibrate` fits.
Fit combination_of(const std::vector<std::string>& names, const Eigen::MatrixXd& covariates) {
  return fitted_by(
      [](const UsableTraining& table) { return fit_usable_model(table, trusted_covariates(), kSeed); },
      names, covariates);
}

/// All of them, however they do under other harms; one alone takes its best shape, two-sided if need be.
Fit all_of(const std::vector<std::string>& names, const Eigen::MatrixXd& covariates) {
  return fitted_by(
      [](const UsableTraining& table) {
        return fit_quality_model(table.covariates, table.usable, table.subject, table.names, kSeed);
      },
      names, covariates);
}

std::vector<Teller> tellers(const ScoredPictures& scored) {
  const Eigen::MatrixXd& covariates = scored.covariates;
  const std::vector<std::string> names = covariate_names();
  std::vector<Teller> all = {{"combination", judged_by(combination_of(names, covariates), scored)}};
  for (std::size_t k = 0; k < names.size(); ++k)
    all.push_back(
        {names[k], judged_by(all_of({names[k]}, covariates.col(static_cast<Eigen::Index>(k))), scored)});
  all.push_back({"all measures", judged_by(all_of(names, covariates), scored)});
  return all;
}

Eigen::MatrixXd columns_called(const ScoredPictures& scored, const std::vector<std::string>& names) {
  const std::vector<std::string> all = covariate_names();
  std::vector<Eigen::Index> columns;
  for (const std::string& name : names)
    columns.push_back(std::find(all.begin(), all.end(), name) - all.begin());
  return scored.covariates(Eigen::all, columns);
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
  std::vector<std::string> names = trusted_covariates();
  names.emplace_back("clean score");
  Eigen::MatrixXd measured(scored.covariates.rows(), std::ssize(names));
  measured << columns_called(scored, trusted_covariates()), scored.truth.col(1);
  return {{"true drift from the clean photograph", judged_by(column(0), scored)},
          {"mated score of the clean photograph", judged_by(column(1), scored)},
          {"both, fitted", judged_by(all_of(drift_and_clean, scored.truth), scored)},
          {"answers of model and detector and the clean score, fitted",
           judged_by(all_of(names, measured), scored)}};
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

  /// `family`: "" = all perturbed pictures; kHarmed = those of people whose clean picture is usable;
  /// kFresh = those of people that nobody had looked at when the combination was chosen.
  [[nodiscard]] bool is_of(std::size_t k, const std::string& family) const {
    const std::string& own = scored_.family[rows_[k]];
    if (family == kFresh) return own != "clean" && scored_.person[rows_[k]] >= kPeopleLookedAt;
    if (family == kHarmed) return own != "clean" && scored_.usable_when_clean[rows_[k]];
    return family.empty() ? own != "clean" : own == family;
  }

  static constexpr const char* kHarmed = "harmed";
  static constexpr const char* kFresh = "fresh";

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
    fmt::print("| unseen family | n | unusable |");
    for (const std::string& name : kCompared) fmt::print(" {} |", name);
    fmt::print("\n|---|---|---|---|---|---|---|\n");
    std::vector<std::string> families;
    for (const std::size_t row : rows_)
      if (families.empty() || families.back() != scored_.family[row])
        families.push_back(scored_.family[row]);
    for (const char* name : {"", kHarmed, kFresh}) families.insert(families.end() - 1, name);
    for (const std::string& family : families) {
      const auto scores = labelled(tellers_[0], family);
      const auto bad = std::count_if(scores.begin(), scores.end(),
                                     [](const LabelledScore& s) { return !s.positive; });
      if (scores.empty()) continue;
      fmt::print("| {} | {} | {} |", name_of(family), scores.size(), bad);
      for (const std::string& name : kCompared) fmt::print(" {} |", auroc_text(named(name), family));
      fmt::print("\n");
    }
  }

  static std::string name_of(const std::string& family) {
    if (family == kHarmed) return "of them, clean picture usable";
    if (family == kFresh) return fmt::format("of them, people from {} on", kPeopleLookedAt);
    return family.empty() ? "**all perturbed**" : family;
  }

  void print_single_measures() const {
    fmt::print(
        "\n| measure | AUROC, all perturbed | combination minus it, paired | the same, people from {} "
        "on |"
        "\n|---|---|---|---|\n",
        kPeopleLookedAt);
    for (std::size_t t = 1; t < tellers_.size(); ++t)
      fmt::print("| {} | {} | {} | {} |\n", tellers_[t].name, auroc_text(tellers_[t], ""),
                 gain_text(tellers_[t], ""), gain_text(tellers_[t], kFresh));
  }

  [[nodiscard]] std::string gain_text(const Teller& other, const std::string& family) const {
    const auto combined = labelled(tellers_[0], family);
    if (combined.empty()) return "";
    const PairedDifference gain = auroc_difference(combined, labelled(other, family), bootstrap_);
    if (!gain.ci95) return fmt::format("{:+.3f}", gain.difference);
    return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", gain.difference, gain.ci95->low, gain.ci95->high);
  }

  [[nodiscard]] const Teller& named(const std::string& name) const {
    return *std::find_if(tellers_.begin(), tellers_.end(),
                         [&](const Teller& t) { return t.name == name; });
  }

  /// Mated comparisons of the perturbed judged pictures. The reference is clean and not judged.
  [[nodiscard]] std::vector<DiscardTrial> mated(const Teller& teller,
                                                const std::string& family = "") const {
    std::vector<DiscardTrial> trials;
    for (std::size_t k = 0; k < rows_.size(); ++k)
      if (is_of(k, family))
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
        "\n| discard by | FNMR, nothing discarded | FNMR, 30 % discarded | area to 30 % over random's |"
        "\n|---|---|---|---|\n");
    for (const char* family : {"", kFresh}) {
      for (const std::string& name : kCompared) {
        const std::vector<DiscardTrial> trials = mated(named(name), family);
        if (trials.empty()) continue;
        const DiscardSummary summary = discard_summary(trials, bootstrap_, "fnmr");
        fmt::print("| {}, {} | {:.4f} | {:.4f} | {} |\n", name, name_of(family), summary.curve.at(0),
                   summary.curve.at(0.3), text(summary.ratio));
      }
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
