// SPDX-License-Identifier: Apache-2.0
// `robench metrics` and `robench plan --power` as they are typed: what they print, how they end, and
// what they make of files that are broken or lie.
#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/store.h"
#include "tests/suites/program.h"
#include "tests/support/text.h"

using robench::contains;
using robench_test::ProgramResult;
using robench_test::Workplace;

namespace {

using Arguments = std::vector<std::string>;

void check_fails(const Workplace& place, const Arguments& arguments, const std::string& message) {
  const ProgramResult result = place.run(arguments);
  INFO(arguments[1] << ": " << result.out << result.err);
  CHECK(result.exit_code == 2);
  CHECK(result.out.empty());
  CHECK(contains(result.err, message));
}

/// 40 people with one mated and one non-mated score each; four mated scores of 0.2, two non-mated of
/// 0.8.
std::string scores_csv() {
  std::string text = "score,mated,reference_subject,probe_subject,group\n";
  for (int u = 0; u < 40; ++u) {
    const char* group = u % 2 == 0 ? "young" : "old";
    text += fmt::format("{},1,s{},s{},{}\n", u < 4 ? 0.2 : 0.9 + 0.001 * u, u, u, group);
    text += fmt::format("{},0,s{},s{},{}\n", u < 2 ? 0.8 : 0.1 + 0.001 * u, u, (u + 2) % 40, group);
  }
  return text;
}

/// The value of one measure as --as json prints it.
nlohmann::json measure(const ProgramResult& result, const std::string& name,
                       const std::string& group = "") {
  for (const auto& one : nlohmann::json::parse(result.out))
    if (one["measure"] == name && one.value("group", "") == group) return one;
  FAIL("no measure " << name);
  return {};
}

/// Three pictures of each of 20 people on a circle, and who is who.
void write_embeddings(const Workplace& place) {
  robench::EmbeddingMatrix vectors(60, 2);
  robench::EmbeddingMatrix turned(60, 2);
  std::string who = "id,subject\n";
  for (int i = 0; i < 60; ++i) {
    const int person = i / 3;
    const double angle = 0.3 * person + 0.001 * (i % 3);
    vectors.row(i) << static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle));
    turned.row(i) << static_cast<float>(std::cos(angle + 0.1)),
        static_cast<float>(std::sin(angle + 0.1));
    who += fmt::format("p{},s{}\n", i, person);
  }
  place.write("clean.npy", robench::npy_bytes(vectors));
  place.write("turned.npy", robench::npy_bytes(turned));
  place.write("who.csv", who);
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("metrics: rates of scores by hand, of all and of each group, in three formats") {
    const Workplace place;
    place.write("scores.csv", scores_csv());
    const ProgramResult json =
        place.run({"metrics", "scores.csv", "--threshold", "0.5", "--as", "json"});
    INFO(json.err);
    REQUIRE(json.exit_code == 0);
    CHECK(measure(json, "fnmr")["value"] == 0.1);
    CHECK(measure(json, "fnmr")["n"] == 40);
    CHECK(measure(json, "fnmr")["ci95"].size() == 2);
    CHECK(measure(json, "fmr")["value"] == 0.05);
    CHECK(measure(json, "fnmr", "young")["value"] == 0.1);
    CHECK(measure(json, "fmr", "old")["value"] == 0.05);
    CHECK(measure(json, "auc")["value"] ==
          doctest::Approx(1 - 4 * 2 / 1600.0));  // 0.2 beats all but 0.8
    CHECK(measure(json, "fnmr@fmr=1e-2")["value"].is_null());
    CHECK(contains(measure(json, "fnmr@fmr=1e-2")["note"].get<std::string>(), "below 1"));

    const ProgramResult csv = place.run({"metrics", "scores.csv", "--threshold", "0.5", "--as", "csv"});
    CHECK(csv.exit_code == 0);
    CHECK(csv.out.starts_with(
        "group,measure,value,unit,n,ci95_low,ci95_high,better,note\n,fmr,0.05,share,40,"));
    const ProgramResult table = place.run({"metrics", "scores.csv", "--threshold", "0.5"});
    CHECK(contains(table.out, "\ngroup young\n"));
    CHECK(contains(table.out, "n/a"));
    // The same people, the same resamples: the same bytes.
    CHECK(place.run({"metrics", "scores.csv", "--threshold", "0.5", "--as", "json"}).out == json.out);
  }

  TEST_CASE("metrics: one threshold for everybody, whoever the group is") {
    const Workplace place;
    std::string text = "score,mated,reference_subject,probe_subject,sex,age\n";
    for (int u = 0; u < 80; ++u) {
      // Strangers of m reach -0.005 (u), those of f stand 0.2 above: nearly all false matches are
      // theirs.
      const bool f = u % 2 == 0;
      for (int k = 1; k < 8; ++k)
        text += fmt::format("{},no,s{},s{},{},\n", (f ? 0.2 : 0) - 0.001 * (u * 7 + k), u,
                            (u + 2 * k) % 80, f ? "f" : "m");
      text += fmt::format("{},yes,s{},s{},{},\n", u % 8 == 1 ? -0.9 : 0.9, u, u, f ? "f" : "m");
    }
    text += "0.9,yes,x,x,other,\n";
    place.write("scores.csv", text);
    const ProgramResult result =
        place.run({"metrics", "scores.csv", "--group", "sex", "--fmr", "0.05", "--as", "json"});
    REQUIRE(result.exit_code == 0);
    CHECK(contains(result.err, "note: columns passed over: age\n"));
    CHECK_FALSE(contains(result.err, "warning"));
    const auto value = [&](const std::string& name, const std::string& group) {
      return measure(result, name, group)["value"].get<double>();
    };
    // 560 non-mated scores, 28 of them accepted.
    CHECK(value("fmr@fmr=0.05", "f") == doctest::Approx(28.0 / 280));
    CHECK(value("fmr@fmr=0.05", "m") == 0);
    CHECK(value("fmr_difference@fmr=0.05", "f - m") == doctest::Approx(0.1));
    CHECK(value("fnmr@fmr=0.05", "f") == 0);
    CHECK(value("fnmr_difference@fmr=0.05", "f - m") == doctest::Approx(-0.25));
    CHECK(measure(result, "fnmr_difference@fmr=0.05", "f - m")["ci95"][1] < 0);
    const auto note = [&](const std::string& name, const std::string& group) {
      return measure(result, name, group)["note"].get<std::string>();
    };
    CHECK(contains(note("fnmr@fmr=0.05", "m"), "everybody's threshold "));
    CHECK(contains(note("eer", "m"), "the group's own"));
    CHECK(note("fnmr@fmr=0.05", "other") == "other: 1 subjects with mated scores, fewer than 10");
    CHECK(value("fdr@fmr=0.05", "") == doctest::Approx(1 - (0.1 + 0.25) / 2));
    CHECK(contains(note("fdr@fmr=0.05", ""), "other left out"));
    check_fails(place, {"metrics", "scores.csv", "--group", "gender"}, "no column 'gender'");
    check_fails(place, {"metrics", "scores.csv", "--fmr", "5"}, "--fmr must lie between 0 and 1");
  }

  TEST_CASE("metrics: distances taken for similarities are told, d' has a sign") {
    const Workplace place;
    std::string text = "score,mated,gender\n";
    for (int u = 0; u < 40; ++u) text += fmt::format("{},1,f\n{},0,m\n", 0.2 + 0.01 * u, 0.8 + 0.01 * u);
    place.write("distances.csv", text);
    const ProgramResult wrong = place.run({"metrics", "distances.csv", "--as", "json"});
    REQUIRE(wrong.exit_code == 0);
    CHECK(contains(wrong.err, "warning: mated scores lie below non-mated ones"));
    CHECK(contains(wrong.err, "--lower-is-better"));
    CHECK(contains(wrong.err, "note: columns passed over: gender; rates by group: --group COLUMN"));
    CHECK(measure(wrong, "d_prime")["value"] < -5);
    const ProgramResult right =
        place.run({"metrics", "distances.csv", "--lower-is-better", "--as", "json"});
    CHECK_FALSE(contains(right.err, "warning"));
    CHECK(measure(right, "d_prime")["value"] > 5);
  }

  TEST_CASE("metrics: a column of qualities gives error versus discard") {
    const Workplace place;
    std::string text = "score,mated,reference_subject,probe_subject,quality\n";
    for (int u = 0; u < 40; ++u) {
      // Four errors of quality 10; one right comparison was not assessed and goes first.
      text += fmt::format("{},1,s{},s{},{}\n", u < 4 ? 0.2 : 0.9, u, u,
                          u == 39 ? "-1" : std::to_string(u < 4 ? 10 : 20 + u));
      text += fmt::format("{},0,s{},s{},\n", u < 2 ? 0.8 : 0.1, u, (u + 2) % 40);
    }
    place.write("scores.csv", text);
    const ProgramResult result =
        place.run({"metrics", "scores.csv", "--threshold", "0.5", "--as", "json"});
    REQUIRE(result.exit_code == 0);
    const double area = 0.1 / 40 + 4.0 / 39 * 4 / 40;
    CHECK(measure(result, "fnmr_discard_area@0.3")["value"] == doctest::Approx(area));
    CHECK(measure(result, "fnmr_discard_ratio@0.3")["value"] == doctest::Approx(area / 0.03));
    CHECK(measure(result, "fnmr_discard_ratio@0.3")["n"] == 40);
    CHECK(measure(result, "fnmr_discard_ratio@0.3")["ci95"].size() == 2);
    CHECK(measure(result, "fmr_discard_ratio@0.3")["value"] == doctest::Approx(1));  // none is known
    const ProgramResult own = place.run({"metrics", "scores.csv", "--as", "json"});
    CHECK(contains(measure(own, "fnmr_discard_gain@0.3")["note"].get<std::string>(), "below 1"));
    place.write("broken.csv", "score,mated,quality\n0.5,1,good\n");
    check_fails(place, {"metrics", "broken.csv"}, "broken.csv:2:7: error: 'good' is not a quality");
  }

  TEST_CASE("metrics: distances are scores upside down") {
    const Workplace place;
    place.write("scores.csv", scores_csv());
    std::string distances = "score,mated,reference_subject,probe_subject\n";
    for (int u = 0; u < 40; ++u) {
      distances += fmt::format("{},1,s{},s{}\n", u < 4 ? 0.8 : 0.1 - 0.001 * u, u, u);
      distances += fmt::format("{},0,s{},s{}\n", u < 2 ? 0.2 : 0.9 - 0.001 * u, u, (u + 2) % 40);
    }
    place.write("distances.csv", distances);
    const ProgramResult result = place.run(
        {"metrics", "distances.csv", "--lower-is-better", "--threshold", "0.5", "--as", "json"});
    REQUIRE(result.exit_code == 0);
    CHECK(measure(result, "fnmr")["value"] == 0.1);
    CHECK(contains(measure(result, "fnmr")["note"].get<std::string>(), "threshold 0.5 as given"));
    CHECK(measure(result, "fmr")["value"] == 0.05);
  }

  TEST_CASE("metrics: one kind of score alone is refused in words, not an error") {
    const Workplace place;
    place.write("mated.csv", "score,mated\n0.5,1\n0.6,1\n");
    const ProgramResult result = place.run({"metrics", "mated.csv", "--as", "json"});
    REQUIRE(result.exit_code == 0);
    CHECK(measure(result, "auc")["value"].is_null());
    CHECK(measure(result, "auc")["note"] == "no non-mated scores");
    place.write("one.csv", "score,mated\n0.5,0\n");
    CHECK(place.run({"metrics", "one.csv"}).exit_code == 0);
  }

  TEST_CASE("metrics: embeddings, and beside perturbed ones") {
    const Workplace place;
    write_embeddings(place);
    const ProgramResult result = place.run({"metrics", "clean.npy", "--subjects", "who.csv", "--probes",
                                            "turned.npy", "--fmr", "0.1", "--as", "json"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(measure(result, "drift_angle_deg")["value"] == doctest::Approx(5.7296).epsilon(1e-4));
    CHECK(measure(result, "drift_angle_deg")["n"] == 60);
    CHECK(measure(result, "auc")["n"] == 60 + 60 * 57 / 2);
    CHECK(measure(result, "template_fnmr")["n"] == 60);
    const ProgramResult alone =
        place.run({"metrics", "clean.npy", "--subjects", "who.csv", "--as", "csv"});
    CHECK(alone.exit_code == 0);
    CHECK_FALSE(contains(alone.out, "drift"));
  }

  TEST_CASE("metrics: embeddings that are not finite are counted, not fatal") {
    const Workplace place;
    write_embeddings(place);
    auto vectors = *robench::parse_npy(place.read("clean.npy"));
    vectors(7, 0) = std::numeric_limits<float>::quiet_NaN();
    vectors(8, 1) = std::numeric_limits<float>::infinity();
    vectors.row(9).setZero();
    place.write("holes.npy", robench::npy_bytes(vectors));
    const ProgramResult result = place.run(
        {"metrics", "holes.npy", "--subjects", "who.csv", "--compare", "euclidean", "--as", "json"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(contains(measure(result, "auc")["note"].get<std::string>(),
                   "left out (a sample was not acquired)"));
  }

  TEST_CASE("metrics: files that are broken or lie") {
    const Workplace place;
    write_embeddings(place);
    const auto scores = [&](const std::string& text, const std::string& message) {
      place.write("x.csv", text);
      check_fails(place, {"metrics", "x.csv"}, message);
    };
    check_fails(place, {"metrics", "nowhere.csv"}, "nowhere.csv: error: cannot read this file");
    check_fails(place, {"metrics", "."}, "cannot read this file");
    scores("", "the file is empty");
    scores(std::string("\0\1\2\xff\n\n", 6), "no column 'score'");
    scores("score,mated\n1e999,1\n", "x.csv:2:1: error: '1e999' is not a finite number");
    scores("score,mated\n1,1\n-inf,0\n", "x.csv:3:1: error: '-inf' is not a finite number");
    scores("score,mated\n0x1p3,1\n", "'0x1p3' is not a finite number");
    scores("score,score,mated\n1,1,1\n", "column 'score' stands twice");
    scores("score,mated\n\"1,1\n", "a quote that is not closed");
    scores("score,mated\n" + std::string(100'000, ',') + "\n", "100001 cells, the header has 2");
    scores("score,mated,fold\n1,1,99999999999999999999\n", "is not a fold");

    const auto embeddings = [&](const std::string& bytes, const std::string& message) {
      place.write("x.npy", bytes);
      check_fails(place, {"metrics", "x.npy", "--subjects", "who.csv"}, message);
    };
    const std::string good = place.read("clean.npy");
    const auto with = [&](const std::string& from, const std::string& to) {
      std::string bytes = good;
      return bytes.replace(bytes.find(from), from.size(), to);
    };
    const std::string kNoMatrix = "not a NumPy file of 32-bit floats";
    embeddings("", kNoMatrix);
    embeddings("PK\3\4 an archive", kNoMatrix);
    embeddings(good.substr(0, good.size() - 1), kNoMatrix);
    embeddings(good.substr(0, 9), kNoMatrix);
    embeddings(with("<f4", "<f8"), kNoMatrix);
    embeddings(with("False", "True "), kNoMatrix);
    embeddings(with("(60, 2)", "(99, 2)"), kNoMatrix);
    embeddings(with("(60, 2), }     ", "(2147483647, 2)"), kNoMatrix);  // more than memory, in 200 bytes
    embeddings(robench::npy_bytes(robench::EmbeddingMatrix(0, 2)), "a matrix of 0 x 2");
    embeddings(robench::npy_bytes(robench::EmbeddingMatrix::Ones(59, 2)), "60 lines for 59 embeddings");
  }

  TEST_CASE("metrics: options that do not fit") {
    const Workplace place;
    write_embeddings(place);
    place.write("scores.csv", scores_csv());
    place.write("small.npy", robench::npy_bytes(robench::EmbeddingMatrix::Ones(60, 3)));
    check_fails(place, {"metrics", ""}, "cannot read this file");
    check_fails(place, {"metrics", "--as", "csv"}, "FILE");
    check_fails(place, {"metrics", "scores.csv", "--as", "tabel"}, "did you mean 'table'?");
    check_fails(place, {"metrics", "scores.csv", "--threshold", "half"}, "threshold");
    check_fails(place, {"metrics", "scores.csv", "--tresh", "1"}, "--tresh");
    check_fails(place, {"metrics", "clean.npy"}, "embeddings need --subjects FILE.csv");
    check_fails(place, {"metrics", "clean.npy", "--subjects", "scores.csv"}, "no column 'id'");
    check_fails(place, {"metrics", "clean.npy", "--subjects", "who.csv", "--fmr", "1.5"},
                "--fmr must lie between 0 and 1");
    check_fails(place, {"metrics", "clean.npy", "--subjects", "who.csv", "--compare", "cosin"},
                "did you mean 'cosine'?");
    check_fails(place, {"metrics", "clean.npy", "--subjects", "who.csv", "--probes", "small.npy"},
                "60 x 3 vectors, the references are 60 x 2");
  }

  TEST_CASE("plan --power: what the data can decide, by hand") {
    const Workplace place;
    const auto pictures = [&](const char* folder, int people, int each) {
      for (int p = 0; p < people; ++p) {
        const auto of_person = place.path() / folder / fmt::format("person{:03}", p);
        std::filesystem::create_directories(of_person);
        for (int k = 0; k < each; ++k)  // nothing is decoded
          place.write(fmt::format("{}/person{:03}/{}.png", folder, p, k), "");
      }
    };
    pictures("many", 100, 2);
    pictures("alone", 30, 1);
    place.write("suite.yaml",
                robench_test::null_suite("{ folders: many }", "  - gamma: { severity: [3] }\n"));
    const ProgramResult many = place.run({"plan", "suite.yaml", "--power"});
    INFO(many.err);
    REQUIRE(many.exit_code == 0);
    // 200 pictures: 200 * 199 / 2 and, of each half, 100 * 99 / 2 comparisons; 30 / 4,950 and 3 / 100.
    CHECK(contains(
        many.out,
        "100 subjects, 100 mated trials, about 19,900 non-mated comparisons, 4,950 in each half"));
    CHECK(contains(many.out, "smallest FMR with 30 false accepts in a half: 0.0061"));
    CHECK(contains(many.out,
                   "design effect 1.00 (1 mated trials a subject, correlation 0.5 assumed): worth 100"));
    CHECK(contains(many.out, "FNMR below 0.03 (rule of three)"));
    CHECK(contains(many.out, "mated trials for +- 1 point at FNMR 0.05: 1825"));
    CHECK_FALSE(contains(place.run({"plan", "suite.yaml"}).out, "power"));

    place.write("alone.yaml",
                robench_test::null_suite("{ folders: alone }", "  - gamma: { severity: [3] }\n"));
    const ProgramResult alone = place.run({"plan", "alone.yaml", "--power"});
    REQUIRE(alone.exit_code == 0);
    CHECK(contains(alone.out, "no mated trial: nothing can be said of FNMR"));
    check_fails(place, {"plan", "suite.yaml", "--powr"}, "did you mean '--power'?");
    check_fails(place, {"plan", "nowhere.yaml", "--power"}, "nowhere.yaml");
  }
}
