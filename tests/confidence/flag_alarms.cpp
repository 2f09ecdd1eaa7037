// SPDX-License-Identifier: Apache-2.0
#include "tests/confidence/flag_alarms.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "metrics/confidence/outlier_flags.h"
#include "metrics/roc.h"
#include "perturb/random_stream.h"

namespace robench::confidence {
namespace {

constexpr double kLevel = 0.05;

Eigen::MatrixXd rows_at(const Eigen::MatrixXd& table, const std::vector<int>& places) {
  Eigen::MatrixXd part(static_cast<Eigen::Index>(places.size()), table.cols());
  for (std::size_t k = 0; k < places.size(); ++k)
    part.row(static_cast<Eigen::Index>(k)) = table.row(places[k]);
  return part;
}

/// Mean over splits and its Monte-Carlo error.
struct Mean {
  double sum = 0;
  double squares = 0;
  int count = 0;
  void add(double value) {
    sum += value;
    squares += value * value;
    ++count;
  }
  [[nodiscard]] double value() const { return sum / count; }
  /// Half of a 95 % interval of the mean over random splits of these people.
  [[nodiscard]] double half_width() const {
    const double variance = std::max(0.0, squares / count - value() * value()) * count / (count - 1);
    return 1.96 * std::sqrt(variance / count);
  }
};

struct Row {
  Mean capture_alarms, capture_auroc, population_alarms, population_auroc, shown_population;
};

std::string percent_text(const Mean& share) {
  return fmt::format("{:.1f} ± {:.1f} %", 100 * share.value(), 100 * share.half_width());
}

double share_below(const std::vector<double>& p) {
  return static_cast<double>(std::count_if(p.begin(), p.end(), [](double x) { return x <= kLevel; })) /
         static_cast<double>(p.size());
}

double auroc_of(const std::vector<double>& typical, const std::vector<double>& other) {
  std::vector<ScoredTrial> scores;
  for (const double x : typical) scores.push_back({x, false, 0, 0});
  for (const double x : other) scores.push_back({x, true, 0, 0});
  sort_by_score(scores);
  return roc_summary(scores).auc;
}

void add(const FlagValues& typical, const FlagValues& judged, Row& row) {
  row.capture_alarms.add(share_below(judged.capture_p));
  row.population_alarms.add(share_below(judged.population_p));
  row.capture_auroc.add(auroc_of(typical.capture_score, judged.capture_score));
  row.population_auroc.add(auroc_of(typical.population_score, judged.population_score));
  double shown = 0;
  for (std::size_t i = 0; i < judged.capture_p.size(); ++i)
    shown += flag_of(judged.capture_p[i], judged.population_p[i], kLevel) == Flag::population ? 1 : 0;
  row.shown_population.add(shown / static_cast<double>(judged.capture_p.size()));
}

class Study {
 public:
  Study(const LfwTables& lfw, const CaptureMeasures& measures, std::optional<std::size_t> model)
      : lfw_(lfw), measures_(measures) {
    std::vector<std::size_t> conditions = measures.milder();
    conditions.insert(conditions.end(), measures.strong().begin(), measures.strong().end());
    conditions.push_back(0);
    for (const std::size_t c : conditions)
      embeddings_[c] = model ? rows_at(lfw.unit_embeddings(*model, c), measures.rows())
                             : Eigen::MatrixXd::Ones(std::ssize(measures.rows()), 2);
    for (const std::size_t c : measures.strong()) families_.insert(family(c));
  }

