// SPDX-License-Identifier: Apache-2.0
// A model swap rehearsed with the program: the same model, a worse one, other data, and broken gate
// files.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "models/digest.h"
#include "reports/outcome_files.h"
#include "suites/gate_rules.h"
#include "suites/judge_candidate.h"
#include "tests/suites/program.h"
#include "tests/support/text.h"

namespace robench {
namespace {

using robench_test::ProgramResult;
using robench_test::Workplace;

const std::string kPerturb =
    "  - gamma: { severity: [3] }\n"
    "  - gaussian_noise: { severity: [5] }\n";

/// A run of the null model on generated heads, as `name`.
void run_null(const Workplace& place, const std::string& name, const std::string& extra = "",
              const std::vector<std::string>& options = {}) {
  place.write("suite.yaml", robench_test::null_suite("{ folders: faces }", kPerturb) +
                                "threshold: { from: data, fmr: 0.1 }\n" + extra);
  std::vector<std::string> arguments = {"suite", "suite.yaml", "--out", name};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const ProgramResult result = place.run(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

/// A planted run: `people` with one mated and one non-mated trial each, clean and two conditions.
LoadedRun planted(int people) {
  LoadedRun run;
  run.name = "base";
  run.record.seed = 1;
  run.outcomes.setting["seed"] = "1";
  run.outcomes.units = people;
  for (std::uint32_t person = 0; person < static_cast<std::uint32_t>(people); ++person) {
    for (int k = 0; k < 2; ++k) {
      run.outcomes.samples.push_back(std::to_string(2 * person + k));
      run.outcomes.unit.push_back(static_cast<int>(person));
      run.outcomes.half.push_back(0);
    }
    run.outcomes.trials.push_back({2 * person, 2 * person + 1, true, -1});
    run.outcomes.trials.push_back(
        {2 * person, (2 * person + 2) % static_cast<std::uint32_t>(2 * people), false, -1});
  }
  ModelOutcomes model;
  model.model = "m";
  model.identity = {{"weights_sha256", "w"}, {"card_sha256", "c"}, {"comparison", "cosine"}};
  model.threshold = {true, "", {0.5, 0.5}, 0.5};
  model.scale = {0.5, 40, true};
  for (const char* label : {"identity", "gamma@3", "motion_blur@3"}) {
    ConditionOutcomes condition;
    condition.stage = "crop";
    condition.label = condition.perturbation = label;
    condition.family = std::string(label) == "gamma@3" ? "lighting" : "blur";
    condition.clean = std::string(label) == "identity";
    for (int person = 0; person < people; ++person) {
      condition.scores.push_back(person % 20 == 0 ? 0.4F : 0.9F);  // FNMR 5 %
      condition.scores.push_back(0.1F);
    }
    condition.drift_deg.assign(run.outcomes.samples.size(), 5);
    condition.status.assign(run.outcomes.samples.size(), Status::ok);
    model.conditions.push_back(condition);
  }
  run.outcomes.models.push_back(model);
  return run;
}

/// The same with other weights: every score a hair off, and in `condition` the first `lost` of the
/// people who matched lost.
LoadedRun candidate_of(const LoadedRun& base, std::size_t condition, int lost) {
  LoadedRun run = base;
  run.name = "candidate";
  ModelOutcomes& model = run.outcomes.models[0];
  model.identity["weights_sha256"] = "other";
  for (ConditionOutcomes& each : model.conditions)
    for (float& score : each.scores) score += 1e-4F;
  auto& scores = model.conditions[condition].scores;
  for (std::size_t trial = 0; lost > 0; trial += 2)
    if (scores[trial] > 0.5F) scores[trial] = 0.3F, --lost;
  return run;
}

std::vector<std::string> names_of(const GateReport& report, GateVerdict verdict) {
  std::vector<std::string> names;
  for (const GateCheck& check : report.checks)
    if (check.verdict == verdict) names.push_back(check.name);
  return names;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("swap rehearsal: itself, as good, worse in one place, 30 pairs") {
    const LoadedRun base = planted(2000);
    const GateRules rules = default_gate_rules();
    const GateReport itself = judge_candidate(base, base, {{0, 0}}, rules);
    CHECK(itself.verdict() == GateVerdict::pass);
    CHECK(contains(itself.notes[0], "stay valid"));

    const GateReport as_good = judge_candidate(base, candidate_of(base, 0, 0), {{0, 0}}, rules);
    INFO(gate_text(as_good));
    CHECK(as_good.verdict() == GateVerdict::pass);
    CHECK(contains(as_good.notes[0], "enrolled again"));

    const GateReport worse = judge_candidate(base, candidate_of(base, 1, 100), {{0, 0}}, rules);
    CHECK(names_of(worse, GateVerdict::fail) ==
          std::vector<std::string>{"fnmr of m on crop gamma@3", "fnmr_drop_in of m on crop gamma@3"});
    CHECK(names_of(worse, GateVerdict::undecided).empty());
    CHECK(contains(gate_reason(worse), "Worst families: lighting (2 checks"));
    CHECK(contains(gate_reason(worse), "5.00 -> 10.00 %, loss +5.00 points"));

    const LoadedRun small = planted(30);
    const GateReport few = judge_candidate(small, candidate_of(small, 1, 2), {{0, 0}}, rules);
    CHECK(few.verdict() == GateVerdict::undecided);
    CHECK(contains(gate_reason(few), "needs about"));
    // However few: the same numbers pass.
    CHECK(judge_candidate(small, small, {{0, 0}}, rules).verdict() == GateVerdict::pass);
  }

  TEST_CASE("a model that the candidate lacks does not pass unseen") {
    const LoadedRun one = planted(200);
    LoadedRun two = one;
    two.outcomes.models.push_back(two.outcomes.models[0]);
    two.outcomes.models[1].model = "n";
    GateRules rules = default_gate_rules();
    const GateReport report = judge_candidate(two, one, {{0, 0}}, rules);
    CHECK(names_of(report, GateVerdict::fail) == std::vector<std::string>{"n"});
    CHECK(contains(gate_reason(report), "the candidate has not"));
    rules.missing_fails = false;
    CHECK(judge_candidate(two, one, {{0, 0}}, rules).verdict() == GateVerdict::pass);
    // Another name stands for it, or only one of two is asked for.
    CHECK(judge_candidate(one, two, {{0, 1}}, rules).verdict() == GateVerdict::pass);
    CHECK(judge_candidate(two, two, {{0, 0}}, default_gate_rules()).verdict() == GateVerdict::pass);
  }

  TEST_CASE("drop-in: a candidate on another scale fails at the baseline's threshold only") {
    const LoadedRun base = planted(1000);
    LoadedRun shifted = candidate_of(base, 0, 0);
    for (ConditionOutcomes& condition : shifted.outcomes.models[0].conditions)
      for (float& score : condition.scores) score -= 0.5F;
    shifted.outcomes.models[0].threshold = {true, "", {0.0, 0.0}, 0.0};
    const GateReport report = judge_candidate(base, shifted, {{0, 0}}, default_gate_rules());
    CHECK(names_of(report, GateVerdict::fail) ==
          std::vector<std::string>{"fnmr_drop_in of m on crop clean",
                                   "fnmr_drop_in of m on crop gamma@3",
                                   "fnmr_drop_in of m on crop motion_blur@3"});
    LoadedRun other_kind = shifted;
    other_kind.outcomes.models[0].identity["comparison"] = "euclidean";
    // Nobody asked: a note. A gate file asks: it does not pass.
    const GateReport by_default = judge_candidate(base, other_kind, {{0, 0}}, default_gate_rules());
    CHECK(by_default.verdict() == GateVerdict::pass);
    CHECK(contains(gate_text(by_default), "Not gated: m at the threshold of m."));
    const GateReport unlike = judge_candidate(
        base, other_kind, {{0, 0}},
        parse_gate_rules(
            "allow:\n  - { metric: fnmr, margin: 0.01 }\n  - { metric: fmr, margin: 0.01 }\n"
            "  - { metric: not_acquired_rate, margin: 0.01 }\n",
            "gate.yaml"));
    CHECK(names_of(unlike, GateVerdict::fail) == std::vector<std::string>{"drop-in of m"});
    // The file that is shown can be pasted, and says what is left to say.
    CHECK(unlike.gate_file ==
          "allow:\n  - { metric: fnmr, margin: 0.01 }\n  - { metric: fmr, margin: 0.01 }\n"
          "  - { metric: not_acquired_rate, margin: 0.01 }\nthreshold: own\n");
    CHECK(contains(gate_text(unlike), "gate.yaml"));
    CHECK(contains(gate_text(unlike), "\n\n" + unlike.gate_file));
    const GateRules pasted = parse_gate_rules(unlike.gate_file, "gate.yaml");
    CHECK(judge_candidate(base, other_kind, {{0, 0}}, pasted).verdict() == GateVerdict::pass);
    GateRules own = default_gate_rules();
    own.at_baseline_threshold = false;
    CHECK(judge_candidate(base, shifted, {{0, 0}}, own).verdict() == GateVerdict::pass);
  }

  TEST_CASE("data without mated pairs: a moved embedding does not pass") {
    LoadedRun base = planted(31);
    for (Trial& trial : base.outcomes.trials) trial.mated = false;
    LoadedRun moved = candidate_of(base, 0, 0);
    moved.outcomes.models[0].identity["weights_sha256"] = "w";  // a runtime that moves
    for (ConditionOutcomes& condition : moved.outcomes.models[0].conditions)
      for (float& angle : condition.drift_deg) angle += condition.clean ? 0.0F : 2.0F;
    const GateReport report = judge_candidate(base, moved, {{0, 0}}, default_gate_rules());
    CHECK(names_of(report, GateVerdict::fail) ==
          std::vector<std::string>{"drift_angle_deg of m on crop gamma@3",
                                   "drift_angle_deg of m on crop motion_blur@3"});
    CHECK(contains(gate_reason(report), "n 62 pictures (31 faces)"));
    CHECK(judge_candidate(base, base, {{0, 0}}, default_gate_rules()).verdict() == GateVerdict::pass);
    // Of twenty nobody can tell.
    LoadedRun few = planted(20);
    for (Trial& trial : few.outcomes.trials) trial.mated = false;
    LoadedRun few_moved = few;
    for (float& angle : few_moved.outcomes.models[0].conditions[1].drift_deg) angle += 2;
    const GateReport twenty = judge_candidate(few, few_moved, {{0, 0}}, default_gate_rules());
    CHECK(twenty.verdict() == GateVerdict::undecided);
    CHECK(contains(gate_reason(twenty), "too few faces for limits"));
  }

  TEST_CASE("data without mated pairs, another model: drift on each model's own scale, one rule") {
    LoadedRun base = planted(40);
    for (Trial& trial : base.outcomes.trials) trial.mated = false;
    LoadedRun other = candidate_of(base, 0, 0);
    other.outcomes.models[0].scale.distance = 0.2;  // the same angles are more of its distances
    const GateReport report = judge_candidate(base, other, {{0, 0}}, default_gate_rules());
    CHECK(names_of(report, GateVerdict::fail) ==
          std::vector<std::string>{"drift_relative of m on crop gamma@3",
                                   "drift_relative of m on crop motion_blur@3"});
    // A gate file in degrees meets the other model: it says why, and does not pass.
    const GateReport degrees = judge_candidate(
        base, other, {{0, 0}},
        parse_gate_rules("allow:\n  - { metric: drift_angle_deg, margin: 1 }\n", "g.yaml"));
    CHECK(degrees.verdict() == GateVerdict::undecided);
    CHECK(contains(gate_reason(degrees), "not on one scale; drift_relative is"));
  }

  TEST_CASE("rules: margins by condition, missing conditions, a line that concerns nothing") {
    const LoadedRun base = planted(2000);
    LoadedRun candidate = candidate_of(base, 1, 100);
    const GateRules wide = parse_gate_rules(
        "allow:\n  - { metric: fnmr, margin: 0.01 }\n  - { metric: fnmr, margin: 0.1, condition: "
        "\"gamma*\" }\n",
        "gate.yaml");
    CHECK(judge_candidate(base, candidate, {{0, 0}}, wide).verdict() == GateVerdict::pass);
    candidate.outcomes.models[0].conditions.pop_back();
    const GateReport missing = judge_candidate(base, candidate, {{0, 0}}, wide);
    CHECK(names_of(missing, GateVerdict::fail) == std::vector<std::string>{"m on crop motion_blur@3"});
    CHECK_THROWS_WITH_AS(
        static_cast<void>(judge_candidate(
            base, base, {{0, 0}},
            parse_gate_rules("allow:\n  - { metric: fnmr, margin: 0, condition: \"gama*\" }\n",
                             "g.yaml"))),
        doctest::Contains("g.yaml:2:5"), ConfigError);
  }

  TEST_CASE("a gate file written from rules reads back as they are") {
    const std::string text =
        "allow:\n  - { metric: fnmr, condition: \"*@5\", margin: 0.03 }\n"
        "vectors: { max_cosine_distance: 0.000001 }\n"
        "limits:\n  - { metric: \"fnmr@fmr=1e-3\", model: m, condition: \"identity\", max: 0.05 }\n"
        "threshold: baseline\nmissing: ignore\nundecided: pass\nconfidence: 0.99\n";
    CHECK(gate_rules_text(parse_gate_rules(text, "gate.yaml")) == text);
  }

  TEST_CASE("malformed gate files: every fault with its place") {
    const Workplace place;
    place.write("gate.yaml",
                "allow:\n"
                "  - { metric: fnmrr, margin: 0.01 }\n"
                "  - { metric: fnmr, margin: -1 }\n"
                "limits:\n"
                "  - { metric: fnmr }\n"
                "undecided: maybe\n"
                "treshold: own\n");
    const ProgramResult result =
        place.run({"gate", "--baseline", "a.json", "b.json", "--rules", "gate.yaml"});
    INFO(result.err);
    CHECK(result.exit_code == 2);
    for (const char* part : {"gate.yaml:2:15", "did you mean 'fnmr'?", "gate.yaml:3:29", "gate.yaml:5:5",
                             "gate.yaml:6:12", "gate.yaml:7:1", "did you mean 'threshold'?"})
      CHECK(contains(result.err, part));
  }

  TEST_CASE("compare and gate: a run beside itself, another seed, other data, a torn sidecar") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 6, 3);
    run_null(place, "a");
    const ProgramResult same = place.run({"compare", "a", "a/run.json"});
    INFO(same.out << same.err);
    CHECK(same.exit_code == 0);
    CHECK(contains(same.out, "fnmr [%], margin 1.00 points: 3 identical"));
    CHECK_FALSE(contains(same.out, "worse"));
    CHECK(contains(place.run({"compare", "a", "a", "--as", "markdown"}).out, "### `a` against `a`"));
    CHECK(contains(place.run({"compare", "a", "a", "--as", "csv"}).out, ",identical,"));
    const ProgramResult models = place.run({"compare", "a", "null_model", "null_model"});
    CHECK(contains(models.out, "null_model -> null_model"));
    CHECK(contains(models.out, "fnmr [%], margin 1.00 points: 3 identical"));
    CHECK(contains(models.out, "drift_angle_deg [deg], margin 1.00 deg: 2 identical"));
    CHECK(
        contains(place.run({"compare", "a", "null_model"}).err, "compared with another one of the run"));
    CHECK(contains(place.run({"compare", "dlib_resnet", "faceplugin"}).err,
                   "then: robench compare RUN dlib_resnet faceplugin"));
    CHECK(
        contains(place.run({"compare", "a", "null_model", "nobody"}).err, "'nobody' is no model of a"));

    const ProgramResult pass =
        place.run({"gate", "--baseline", "a", "a", "--junit", "junit.xml", "--github"});
    INFO(pass.out << pass.err);
    CHECK(pass.exit_code == 0);
    CHECK(contains(pass.out, "PASS: "));
    CHECK(contains(pass.out, "::notice title=robench gate::PASS"));
    CHECK(contains(place.read("junit.xml"), "failures=\"0\""));

    // A third photograph less: other data; nothing to pair.
    std::filesystem::remove_all(place.path() / "faces" / "subject_05");
    robench_test::write_generated_faces(place.path() / "faces/more", 1, 2);
    run_null(place, "b");
    const ProgramResult other = place.run({"compare", "a", "b"});
    CHECK(other.exit_code == 2);
    CHECK(contains(other.err, "data: "));
    CHECK(place.run({"gate", "--baseline", "a", "b"}).exit_code == 2);

    place.write("a/outcomes.npy", place.read("b/outcomes.npy"));
    const ProgramResult torn = place.run({"compare", "a", "a"});
    CHECK(torn.exit_code == 2);
    CHECK(contains(torn.err, "not the sidecar of this run"));
    std::filesystem::remove(place.path() / "a/outcomes.json");
    CHECK(contains(place.run({"compare", "a", "a"}).err, "sidecar is missing"));
  }

  TEST_CASE("private runs pair by keyed ids; their sidecars name nobody") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "faces", 4, 2);
    run_null(place, "open");
    run_null(place, "one", "", {"--private"});
    run_null(place, "two", "", {"--private"});
    CHECK(place.read("one/outcomes.json") == place.read("two/outcomes.json"));
    CHECK(place.read("one/outcomes.npy") == place.read("open/outcomes.npy"));
    CHECK(place.run({"gate", "--baseline", "one", "two"}).exit_code == 0);
    const auto open = nlohmann::json::parse(place.read("open/outcomes.json"));
    const auto keyed = nlohmann::json::parse(place.read("one/outcomes.json"));
    CHECK(open["samples"] != keyed["samples"]);
    CHECK(open["setting"]["data"] != keyed["setting"]["data"]);
    CHECK_FALSE(contains(place.read("one/outcomes.json"), ".png"));
    CHECK(place.run({"compare", "open", "one"}).exit_code == 2);
  }

