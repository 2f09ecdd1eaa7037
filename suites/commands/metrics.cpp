// SPDX-License-Identifier: Apache-2.0
// The statistics without the photographs: of scores or embeddings that were made elsewhere.
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "metrics/metric.h"
#include "reports/csv.h"
#include "reports/numbers.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/csv_reader.h"
#include "suites/embedding_file.h"
#include "suites/score_file.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kMetricsUsage = "robench metrics SCORES.csv|EMBEDDINGS.npy [options]";

/// What a reader of the numbers must know and the numbers do not say.
void warn_of(const ScoreFile& file, bool lower_is_better) {
  double sum[2] = {0, 0};
  double n[2] = {0, 0};
  for (const ScoredTrial& trial : file.scores.all.trials) {
    sum[trial.mated ? 1 : 0] += trial.score;
    ++n[trial.mated ? 1 : 0];
  }
  if (n[0] > 0 && n[1] > 0 && sum[1] / n[1] < sum[0] / n[0]) {
    const double sign = lower_is_better ? -1 : 1;
    fmt::print(stderr, "warning: mated scores lie {} non-mated ones (means {:.4g} and {:.4g}); {}\n",
               lower_is_better ? "above" : "below", sign * sum[1] / n[1], sign * sum[0] / n[0],
               lower_is_better ? "are these similarities? then without --lower-is-better"
                               : "are these distances? --lower-is-better");
  }
  if (!file.passed_over.empty())
    fmt::print(stderr, "note: columns passed over: {}{}\n", fmt::join(file.passed_over, ", "),
               file.scores.groups.empty() ? "; rates by group: --group COLUMN" : "");
  if (file.without_group > 0)
    fmt::print(stderr, "note: {} comparisons name no group; they count for everybody only\n",
               grouped(file.without_group));
}

double fmr_of(const po::variables_map& values) {
  const double fmr = values["fmr"].as<double>();
  if (!(fmr > 0 && fmr < 1)) throw ConfigError("--fmr must lie between 0 and 1");
  return fmr;
}

std::vector<ScoreSection> sections_of_scores(const std::string& file, const po::variables_map& values) {
  ScoreOptions options;
  options.seed = values["seed"].as<std::uint64_t>();
  const bool lower = values.count("lower-is-better") > 0;
  if (values.count("threshold") > 0)
    options.threshold = values["threshold"].as<double>() * (lower ? -1 : 1);
  if (!values["fmr"].defaulted()) options.targets = {fmr_of(values)};
  const ScoreFile read = read_scores(file, {lower, values["group"].as<std::string>()});
  warn_of(read, lower);
  return grouped_score_measures(read.scores, options);
}

Comparison comparison_of(const std::string& name) {
  if (name == "cosine") return Comparison::cosine;
  if (name == "euclidean") return Comparison::euclidean;
  throw ConfigError("unknown comparison '" + name + "'", suggestion(name, {"cosine", "euclidean"}));
}

/// The perturbed embeddings, row by row of the same samples as the references; these where none are
/// given.
EmbeddingTable read_probes(const po::variables_map& values, const EmbeddingTable& references) {
  if (values.count("probes") == 0) return references;
  const auto file = values["probes"].as<std::string>();
  EmbeddingTable probes = read_embeddings(file);
  if (probes.vectors.rows() != references.vectors.rows() ||
      probes.vectors.cols() != references.vectors.cols())
    fail_at({file, 0, 0},
            fmt::format("{} x {} vectors, the references are {} x {}", probes.vectors.rows(),
                        probes.vectors.cols(), references.vectors.rows(), references.vectors.cols()),
            "row by row the same samples");
  return probes;
}

std::vector<ScoreSection> sections_of_embeddings(const std::string& file,
                                                 const po::variables_map& values) {
  if (values.count("subjects") == 0)
    throw ConfigError("embeddings need --subjects FILE.csv",
                      "columns id,subject: one line for each row");
  const EmbeddingTable clean = read_embeddings(file);
  std::vector<Sample> samples = read_subjects(values["subjects"].as<std::string>(), clean.size());
  std::vector<AcquiredFace> faces(samples.size());
  const EvaluationData data =
      make_evaluation_data(std::move(samples), std::move(faces), {}, {TrialRequest::Kind::all, 0},
                           values["seed"].as<std::uint64_t>());
  const EmbeddingTable probes = read_probes(values, clean);
  ModelCard card;
  card.name = file;
  card.comparison = comparison_of(values["compare"].as<std::string>());
  ThresholdRule rule;
  rule.fmr = fmr_of(values);
  if (values.count("threshold") > 0) {
    card.threshold =
        values["threshold"].as<double>() * (card.comparison == Comparison::euclidean ? -1 : 1);
    rule.from = ThresholdRule::From::card;
  }
  const Threshold threshold = make_threshold(rule, card, data, clean);
  const CleanContext context{card, data, clean, threshold};
  Condition condition;
  ScoreSection result;
  for (const char* name : {"drift", "template_verification", "verification"}) {
    if (values.count("probes") == 0 && name == std::string_view("drift")) continue;
    for (Measure& measure : find_metric(name)->prepare(context)->evaluate({condition, {&probes}}))
      result.measures.push_back(std::move(measure));
  }
  return {std::move(result)};
}