  /// One split, in which one perturbation is unknown to the calibration.
  void judge(const std::string& known, int split, std::map<std::string, Row>& rows) const {
    const RandomStream stream(static_cast<std::uint64_t>(split), "flag_split", "", "", 0);
    std::vector<int> calibrating, held_out, others;  // places in measures_.rows()
    for (std::size_t k = 0; k < measures_.rows().size(); ++k) {
      const int row = measures_.rows()[k];
      const auto place = static_cast<int>(k);
      if (lfw_.gender[row] != known)
        others.push_back(place);
      else if (stream.uniform(static_cast<std::uint64_t>(lfw_.subject[row])) < 0.6)
        calibrating.push_back(place);
      else
        held_out.push_back(place);
    }
    const std::string& unseen =
        *std::next(families_.begin(), split % static_cast<int>(families_.size()));
    const OutlierFlags flags = fit_outlier_flags(calibration(calibrating, unseen), split);
    const FlagValues typical = judge_at(flags, 0, held_out);
    add(typical, typical, rows["clean, same gender"]);
    add(typical, judge_at(flags, 0, others), rows["clean, other gender"]);
    for (const std::size_t c : measures_.strong())
      if (family(c) == unseen)
        add(typical, judge_at(flags, c, held_out),
            rows[fmt::format("{}@{}", unseen, *lfw_.experiment.suite.conditions[c].severity())]);
  }

 private:
  [[nodiscard]] std::string family(std::size_t c) const {
    return lfw_.experiment.suite.conditions[c].perturbation();
  }

  [[nodiscard]] FlagCalibration calibration(const std::vector<int>& people,
                                            const std::string& unseen) const {
    std::vector<std::size_t> conditions = {0};
    for (const std::size_t c : measures_.milder())
      if (family(c) != unseen) conditions.push_back(c);
    const auto count = static_cast<Eigen::Index>(people.size());
    const auto all = count * static_cast<Eigen::Index>(conditions.size());
    FlagCalibration table{Eigen::MatrixXd(all, embeddings_.at(0).cols()),
                          Eigen::MatrixXd(all, measures_.under(0).cols()),
                          {},
                          {}};
    for (std::size_t c = 0; c < conditions.size(); ++c) {
      const Eigen::Index first = static_cast<Eigen::Index>(c) * count;
      table.embedding.middleRows(first, count) = rows_at(embeddings_.at(conditions[c]), people);
      table.capture.middleRows(first, count) = rows_at(measures_.under(conditions[c]), people);
      for (std::size_t k = 0; k < people.size(); ++k) {
        table.subject.push_back(people[k]);
        table.clean_row.push_back(static_cast<int>(k));
      }
    }
    return table;
  }

  [[nodiscard]] FlagValues judge_at(const OutlierFlags& flags, std::size_t condition,
                                    const std::vector<int>& people) const {
    return judge_flags(flags, rows_at(embeddings_.at(condition), people),
                       rows_at(measures_.under(condition), people));
  }

  const LfwTables& lfw_;
  const CaptureMeasures& measures_;
  std::map<std::size_t, Eigen::MatrixXd> embeddings_;
  std::set<std::string> families_;
};

}  // namespace

void print_flag_alarms(const LfwTables& lfw, const CaptureMeasures& measures,
                       std::optional<std::size_t> model, int splits) {
  const Study study(lfw, measures, model);
  for (const std::string known : {"male", "female"}) {
    std::map<std::string, Row> rows;
    for (int split = 1; split <= splits; ++split) study.judge(known, split, rows);
    fmt::print("\n### {}, calibrated on {}, {} splits\n\n| pictures | capture alarms | capture AUROC |",
               model ? lfw.experiment.cards[*model].name : "capture", known, splits);
    fmt::print("{}\n", model ? " population alarms | population AUROC | shown as population |\n"
                               "|---|---|---|---|---|---|"
                             : "\n|---|---|---|");
    for (const auto& [name, row] : rows) {
      fmt::print("| {} | {} | {:.3f} |", name, percent_text(row.capture_alarms),
                 row.capture_auroc.value());
      if (model)
        fmt::print(" {} | {:.3f} | {} |", percent_text(row.population_alarms),
                   row.population_auroc.value(), percent_text(row.shown_population));
      fmt::print("\n");
    }
    std::fflush(stdout);
  }
}

}  // namespace robench::confidence
