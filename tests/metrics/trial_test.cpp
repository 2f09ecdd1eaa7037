// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "metrics/trial.h"
#include "tests/metrics/evaluation_fixture.h"

namespace robench {
namespace {

using test::data_of;
using test::repeated_subjects;
using test::samples_of;

std::int64_t count(const EvaluationData& data, bool mated) {
  return std::count_if(data.trials.begin(), data.trials.end(),
                       [&](const Trial& trial) { return trial.mated == mated; });
}

TrialRequest sample_request(std::int64_t n) { return {TrialRequest::Kind::sample, n}; }

TEST_SUITE("metrics") {
  TEST_CASE("all trials of a small data set, by hand") {
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo", "cy", "bo"}));
    CHECK(data.subject == std::vector<int>{0, 0, 1, 2, 1});
    CHECK(data.subject_count == 3);
    CHECK(count(data, true) == 2);   // ada-ada, bo-bo
    CHECK(count(data, false) == 8);  // 10 pairs less 2 mated
    for (const Trial& trial : data.trials) {
      CHECK(trial.reference < trial.probe);
      CHECK(trial.mated == (data.subject[trial.reference] == data.subject[trial.probe]));
    }
  }

  TEST_CASE("unknown subjects are left out and counted, never non-mated") {
    const EvaluationData data = data_of(samples_of({"ada", "", "", "bo"}));
    CHECK(data.subject == std::vector<int>{0, -1, -1, 1});
    REQUIRE(data.trials.size() == 1);
    CHECK(data.trials[0].reference == 0);
    CHECK(data.trials[0].probe == 3);
    CHECK_FALSE(data.trials[0].mated);
    CHECK(data.unknown_subject_left_out == 5);  // 6 pairs, one of two known subjects
    CHECK(data.trials_note.find("5 pairs with an unknown subject left out") != std::string::npos);
  }

  TEST_CASE("pairs within one photograph or session are left out and counted") {
    auto samples = samples_of({"ada", "bo", "ada", "ada"});
    samples[1].photograph = samples[0].photograph;  // ada and bo in one picture
    samples[2].session = samples[3].session = "studio";
    const EvaluationData data = data_of(samples);
    CHECK(count(data, true) == 2);   // 0-2 and 0-3; 2-3 share the session
    CHECK(count(data, false) == 2);  // 1-2 and 1-3; 0-1 share the photograph
    CHECK(data.same_session_left_out == 2);
  }

  TEST_CASE("a photograph takes the session that one of its samples names") {
    auto samples = samples_of({"ada", "bo", "cy"});
    samples[1].photograph = samples[0].photograph;
    samples[1].session = "wedding";
    samples[2].session = "wedding";
    const EvaluationData data = data_of(samples);
    CHECK(data.session[0] == data.session[2]);
    CHECK(data.trials.empty());
  }

  TEST_CASE("listed pairs are taken as they are, but no sample meets itself") {
    const std::vector<Trial> listed = {{0, 1, true, 0}, {0, 0, true, 0}, {1, 2, false, 3}};
    const EvaluationData data = data_of(samples_of({"ada", "ada", "bo"}), listed);
    REQUIRE(data.trials.size() == 2);
    CHECK(data.fold_count == 2);
    CHECK(data.trials_note == "2 listed pairs in 2 folds; 1 pairs of a sample with itself left out");
  }

  TEST_CASE("listed without a list means all") {
    CHECK(data_of(samples_of({"ada", "ada", "bo"})).trials.size() == 3);
  }

  TEST_CASE("drawn non-mated trials: asked number, distinct, repeatable, another for another seed") {
    const auto samples = samples_of(repeated_subjects(60, 3));
    const EvaluationData data = data_of(samples, {}, sample_request(500));
    CHECK(count(data, false) == 500);
    CHECK(count(data, true) == 60 * 3);
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const Trial& trial : data.trials) {
      pairs.insert({trial.reference, trial.probe});
      CHECK(trial.mated == (data.subject[trial.reference] == data.subject[trial.probe]));
    }
    CHECK(pairs.size() == data.trials.size());

    const auto same = [](const EvaluationData& a, const EvaluationData& b) {
      return std::equal(a.trials.begin(), a.trials.end(), b.trials.begin(), b.trials.end(),
                        [](const Trial& x, const Trial& y) {
                          return x.reference == y.reference && x.probe == y.probe;
                        });
    };
    CHECK(same(data, data_of(samples, {}, sample_request(500))));
    CHECK_FALSE(same(data, data_of(samples, {}, sample_request(500), 8)));
  }

  TEST_CASE("the draw is unbiased: every pair is drawn equally often") {
    // Subjects of 1, 2 and 3 samples: 11 cross-subject pairs; 0-1 share a session, so 10 are eligible.
    auto samples = samples_of({"ada", "bo", "bo", "cy", "cy", "cy"});
    samples[0].session = samples[1].session = "studio";
    for (const std::int64_t drawn : {3, 7}) {  // by rejection; by keys
      std::map<std::pair<std::uint32_t, std::uint32_t>, int> times;
      constexpr int kSeeds = 3000;
      for (int seed = 0; seed < kSeeds; ++seed)
        for (const Trial& trial : data_of(samples, {}, sample_request(drawn), seed).trials)
          if (!trial.mated) ++times[{trial.reference, trial.probe}];
      CHECK(times.size() == 10);
      const double p = static_cast<double>(drawn) / 10;
      const double sd = std::sqrt(kSeeds * p * (1 - p));
      for (const auto& [pair, n] : times) CHECK(std::abs(n - kSeeds * p) < 4 * sd);
    }
  }

  TEST_CASE("asking for more non-mated trials than there are gives all of them") {
    CHECK(count(data_of(samples_of({"a", "b", "c"}), {}, sample_request(50)), false) == 3);
  }

  TEST_CASE("no sample, one sample, one subject") {
    CHECK(data_of({}).trials.empty());
    CHECK(data_of(samples_of({"ada"})).trials.empty());
    CHECK(count(data_of(samples_of({"ada", "ada", "ada"})), false) == 0);
  }
}

}  // namespace
}  // namespace robench
