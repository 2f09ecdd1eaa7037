// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <doctest/doctest.h>

#include "perturb/error.h"
#include "suites/embedding_file.h"
#include "suites/score_file.h"
#include "tests/suites/program.h"

namespace robench {
namespace {

/// All complaints about a file of scores, in one text.
std::string faults_of(const std::string& text) {
  const robench_test::Workplace place;
  place.write("scores.csv", text);
  try {
    (void)read_scores(place.path() / "scores.csv");
  } catch (const ConfigError& error) {
    std::string all;
    for (const Diagnostic& diagnostic : error.diagnostics()) all += to_string(diagnostic) + "\n";
    return all;
  }
  return "";
}

void check_names(const std::string& text, const std::string& part) {
  const std::string faults = faults_of(text);
  CHECK_MESSAGE(faults.find(part) != std::string::npos, faults);
}

TEST_SUITE("suites") {
  TEST_CASE("scores: subjects, folds and groups, columns in any order") {
    const robench_test::Workplace place;
    place.write("s.csv",
                "fold,mated,score,reference_subject,probe_subject,group,remark\r\n"
                "0,1,0.9,ada,ada,\"x, y\",fine\r\n1,0,0.2,ada,bob,,\r\n\r\n,false,-1e-3,bob,cyd,z,\"a "
                "\"\"b\"\"\"\r\n");
    const ScoreFile read = read_scores(place.path() / "s.csv");
    const ScoreTable& all = read.scores.all;
    REQUIRE(all.trials.size() == 3);
    CHECK(all.units == 3);
    CHECK(all.folds == std::vector<int>{0, 1, -1});
    CHECK(all.trials[0].mated);
    CHECK(all.trials[0].unit_a == all.trials[0].unit_b);
    CHECK(all.trials[1].unit_a == all.trials[0].unit_a);
    CHECK(all.trials[2].score == -1e-3);
    CHECK(read.scores.groups == std::vector<std::string>{"x, y", "z"});
    CHECK(read.scores.of_trial == std::vector<int>{0, -1, 1});
    CHECK(read.scores.table_of(0).trials.size() == 1);
    CHECK(read.scores.table_of(1).units == 2);
    CHECK(read.without_group == 1);
    CHECK(read.passed_over == std::vector<std::string>{"remark"});
    CHECK(all.units_note.empty());
    CHECK(read_scores(place.path() / "s.csv", {true, "group"}).scores.all.trials[0].score == -0.9);
    CHECK(read_scores(place.path() / "s.csv", {false, "remark"}).scores.groups.front() == "a \"b\"");
  }

  TEST_CASE("scores: every word for mated and non-mated") {
    const robench_test::Workplace place;
    place.write("s.csv",
                "score,mated\n1,yes\n1,genuine\n1,mated\n1,true\n0,no\n0,impostor\n0,non-mated\n0,"
                "false\n");
    const auto trials = read_scores(place.path() / "s.csv").scores.all.trials;
    REQUIRE(trials.size() == 8);
    for (std::size_t i = 0; i < trials.size(); ++i) CHECK(trials[i].mated == (i < 4));
  }

  TEST_CASE("scores without subjects stand for themselves, and the note says so") {
    const robench_test::Workplace place;
    place.write("s.csv", "score,mated\n1,1\n0,0\n");
    const ScoreTable all = read_scores(place.path() / "s.csv").scores.all;
    CHECK(all.units == 2);
    CHECK(all.units_note.find("independent") != std::string::npos);
  }

  TEST_CASE("faults in scores are named with their place") {
    check_names("", "the file is empty");
    check_names("score,mated\n", "no scores below the header");
    check_names("score,matted\n1,1\n", "no column 'mated'");
    check_names("score,mated,reference_subject\n", "one of reference_subject and probe_subject");
    check_names("score,mated\n0.1,1\nx,0\n", "scores.csv:3:1: error: 'x' is not a finite number");
    check_names("score,mated\nnan,1\n", "not a finite number");
    check_names("score,mated\n0.5,maybe\n",
                "scores.csv:2:5: error: 'maybe' is neither mated nor non-mated");
    check_names("score,mated\n0.5,maybe\n", "1, true, yes, mated or genuine");
    check_names("score;mated\n0.5;1\n", "by commas, not by ';'");
    check_names("score,mated,group\n0.5,1,f\n0.4,1\n",
                "scores.csv:3:1: error: 2 cells, the header has 3");
    std::string names = "score,mated,group\n";
    for (int i = 0; i < 21; ++i) names += "1,1,g" + std::to_string(i) + "\n";
    check_names(names, "column 'group' makes 21 groups, more than 20");
    check_names("score,mated\n1,2,3\n", "3 cells, the header has 2");
    check_names("score,mated\n\"1,1\n", "a quote that is not closed");
    check_names("score,mated,fold\n1,1,-2\n", "'-2' is not a fold");
    check_names("score,mated,reference_subject,probe_subject\n1,1,a,b\n",
                "a mated comparison of two subjects");
    check_names("score,mated,reference_subject,probe_subject\n1,0,a,a\n",
                "a non-mated comparison of one");
    check_names("score,mated,reference_subject,probe_subject\n1,0,a,\n", "an empty probe_subject");
    CHECK_THROWS_AS((void)read_scores("/nowhere/s.csv"), ConfigError);
  }

  TEST_CASE("subjects of embeddings: one line for each row") {
    const robench_test::Workplace place;
    place.write("who.csv", "id,subject,session,age\n1,ada,s,30\n2,bob,,31\n");
    const auto samples = read_subjects(place.path() / "who.csv", 2);
    CHECK(samples[0].subject == "ada");
    CHECK(samples[0].session == "s");
    CHECK(samples[1].groups.at("age") == "31");
    CHECK_THROWS_AS((void)read_subjects(place.path() / "who.csv", 3), ConfigError);
    place.write("twice.csv", "id,subject\n1,ada\n1,bob\n");
    CHECK_THROWS_AS((void)read_subjects(place.path() / "twice.csv", 2), ConfigError);
    place.write("x.npy", "no matrix");
    CHECK_THROWS_AS((void)read_embeddings(place.path() / "x.npy"), ConfigError);
  }
}

}  // namespace
}  // namespace robench
