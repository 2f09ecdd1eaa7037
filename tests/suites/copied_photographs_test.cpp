// SPDX-License-Identifier: Apache-2.0
#include "suites/copied_photographs.h"

#include <doctest/doctest.h>

namespace robench {
namespace {

Sample photograph(const std::string& file, const std::string& subject, const std::string& session = "") {
  Sample sample;
  sample.id = sample.photograph = file;
  sample.subject = subject;
  sample.session = session;
  return sample;
}

DataSet data_of(std::vector<Sample> samples) {
  DataSet data;
  data.samples = std::move(samples);
  return data;
}

EvaluationData evaluation(const DataSet& data) {
  return make_evaluation_data(data.samples, std::vector<AcquiredFace>(data.samples.size()), {}, {}, 1);
}

TEST_SUITE("suites") {
  TEST_CASE("copied photographs: two copies of an unlabelled picture are no comparison of two people") {
    DataSet data = data_of({photograph("a.jpg", "a.jpg"), photograph("copy/a.jpg", "copy/a.jpg"),
                            photograph("b.jpg", "b.jpg")});
    CHECK(evaluation(data).trials.size() == 3);
    join_copied_photographs(data, {"aa", "aa", "bb"});
    const EvaluationData judged = evaluation(data);
    CHECK(judged.trials.size() == 2);
    CHECK(judged.same_session_left_out == 1);
    REQUIRE(data.notes.size() == 1);
    CHECK(
        data.notes[0] ==
        "1 photograph is a byte-for-byte copy of another; a photograph is not compared with its copies");
  }

  TEST_CASE("copied photographs: a copy under another name is said to contradict") {
    DataSet data = data_of({photograph("ada/1.jpg", "ada"), photograph("bo/1.jpg", "bo"),
                            photograph("bo/2.jpg", "bo"), photograph("bo/2b.jpg", "bo")});
    join_copied_photographs(data, {"x", "x", "y", "y"});
    REQUIRE(data.notes.size() == 1);
    CHECK(
        data.notes[0] ==
        "2 photographs are each a byte-for-byte copy of another; a photograph is not compared with its "
        "copies; 1 of the copied photographs stands under the names of different subjects: are the "
        "labels "
        "right?");
  }

  TEST_CASE("copied photographs: copies join the session that is named, and nothing else moves") {
    DataSet data =
        data_of({photograph("a", "ada"), photograph("b", "ada", "monday"), photograph("c", "ada"),
                 photograph("broken", "ada"), photograph("broken too", "ada")});
    join_copied_photographs(data, {"x", "x", "z", "", ""});
    CHECK(data.samples[0].session == "monday");
    CHECK(data.samples[1].session == "monday");
    for (std::size_t row : {2, 3, 4}) CHECK(data.samples[row].session.empty());
  }

  TEST_CASE("copied photographs: two faces of one photograph are no copies") {
    DataSet data = data_of({photograph("a", "ada"), photograph("a", "bo")});
    join_copied_photographs(data, {"x", "x"});
    CHECK(data.notes.empty());
    CHECK(data.samples[0].session.empty());
  }
}

}  // namespace
}  // namespace robench