void print_table(const std::vector<ScoreSection>& sections) {
  for (const ScoreSection& section : sections) {
    if (!section.title.empty()) fmt::print("\ngroup {}\n", section.title);
    fmt::print("{:<24} {:>12} {:<6} {:>25} {:>10}  {}\n", "measure", "value", "unit", "95 % interval",
               "n", "note");
    for (const Measure& m : section.measures) {
      const std::string value = std::isnan(m.value) ? "n/a" : fmt::format("{:.6g}", m.value);
      const std::string interval =
          m.ci95 ? fmt::format("[{:.5g}, {:.5g}]", m.ci95->low, m.ci95->high) : "";
      fmt::print("{:<24} {:>12} {:<6} {:>25} {:>10}  {}\n", m.name, value, m.unit, interval,
                 grouped(m.n), m.note);
    }
  }
}

void print_csv(const std::vector<ScoreSection>& sections) {
  fmt::print("group,measure,value,unit,n,ci95_low,ci95_high,better,note\n");
  for (const ScoreSection& section : sections)
    for (const Measure& m : section.measures)
      fmt::print(
          "{}",
          csv_line({csv_text(section.title), csv_text(m.name), csv_number(m.value), csv_text(m.unit),
                    std::to_string(m.n), m.ci95 ? csv_number(m.ci95->low) : "",
                    m.ci95 ? csv_number(m.ci95->high) : "", to_string(m.better), csv_text(m.note)}));
}

void print_json(const std::vector<ScoreSection>& sections) {
  nlohmann::json all = nlohmann::json::array();
  for (const ScoreSection& section : sections)
    for (const Measure& m : section.measures) {
      nlohmann::json one = {{"measure", m.name},
                            {"unit", m.unit},
                            {"n", m.n},
                            {"better", std::string(to_string(m.better))},
                            {"note", m.note}};
      if (!section.title.empty()) one["group"] = section.title;
      one["value"] = std::isnan(m.value) ? nlohmann::json() : nlohmann::json(m.value);
      one["ci95"] = m.ci95 ? nlohmann::json{m.ci95->low, m.ci95->high} : nlohmann::json();
      all.push_back(std::move(one));
    }
  fmt::print("{}\n", all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int metrics_command(const std::vector<std::string>& arguments) {
  CommandLine command(
      kMetricsUsage,
      "The verification statistics of scores or embeddings that were made elsewhere.\n"
      "SCORES.csv: score,mated and if known reference_subject,probe_subject,fold,group,\n"
      "quality (error versus discard). mated: 1, true, yes, mated, genuine or 0, false, no,\n"
      "non-mated, impostor. Groups get their rates at one threshold for everybody.\n"
      "EMBEDDINGS.npy: 32-bit floats, with --subjects.",
      "robench metrics scores.csv --lower-is-better --as csv");
  command.positional("FILE");
  command.flag("lower-is-better", "scores are distances")
      .option("threshold", po::value<double>(), "judge FMR and FNMR here, on the scale of the scores")
      .option("subjects", po::value<std::string>(),
              "CSV with id,subject[,session]: who is who in the rows")
      .option("probes", po::value<std::string>(), "perturbed embeddings of the same samples")
      .option("compare", po::value<std::string>()->default_value("cosine"), "cosine or euclidean")
      .option("fmr", po::value<double>()->default_value(1e-2, "0.01"),
              "at which thresholds are set; of scores as a rule 1e-2, 1e-3 and 1e-4")
      .option("group", po::value<std::string>()->default_value("group"),
              "of scores: the column that names the group of each comparison")
      .option("seed", po::value<std::uint64_t>()->default_value(1), "of the resampling")
      .option("as", po::value<std::string>()->default_value("table"), "table, csv or json");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const std::string file = required_argument(*values, "FILE", kMetricsUsage);
  const auto format = (*values)["as"].as<std::string>();
  if (format != "table" && format != "csv" && format != "json")
    throw ConfigError("unknown format '" + format + "'", suggestion(format, {"table", "csv", "json"}));
  const auto sections =
      file.ends_with(".npy") ? sections_of_embeddings(file, *values) : sections_of_scores(file, *values);
  if (format == "csv")
    print_csv(sections);
  else if (format == "json")
    print_json(sections);
  else
    print_table(sections);
  return 0;
}

}  // namespace robench
