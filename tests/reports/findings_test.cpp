// SPDX-License-Identifier: Apache-2.0
#include "reports/findings.h"

#include <doctest/doctest.h>

#include "tests/reports/example_run.h"
#include "tests/support/text.h"

namespace robench {
namespace {

void set_interval(RunRecord& run, const std::string& model, const std::string& label,
                  const std::string& measure, double value, double low, double high) {
  Measure& found = tests::measure_of(tests::cell_of(run, model, "crop", label), measure);
  found.value = value;
  found.ci95 = Interval{low, high};
}

/// The finding that has `part`; "" when there is none.
std::string finding_with(const RunRecord& run, const std::string& part) {
  for (const std::string& sentence : findings(run))
    if (contains(sentence, part)) return sentence;
  return "";
}

TEST_SUITE("reports") {
  TEST_CASE("findings: three to five sentences whatever the run") {
    RunRecord clean_only = tests::example_run();
    clean_only.cells.resize(1);
    RunRecord no_measures = tests::example_run();
    for (CellRecord& cell : no_measures.cells) cell.measures.clear();
    for (const RunRecord& run : {tests::example_run(), tests::example_run_without_pairs(), RunRecord{},
                                 clean_only, no_measures}) {
      const auto sentences = findings(run);
      REQUIRE((sentences.size() >= 3 && sentences.size() <= 5));
      for (const std::string& sentence : sentences) {
        CAPTURE(sentence);
        CHECK(sentence.back() == '.');
        CHECK(sentence.find(". ") == std::string::npos);  // one sentence each
        CHECK_FALSE(contains(sentence, "nan"));
      }
    }
  }

  TEST_CASE("findings 1: the worst condition of each family, per model, with drift and rate") {
    const auto sentence = findings(tests::example_run())[0];
    CHECK(contains(sentence,
                   "within lighting, `side_light@5 direction=right` moves dlib_resnet most, by 31.4 deg "
                   "[30.5, 32.3] (FNMR 25.6 % [23.5, 27.6]), and faceplugin, by 23.6 deg"));
    CHECK(contains(sentence, "blur, noise and chain have one condition each"));
  }

  TEST_CASE("findings 1: models with different worst conditions, and one that cannot be told") {
    RunRecord run = tests::example_run();
    set_interval(run, "faceplugin", "gamma@5", "drift_angle_deg", 24.0, 23.0, 25.0);
    const auto sentence = findings(run)[0];
    CHECK(contains(sentence, "`gamma@5` moves faceplugin most, by 24.0 deg [23.0, 25.0]"));
    CHECK(contains(sentence, "cannot be told from `side_light@5 direction=right`"));
    CHECK(contains(sentence, "`side_light@5 direction=right` moves dlib_resnet most"));
  }

  TEST_CASE("findings 1: says when drift is of the few faces that were still found") {
    const auto sentence_at = [](double lost, double lost_clean) {
      RunRecord run = tests::example_run();
      for (const char* label : {"side_light@5 direction=right", "identity"}) {
        Measure& failure = tests::measure_of(tests::cell_of(run, "dlib_resnet", "crop", label),
                                             "failure_to_acquire_rate");
        failure.value = label == std::string("identity") ? lost_clean : lost;
      }
      return findings(run)[0];
    };
    CHECK(contains(
        sentence_at(0.497, 0.003),
        "`side_light@5 direction=right` moves dlib_resnet most, by 31.4 deg [30.5, 32.3] (of the "
        "faces that were found: 49.7 % failed to acquire; FNMR 25.6 % [23.5, 27.6])"));
    CHECK_FALSE(contains(sentence_at(0.05, 0.003), "failed to acquire"));
    // Lost before the condition was applied: the third sentence speaks of those.
    CHECK_FALSE(contains(sentence_at(0.497, 0.497), "failed to acquire"));
  }

  TEST_CASE("findings 1: a single condition is no worst") {
    RunRecord run = tests::example_run();
    std::vector<CellRecord> kept;
    for (const CellRecord& cell : run.cells) {
      if (cell.stage == "crop" && (cell.label == "identity" || cell.label == "gamma@3"))
        kept.push_back(cell);
    }
    run.cells = kept;
    CHECK(
        findings(run)[0] ==
        "At the crop stage, within lighting, `gamma@3` moves dlib_resnet, by 9.6 deg [9.3, 9.9] (FNMR "
        "3.2 % [2.2, 4.2]), and faceplugin, by 7.2 deg [7.0, 7.4] (FNMR 2.2 % [1.3, 3.1]); lighting has "
        "one condition only.");
  }

  TEST_CASE("findings 2: only what the intervals permit") {
    RunRecord run = tests::example_run();
    // Planted: faceplugin separably lower under three conditions, dlib_resnet under one, else equal.
    for (const char* label :
         {"gamma@1", "gamma@3", "gamma@5", "side_light@5 direction=left", "side_light@5 direction=right",
          "motion_blur length=0.2", "sensor_noise@2", "gamma@3+motion_blur@2"}) {
      for (const std::string& model : run.models)
        set_interval(run, model, label, "fnmr", 0.05, 0.04, 0.06);
    }
    CHECK(contains(findings(run)[1], "cannot tell which model is the lowest under any of 8 conditions"));
    for (const char* label : {"gamma@1", "gamma@3", "gamma@5"}) {
      set_interval(run, "dlib_resnet", label, "fnmr", 0.09, 0.07, 0.1);
    }
    set_interval(run, "faceplugin", "sensor_noise@2", "fnmr", 0.2, 0.15, 0.25);
    CHECK(findings(run)[1] ==
          "By FNMR, dlib_resnet is the lowest under 1 condition; faceplugin is the lowest under 3 "
          "conditions; cannot tell under the other 4, where the 95 % intervals overlap or are missing; "
          "the "
          "widest gap is 5.0 % [4.0, 6.0] for dlib_resnet against 20.0 % [15.0, 25.0] for faceplugin at "
          "`sensor_noise@2`.");
  }

  TEST_CASE("findings 2: a rate without intervals tells nothing") {
    RunRecord run = tests::example_run();
    for (CellRecord& cell : run.cells) {
      for (Measure& measure : cell.measures) measure.ci95.reset();
    }
    CHECK(contains(findings(run)[1], "cannot tell which model is the lowest under any of 8 conditions"));
  }

  TEST_CASE("findings 2: without rates the relative drift, never the angles of different models") {
    RunRecord run = tests::example_run();
    for (CellRecord& cell : run.cells) cell.measures.resize(2);
    CHECK(contains(findings(run)[1],
                   "By drift as a share of each model's median non-mated distance, faceplugin"));
    for (CellRecord& cell : run.cells) cell.measures.resize(1);
    CHECK(contains(findings(run)[1], "cannot be told"));
  }

  TEST_CASE("findings 2: clean pictures are compared only where there is nothing else") {
    RunRecord run = tests::example_run();
    set_interval(run, "faceplugin", "identity", "fnmr", 0.1, 0.05, 0.15);
    CHECK(contains(findings(run)[1], "faceplugin is the lowest under 4 conditions"));
    std::erase_if(run.cells, [](const CellRecord& cell) { return cell.perturbation != "identity"; });
    CHECK(findings(run)[1] ==
          "By FNMR, dlib_resnet is the lowest under 1 condition; the widest gap is 0.9 % [0.4, 1.4] for "
          "dlib_resnet against 10.0 % [5.0, 15.0] for faceplugin at `clean`.");
  }

  TEST_CASE("findings 2: one model") {
    RunRecord run = tests::example_run();
    run.models = {"dlib_resnet"};
    CHECK(findings(run)[1] ==
          "Only dlib_resnet was run, so models cannot be compared; name several with `--models A,B`.");
  }

  TEST_CASE("findings, lost faces: within a family, and only where the intervals tell") {
    RunRecord run = tests::example_run();
    const auto lose = [&](const std::string& label, double value) {
      Measure& failure = tests::measure_of(tests::cell_of(run, "dlib_resnet", "capture", label),
                                           "failure_to_acquire_rate");
      failure.value = value;
      failure.ci95 = Interval{value - 0.002, value + 0.002};
    };
    lose("gamma@5", 0.3);
    lose("gamma@3+motion_blur@2", 0.004);  // as the clean pictures
    CHECK(
        finding_with(run, "must be found again") ==
        "At the capture stage, of the faces that must be found again, within lighting, `gamma@5` loses "
        "most, 30.0 % [29.8, 30.2], against 0.3 % [0.2, 0.4] on clean pictures.");
    for (const char* label : {"gamma@5", "side_light@5 direction=left", "side_light@5 direction=right"})
      lose(label, 0.004);
    CHECK(contains(finding_with(run, "At the capture stage"), "no condition loses more faces"));
  }

  TEST_CASE("findings, groups: rates that differ on clean pictures, and verdicts counted") {
    RunRecord run = tests::example_run();
    const auto add = [&](const char* label, const char* name, double value, double half) {
      tests::cell_of(run, "faceplugin", "crop", label)
          .measures.push_back({name, value, "share", 100, Interval{value - half, value + half},
                               Better::lower, "cannot tell: made up"});
    };
    for (const char* label : {"identity", "gamma@5"}) {
      add(label, "fdr:gender", 0.98, 0.01);
      add(label, "fnmr:gender=female", 0.03, 0.01);
      add(label, "fnmr:gender=male", 0.02, 0.01);
      add(label, "fmr:gender=female", 0.0219, 0.001);
      add(label, "fmr:gender=male", 0.0137, 0.001);
    }
    add("gamma@5", "gap_verdict:gender=female-male", 1, 0);
    CHECK(finding_with(run, "By gender") ==
          "By gender, at one threshold for everybody and on clean pictures, the FMR of faceplugin is "
          "2.19 % "
          "[2.09, 2.29] for gender=female against 1.37 % [1.27, 1.47] for gender=male; against clean "
          "pictures the conditions widen the gap of FNMR in 1 and narrow it in 0 of 1 comparisons after "
          "Holm's correction, and cannot tell in the others.");
  }

  TEST_CASE("findings, groups: a rate without value is not said to differ by nothing") {
    RunRecord run = tests::example_run();
    CellRecord& clean = tests::cell_of(run, "faceplugin", "crop", "identity");
    const auto rate = [](const char* name, double value) {
      return Measure{name, value, "share", 100, Interval{0, 0.5}, Better::lower, ""};
    };
    for (Measure measure :
         {rate("fdr:gender", 0.98),
          refused("fnmr:gender=female", "share", Better::lower, "3 subjects, fewer than 10"),
          rate("fnmr:gender=male", 0.02), rate("fmr:gender=female", 0.02),
          rate("fmr:gender=male", 0.01)})
      clean.measures.push_back(std::move(measure));
    CHECK(
        finding_with(run, "By gender") ==
        "By gender, at one threshold for everybody and on clean pictures, no FMR of a model differs by "
        "more than the intervals allow; FNMR by gender cannot be told (gender=female: 3 subjects, fewer "
        "than 10).");
    for (Measure& measure : clean.measures)
      if (measure.name == "fmr:gender=female")
        measure = refused(measure.name, "share", Better::lower, "budget 0.5 < 1");
    CHECK(contains(finding_with(run, "By gender"),
                   "FNMR by gender cannot be told (gender=female: 3 subjects, fewer than 10); FMR by "
                   "gender cannot be told (gender=female: budget 0.5 < 1)."));
  }

  TEST_CASE("findings, ranking: only with the mean of every model") {
    RunRecord run = tests::example_run();
    CHECK(
        contains(finding_with(run, "By mean FNMR"),
                 "the order is faceplugin with 3.8 % [2.8, 4.8] and dlib_resnet with 5.0 % [4.0, 6.0]"));
    // Five perturbations were run, and one at three severities: the sentence must not sound like all.
    CHECK(contains(finding_with(run, "By mean FNMR"),
                   "By mean FNMR over the severities of `gamma` (left out, with fewer than three "
                   "severities: `side_light` (1), `motion_blur` (none), `sensor_noise` (1), `chain` "
                   "(none)), families averaged, the order is"));
    CHECK_FALSE(contains(finding_with(run, "By mean FNMR"), "cannot be told"));
    Measure& flips = run.summaries.back().measures.front();
    REQUIRE(flips.name == "ranking_flip_rate:fnmr");
    flips.value = 0.2;
    CHECK(contains(finding_with(run, "By mean FNMR"),
                   "in 20.0 % of 1,000 draws, so which is the better cannot be told."));
    run.summaries.pop_back();
    CHECK(finding_with(run, "By mean FNMR") == "");
    run = tests::example_run();
    std::erase_if(run.summaries,
                  [](const SummaryRecord& summary) { return summary.model == "faceplugin"; });
    CHECK(finding_with(run, "By mean FNMR") == "");
  }

  TEST_CASE("findings, rise: the steepest step of a family between neighbours that the intervals part") {
    RunRecord run = tests::example_run();
    std::erase_if(run.cells, [](const CellRecord& cell) { return cell.stage == "capture"; });
    run.summaries.clear();
    // Planted: 1.1 % at 1, then a jump at 3 that is larger than every other, the two from clean
    // included.
    set_interval(run, "faceplugin", "gamma@3", "fnmr", 0.4, 0.38, 0.42);
    CHECK(contains(
        finding_with(run, "rises most"),
        "within lighting, from `gamma@1` to `gamma@3`, where that of faceplugin goes from 1.0 % [0.4, "
        "1.7] to 40.0 % [38.0, 42.0]"));
    for (CellRecord& cell : run.cells)
      for (Measure& measure : cell.measures)
        if (measure.name == "fnmr") measure.ci95 = Interval{0, 1};
    CHECK(finding_with(run, "rises most") == "");
  }

  TEST_CASE("findings, geometry: the lowest mean R2 of a family, where it lies separably below clean") {
    RunRecord run = tests::example_run_without_pairs();
    const std::string sentence = finding_with(run, "mean R2");
    CHECK(
        contains(sentence,
                 "within lighting, `side_light@5 direction=right` lowers that of dlib_resnet most, from "
                 "0.420 [0.370, 0.470] to 0.263 [0.213, 0.313], and that of faceplugin, from"));
    CHECK_FALSE(contains(sentence, "noise"));  // 0.384 [0.334, 0.434] meets the clean interval
  }

  TEST_CASE("findings: never more than five, the last is what cannot be told") {
    const auto sentences = findings(tests::example_run());
    REQUIRE(sentences.size() == 5);
    CHECK(contains(sentences[2], "must be found again"));
    CHECK(contains(sentences[3], "By mean FNMR"));
    CHECK(contains(sentences[4], "This data cannot tell"));
  }

  TEST_CASE("findings 3: no mated pairs") {
    const auto sentence = findings(tests::example_run_without_pairs()).back();
    CHECK(contains(sentence,
                   "This data cannot tell FNMR, EER, AUC, d' and FNMR at a lower FMR (no mated "
                   "comparison: no known subject has samples from two photographs)"));
    CHECK(contains(sentence, "the same command with `--data lfw:ROOT,PAIRS`"));
  }

  TEST_CASE("findings 3: the answer is the user's own command, with what would change of it") {
    RunRecord run = tests::example_run();
    const auto answer = [&] { return findings(run).back(); };
    CHECK(
        contains(answer(), "which the same command on all ten folds of LFW (`--data lfw:ROOT,PAIRS`)"));
    run.notes.emplace_back("--limit 60: a seeded sample of the trials");
    CHECK(contains(answer(), "which the same command without `--limit` and on all ten folds of LFW"));
    run.provenance["data"]["protocol"] = "LFW view 2, 10 folds, 6000 pairs";
    CHECK(contains(answer(), "which the same command without `--limit` would answer"));
    run.notes.pop_back();
    CHECK(contains(answer(), "which more people with two photographs or more each would answer"));
  }

  TEST_CASE(
      "findings 3: too few non-mated comparisons for the FMR, and too few samples for the probes") {
    RunRecord run = tests::example_run();
    run.data = "faces";
    for (CellRecord& cell : run.cells) {
      for (Measure& measure : cell.measures) {
        if (measure.name == "fmr") measure = refused("fmr", "share", Better::lower, "budget 0.4 < 1.");
        if (measure.name.rfind("geometry_r2:", 0) == 0) {
          measure = refused(measure.name, "1", Better::higher, "21 samples, 50 needed");
        }
      }
    }
    const auto sentence = findings(run).back();
    CHECK(contains(sentence, "FMR (budget 0.4 < 1), nor FNMR at a lower FMR"));
    CHECK(contains(sentence, "nor geometry R2 (21 samples, 50 needed)"));
    CHECK(contains(sentence, "--data lfw:ROOT,PAIRS"));
  }

  TEST_CASE("findings 3: failures are counted by reason") {
    CHECK(contains(
        findings(tests::example_run()).back(),
        "says nothing of the 2 of 4 faces that failed to acquire (1 no_face and 1 undecodable)"));
  }

  TEST_CASE("findings 3: with nothing refused, the next open question") {
    RunRecord run = tests::example_run();
    for (CellRecord& cell : run.cells) {
      for (Measure& measure : cell.measures) {
        if (measure.name == "fnmr@fmr=1e-4") measure.value = 0.1;
      }
    }
    for (SampleRecord& sample : run.samples) sample.status = "ok";
    CHECK(contains(findings(run).back(), "--data images:DIR"));
    std::erase_if(run.cells, [](const CellRecord& cell) { return cell.stage == "capture"; });
    CHECK(contains(findings(run).back(), "`stage: both`"));
  }
}

}  // namespace
}  // namespace robench
