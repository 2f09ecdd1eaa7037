// SPDX-License-Identifier: Apache-2.0
// Manifests, pair lists and folders: what is read, and how a broken one is refused.
#include "suites/data_set.h"

#include <doctest/doctest.h>

#include <string>

#include "suites/csv_reader.h"
#include "tests/suites/program.h"

using robench::ConfigError;
using robench::DataSet;
using robench::DataSpec;
using robench_test::Workplace;

namespace {

DataSpec spec_of(const Workplace& place, const std::string& kind, const std::string& root) {
  DataSpec spec;
  spec.kind = kind;
  spec.root = place.path() / root;
  spec.pairs = place.path() / "pairs.txt";
  spec.written = kind;
  return spec;
}

/// Every complaint as `line:column message`, without the file's name.
std::string complaint(const Workplace& place, const std::string& kind, const std::string& name,
                      const std::string& text) {
  place.write(name, text);
  try {
    (void)robench::read_data_set(spec_of(place, kind, kind == "lfw" ? "" : name));
  } catch (const ConfigError& error) {
    std::string all;
    for (const auto& fault : error.diagnostics())
      all += std::to_string(fault.place.line) + ":" + std::to_string(fault.place.column) + " " +
             fault.message + "\n";
    return all;
  }
  return "accepted";
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("manifest: rows, groups, unknown subjects, several faces of one photograph") {
    const Workplace place;
    place.write("m.csv",
                "\xEF\xBB\xBFpath,subject,session,village,box\r\n"
                "a.jpg,ann,s1,\"Upper, north\",1 2 30 40\r\n\r\n"
                "b.jpg,unknown,,,\r\n"
                "b.jpg,bob,,,5 6 7 8\r\n");
    const DataSet data = robench::read_data_set(spec_of(place, "manifest", "m.csv"));
    REQUIRE(data.samples.size() == 3);
    CHECK(data.samples[0].id == "a.jpg");
    CHECK(data.samples[0].session == "s1");
    CHECK(data.samples[0].groups.at("village") == "Upper, north");
    CHECK(*data.samples[0].box == robench::Box{1, 2, 30, 40});
    CHECK(data.samples[0].path == place.path() / "a.jpg");
    CHECK(data.samples[1].subject.empty());
    CHECK(data.samples[1].id == "b.jpg#0");
    CHECK(data.samples[2].id == "b.jpg#1");
    CHECK(data.samples[2].photograph == "b.jpg");
  }

  TEST_CASE("manifest: broken ones are refused, with the place of every fault") {
    const Workplace place;
    const auto manifest = [&](const std::string& text) {
      return complaint(place, "manifest", "m.csv", text);
    };
    CHECK(manifest("") == "1:1 the file is empty\n");
    CHECK(manifest("path\n") == "1:1 the manifest has no rows\n");
    CHECK(manifest("file,subject\na,b\n") == "1:1 a manifest needs the column 'path'\n");
    CHECK(manifest("path,path\na,b\n") == "1:6 column 'path' stands twice\n");
    CHECK(manifest("path,\na,b\n") == "1:6 a column without a name\n");
    CHECK(manifest("path,subject\na\nb,c\nd,e,f\n") ==
          "2:1 1 cells, the header has 2\n4:1 3 cells, the header has 2\n");
    CHECK(manifest("path\n\"a.jpg\n") == "2:1 this quote is never closed\n");
    CHECK(manifest("path\n\"a\"b\n") == "2:4 text behind a closing quote\n");
    CHECK(manifest("path,box\na,1 2 3\nb,1 2 0 4\nc,1 2 x 4\nd,1 2 nan 4\n") ==
          "2:3 not a box: '1 2 3'\n3:3 not a box: '1 2 0 4'\n4:3 not a box: '1 2 x 4'\n"
          "5:3 not a box: '1 2 nan 4'\n");
    CHECK(manifest("path,landmarks\na,1 2 3\n") == "2:3 landmarks are 136 numbers, here are 3\n");
    CHECK(manifest("path,subject\n,ann\n") == "2:1 a row without a path\n");
    CHECK(manifest(std::string("path\na\0b\n", 9)) == "2:2 a NUL byte\n");
  }

  TEST_CASE("pairs.txt: trials, folds, rows by name") {
    const Workplace place;
    place.write("pairs.txt", "2\t1\nAnn\t1\t2\nAnn\t1\tBob\t3\nBob\t1\t3\nCy\t1\tAnn\t2\n");
    const DataSet data = robench::read_data_set(spec_of(place, "lfw", ""));
    CHECK(data.samples.size() == 5);  // Ann 1 2, Bob 1 3, Cy 1
    CHECK(data.samples[0].id == "Ann/Ann_0001.jpg");
    REQUIRE(data.listed.size() == 4);
    CHECK(data.fold_count == 2);
    CHECK(data.listed[0].mated);
    CHECK(data.listed[0].fold == 0);
    CHECK_FALSE(data.listed[3].mated);
    CHECK(data.listed[3].fold == 1);
    CHECK(data.samples[data.listed[3].probe].id == "Ann/Ann_0002.jpg");
  }

  TEST_CASE("lfw: the columns of a manifest are joined by path") {
    const Workplace place;
    place.write("pairs.txt", "1\nAnn\t1\t2\nAnn\t1\tBob\t3\n");
    place.write("people.csv",
                "path,gender\nAnn/Ann_0001.jpg,female\nBob/Bob_0003.jpg,male\nCy/Cy_0001.jpg,male\n");
    DataSpec spec = spec_of(place, "lfw", "");
    spec.manifest = place.path() / "people.csv";
    const DataSet data = robench::read_data_set(spec);
    REQUIRE(data.samples.size() == 3);
    CHECK(data.samples[0].groups.at("gender") == "female");
    CHECK(data.samples[1].groups.empty());  // Ann's second photograph is not in the manifest
    CHECK(data.samples[2].groups.at("gender") == "male");
    REQUIRE(data.notes.size() == 1);
    CHECK(data.notes[0] == "1 of 3 photographs are not in the manifest of groups");
  }

  TEST_CASE("pairs.txt: broken ones are refused") {
    const Workplace place;
    const auto pairs = [&](const std::string& text) {
      return complaint(place, "lfw", "pairs.txt", text);
    };
    const std::string header = "1:1 the header must be `FOLDS PAIRS`, for example `10 300`\n";
    CHECK(pairs("") == "1:1 the list of pairs is empty\n");
    CHECK(pairs("x 300\n") == header);
    CHECK(pairs("0 300\n") == header);
    CHECK(pairs("1 2 3\n") == header);
    CHECK(pairs("99999 99999\n") == "1:1 more folds or pairs than any protocol has\n");
    CHECK(pairs("1 1\nAnn 1 2\n") ==
          "2:1 1 pairs follow the header, which promises 2 (1 folds of 2 x 1)\n");
    CHECK(
        pairs("1 1\nAnn 1\nAnn 1 Bob\n") ==
        "2:1 a mated pair is `NAME NUMBER NUMBER`\n3:1 a non-mated pair is `NAME NUMBER NAME NUMBER`\n");
  }

  TEST_CASE("limit: seeded, balanced over folds and mated, with the samples it needs") {
    const Workplace place;
    std::string text = "2 20\n";
    for (int fold = 0; fold < 2; ++fold) {
      for (int i = 1; i <= 20; ++i)
        text += "Ann " + std::to_string(i) + " " + std::to_string(i + 20) + "\n";
      for (int i = 1; i <= 20; ++i)
        text += "Bob " + std::to_string(i) + " Cy " + std::to_string(i) + "\n";
    }
    place.write("pairs.txt", text);
    const DataSet all = robench::read_data_set(spec_of(place, "lfw", ""));
    const DataSet some = robench::limited(all, 8, 1);
    REQUIRE(some.listed.size() == 8);
    int count[2][2] = {};
    for (const auto& trial : some.listed) {
      ++count[trial.fold][trial.mated ? 1 : 0];
      CHECK(trial.reference < some.samples.size());
      CHECK((some.samples[trial.reference].subject == some.samples[trial.probe].subject) == trial.mated);
    }
    for (const auto& of_fold : count) {
      CHECK(of_fold[0] == 2);
      CHECK(of_fold[1] == 2);
    }
    const auto ids = [](const DataSet& data) {
      std::string joined;
      for (const auto& sample : data.samples) joined += sample.id + " ";
      return joined;
    };
    CHECK(ids(some) == ids(robench::limited(all, 8, 1)));
    CHECK(ids(some) != ids(robench::limited(all, 8, 2)));
    CHECK(robench::limited(all, 0, 1).listed.size() == all.listed.size());
  }

  TEST_CASE("folders: subjects are folders; a loose picture or an empty folder is refused") {
    const Workplace place;
    place.write("f/ann/1.jpg", "x");
    place.write("f/bob/deep/2.PNG", "x");
    place.write("f/bob/notes.txt", "x");
    place.write("f/.hidden/3.jpg", "x");
    const DataSet data = robench::read_data_set(spec_of(place, "folders", "f"));
    REQUIRE(data.samples.size() == 2);
    CHECK(data.samples[1].subject == "bob");
    CHECK(data.samples[1].id == "bob/deep/2.PNG");
    place.write("f/loose.jpg", "x");
    CHECK_THROWS_AS((void)robench::read_data_set(spec_of(place, "folders", "f")), ConfigError);
    place.write("empty/readme.md", "x");
    CHECK_THROWS_AS((void)robench::read_data_set(spec_of(place, "images", "empty")), ConfigError);
    CHECK_THROWS_AS((void)robench::read_data_set(spec_of(place, "images", "missing")), ConfigError);
  }
}
