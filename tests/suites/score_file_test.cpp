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
    (void)read_scores(place.path() / "scores.csv", false);
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
    const auto tables = read_scores(place.path() / "s.csv", false);
    REQUIRE(tables.size() == 3);
    const ScoreTable& all = tables.at("");
    REQUIRE(all.trials.size() == 3);
    CHECK(all.units == 3);
    CHECK(all.folds == std::vector<int>{0, 1, -1});
    CHECK(all.trials[0].mated);
    CHECK(all.trials[0].unit_a == all.trials[0].unit_b);
    CHECK(all.trials[1].unit_a == all.trials[0].unit_a);
    CHECK(all.trials[2].score == -1e-3);
    CHECK(tables.at("x, y").trials.size() == 1);
    CHECK(tables.at("z").units == 2);
    CHECK(all.units_note.empty());
    CHECK(read_scores(place.path() / "s.csv", true).at("").trials[0].score == -0.9);
  }

  TEST_CASE("scores without subjects stand for themselves, and the note says so") {
    const robench_test::Workplace place;
    place.write("s.csv", "score,mated\n1,1\n0,0\n");
    const auto tables = read_scores(place.path() / "s.csv", false);
    CHECK(tables.at("").units == 2);
    CHECK(tables.at("").units_note.find("independent") != std::string::npos);
  }

  TEST_CASE("faults in scores are named with their place") {
    check_names("", "the file is empty");
    check_names("score,mated\n", "no scores below the header");
    check_names("score,matted\n1,1\n", "no column 'mated'");
    check_names("score,mated,reference_subject\n", "one of reference_subject and probe_subject");
    check_names("score,mated\n0.1,1\nx,0\n", "scores.csv:3:1: error: 'x' is not a finite number");
    check_names("score,mated\nnan,1\n", "not a finite number");
    check_names("score,mated\n0.5,maybe\n", "scores.csv:2:5: error: 'maybe' is neither 1 nor 0");
    check_names("score,mated\n1,2,3\n", "3 cells, the header has 2");
    check_names("score,mated\n\"1,1\n", "a quote that is not closed");
    check_names("score,mated,fold\n1,1,-2\n", "'-2' is not a fold");
    check_names("score,mated,reference_subject,probe_subject\n1,1,a,b\n",
                "a mated comparison of two subjects");
    check_names("score,mated,reference_subject,probe_subject\n1,0,a,a\n",
                "a non-mated comparison of one");
    check_names("score,mated,reference_subject,probe_subject\n1,0,a,\n", "an empty probe_subject");
    CHECK_THROWS_AS((void)read_scores("/nowhere/s.csv", false), ConfigError);
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