  TEST_CASE("annotations and JUnit of a failed gate") {
    const LoadedRun base = planted(2000);
    const GateReport report =
        judge_candidate(base, candidate_of(base, 2, 100), {{0, 0}}, default_gate_rules());
    const std::string annotations = gate_annotations(report);
    CHECK(
        contains(annotations,
                 "::error title=fnmr of m on crop motion_blur@3::5.00 -> 10.00 %25, loss +5.00 points"));
    CHECK(contains(annotations, "::notice title=robench gate::FAIL: "));
    const std::string junit = gate_junit(report);
    CHECK(contains(junit, "failures=\"2\""));
    CHECK(contains(junit, "<failure type=\"fail\" message=\"5.00 -&gt; 10.00 %"));
    CHECK(contains(junit, "classname=\"robench gate.blur\""));
    CHECK(contains(junit, "<property name=\"note\" value=\"Stored templates"));
  }

  TEST_CASE("what was let through says so, with its numbers") {
    const LoadedRun base = planted(60);
    GateReport report = judge_candidate(base, candidate_of(base, 2, 3), {{0, 0}}, default_gate_rules());
    REQUIRE(report.verdict() == GateVerdict::undecided);
    report.undecided_passes = true;
    CHECK(contains(gate_reason(report), "UNDECIDED, which was let through: "));
    const std::string junit = gate_junit(report);
    CHECK(contains(junit, "failures=\"0\""));
    CHECK(contains(junit, "<skipped message=\"5.00 -&gt; "));
  }

  TEST_CASE("the gate as Markdown: verdict, stored templates, then a table") {
    const LoadedRun base = planted(2000);
    const std::string text =
        gate_markdown(judge_candidate(base, candidate_of(base, 2, 100), {{0, 0}}, default_gate_rules()));
    CHECK(text.starts_with("### Gate: FAIL\n\nm (candidate) does not replace m"));
    CHECK(contains(text, "\n\nStored templates"));
    CHECK(contains(text, "\n| `fnmr of m on crop motion_blur@3` "));
    CHECK(contains(text, "| 5.00 -> 10.00 %, loss +5.00 points"));
  }
}

}  // namespace robench
