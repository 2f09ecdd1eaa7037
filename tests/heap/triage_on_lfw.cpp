// SPDX-License-Identifier: Apache-2.0
// Triage of a heap of 300 photographs of which it is known what was done to each: prints what it said
// and mated scores by decision. Not a test.
#include <chrono>
#include <iostream>
#include <map>

#include <fmt/format.h>

#include "models/store.h"
#include "suites/embedding_stage.h"
#include "suites/engine.h"
#include "suites/model_check.h"
#include "suites/trust/triage.h"
#include "tests/heap/mixed_heap.h"

namespace robench::heap {
namespace {

constexpr int kJudgingFold = 3;  // from 0; the people of earlier folds calibrate
constexpr std::size_t kPeople = 240;

Experiment clean_lfw(const std::string& root, const std::string& model) {
  const Store store(cache_folder() / "store");
  Experiment lfw = prepare_experiment(
      clean_suite("heap", parse_data_option("lfw:" + root + "," + root + "/pairs.txt"), model), {},
      store);
  embed_all(lfw, missing_work(lfw, store), store, worker_count(0));
  return lfw;
}

/// People of the judging folds with two photographs, by name.
std::vector<Person> people_of(const Experiment& lfw) {
  std::map<std::string, std::vector<std::size_t>> rows_of;
  std::vector<int> fold(lfw.data.samples.size(), -1);
  for (const Trial& trial : lfw.data.listed) fold[trial.reference] = fold[trial.probe] = trial.fold;
  for (std::size_t row = 0; row < fold.size(); ++row)
    if (fold[row] >= kJudgingFold && lfw.faces[row].status == Status::ok)
      rows_of[lfw.data.samples[row].subject].push_back(row);
  std::vector<Person> people;
  for (const auto& [subject, rows] : rows_of)
    if (rows.size() > 1 && people.size() < kPeople) people.push_back({rows[0], rows[1]});
  return people;
}

/// Everything that is told of one kind of file.
struct Outcome {
  int files = 0;
  int faces = 0;
  std::map<std::string, int> said;
};

std::string said_of(const TriageRow& row) {
  if (!row.ok()) return std::string(to_string(row.reading.status));
  if (row.turned_degrees != 0) return "turned back, " + std::string(to_string(row.decision));
  return std::string(to_string(row.decision));
}

void print_confusion(const std::vector<TriageRow>& rows, const std::vector<Planted>& planted) {
  std::map<std::string, Outcome> outcomes;
  for (const Planted& file : planted) ++outcomes[file.what].files;
  for (const TriageRow& row : rows) {
    Outcome& outcome = outcomes[planted[row.sample].what];
    outcome.faces += row.ok() ? 1 : 0;
    ++outcome.said[said_of(row)];
  }
  fmt::print("| planted | files | faces | what `triage` said |\n|---|---|---|---|\n");
  for (const auto& [what, outcome] : outcomes) {
    std::string said;
    for (const auto& [word, count] : outcome.said)
      said += fmt::format("{}{} {}", said.empty() ? "" : ", ", count, word);
    fmt::print("| {} | {} | {} | {} |\n", what, outcome.files, outcome.faces, said);
  }
}

/// Mated scores of one decision.
struct Scores {
  int n = 0;
  int below = 0;  // the threshold
  double sum = 0;
  void add(double score, double threshold) {
    ++n;
    below += score < threshold ? 1 : 0;
    sum += score;
  }
};

void print_scores(const std::map<std::string, Scores>& scores) {
  fmt::print("\n| photographs of LFW | n | mean mated score | FNMR |\n|---|---|---|---|\n");
  for (const auto& [name, of_name] : scores)
    fmt::print("| {} | {} | {:.3f} | {:.3f} |\n", name, of_name.n, of_name.sum / of_name.n,
               static_cast<double>(of_name.below) / of_name.n);
}

/// With the clean photograph of the same person, by decision; of repaired faces before and after.
void print_mated_scores(const std::vector<TriageRow>& rows, const std::vector<Planted>& planted,
                        const Experiment& lfw, double threshold) {
  const EmbeddingTable clean = load_table(lfw, Store(cache_folder() / "store"), 0, 0, 1);
  const ModelCard& card = lfw.cards[0];
  std::map<std::string, Scores> scores;
  for (const TriageRow& row : rows) {
    const auto& person = planted[row.sample].person;
    if (!person || !row.ok() || row.faces != 1) continue;
    const auto score = [&](const Eigen::RowVectorXf& vector) {
      return similarity(card.comparison,
                        clean.vectors.row(static_cast<Eigen::Index>(person->partner)).data(),
                        vector.data(), card.dim);
    };
    const double before = score(row.reading.vector);
    scores[std::string(to_string(row.decision))].add(before, threshold);
    if (!row.repair) continue;
    const std::string taken = row.decision == Decision::salvage ? "salvage" : "repair not enough";
    scores[taken + ", before"].add(before, threshold);
    scores[taken + ", after"].add(score(row.repair->vector), threshold);
  }
  print_scores(scores);
}

void run(const std::string& root, const std::string& groups, const std::string& calibration_file,
         const std::string& folder) {
  const TrustCalibration calibration = read_calibration(calibration_file);
  const Experiment lfw = clean_lfw(root, calibration.versions.model);
  const std::vector<Planted> planted = write_mixed_heap(lfw, people_of(lfw), groups, folder);
  const DataSet data = read_data_set(parse_data_option("images:" + folder));
  const TriageRequest request{calibration.keep, true, {calibration.detector, data.default_choice}};
  const auto start = std::chrono::steady_clock::now();
  const auto rows = triage(data, lfw.cards[0], calibration, request);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  print_confusion(rows, planted);
  print_mated_scores(rows, planted, lfw, calibration.threshold);
  fmt::print("\n{} files in {:.1f} s: {:.1f} a second, {} workers, kept from {:.2f}\n", planted.size(),
             spent.count(), static_cast<double>(planted.size()) / spent.count(), worker_count(0),
             request.keep);
}

}  // namespace
}  // namespace robench::heap

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr
        << "usage: triage_on_lfw ROOT GROUPS CALIBRATION.json HEAP\n"
           "ROOT holds LFW with pairs.txt, GROUPS photographs of several people; the heap is written "
           "to the\nfolder HEAP. The calibration must be of people of folds 1 to 3.\n";
    return 2;
  }
  try {
    robench::heap::run(argv[1], argv[2], argv[3], argv[4]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
