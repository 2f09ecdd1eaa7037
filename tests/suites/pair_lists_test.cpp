// SPDX-License-Identifier: Apache-2.0
// Lists of pairs: AgeDB-30, CALFW, CPLFW, CFP, XQLFW and InsightFace's .bin, tiny and broken ones.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/codec.h"
#include "perturb/error.h"
#include "perturb/jpeg_codec.h"
#include "suites/data_set.h"
#include "suites/suite.h"
#include "tests/suites/program.h"

using robench::ConfigError;
using robench::DataSet;
using robench_test::Workplace;

namespace {

DataSet read(const Workplace& place, const std::string& kind, const std::string& root,
             const std::string& pairs = "") {
  robench::DataSpec spec;
  spec.kind = kind;
  spec.root = place.path() / root;
  spec.pairs = place.path() / pairs;
  spec.written = kind;
  return robench::read_data_set(spec);
}

std::string list_complaint(const Workplace& place, const std::string& kind, const std::string& root,
                           const std::string& pairs = "") {
  try {
    static_cast<void>(read(place, kind, root, pairs));
  } catch (const ConfigError& error) {
    std::string all;
    for (const auto& fault : error.diagnostics())
      all += fmt::format("{}:{} {}\n", fault.place.line, fault.place.column, fault.message);
    return all;
  }
  return "accepted";
}

/// `count` lines of each kind, mated first, by `line(mated, number)`.
template <typename Line>
std::string list_of(int count, Line line) {
  std::string text;
  for (const bool mated : {true, false})
    for (int i = 1; i <= count; ++i) text += line(mated, i);
  return text;
}

/// A pickle of these pictures and booleans, protocol 2.
std::string pickle(const std::vector<std::string>& pictures, const std::vector<bool>& mated) {
  std::string bytes = std::string("\x80\x02](", 4);
  for (const std::string& picture : pictures) {
    bytes += 'T';
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(picture.size() >> (8 * i) & 0xFF);
    bytes += picture;
  }
  bytes += "e](";
  for (const bool flag : mated) bytes += flag ? '\x88' : '\x89';
  return bytes + "e\x86.";
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("pairs: AgeDB's form, one pair in a line; folders name the people where that fits") {
    const Workplace place;
    place.write("list.txt", list_of(20, [](bool mated, int i) {
                  return mated ? fmt::format("p{0}/a.jpg p{0}/b.jpg 1\n", i)
                               : fmt::format("p{}/a.jpg  p{}/b.jpg  -1\r\n", i, i % 20 + 1);
                }));
    const DataSet data = read(place, "pairs", "", "list.txt");
    CHECK(data.samples.size() == 40);
    REQUIRE(data.listed.size() == 40);
    CHECK(data.fold_count == 10);
    CHECK(data.listed[0].fold == 0);
    CHECK(data.listed[19].fold == 9);  // each fold has two mated and two non-mated pairs
    CHECK(data.listed[20].fold == 0);
    CHECK_FALSE(data.listed[20].mated);
    CHECK(data.samples[0].subject == "p1");
    CHECK(data.samples[0].path == place.path() / "p1/a.jpg");
  }

  TEST_CASE("pairs: where the folders are not people, nobody is named") {
    const Workplace place;
    place.write("list.txt", list_of(10, [](bool mated, int i) {
                  return fmt::format("all/{}.jpg all/{}.jpg {}\n", i, i + 50, mated ? 1 : 0);
                }));
    const DataSet data = read(place, "pairs", "", "list.txt");
    CHECK(data.samples[0].subject.empty());
    REQUIRE_FALSE(data.notes.empty());
    CHECK(data.notes[0].find("who is who cannot be read") != std::string::npos);
  }

  TEST_CASE("pairs: CALFW's and CPLFW's form, a picture and the label in each of two lines") {
    const Workplace place;
    place.write("pairs_CPLFW.txt", list_of(10, [](bool mated, int i) {
                  return fmt::format("Ann_{0}_1.jpg {1}\n{2}_{0}_2.jpg {1}\n", i, mated ? 1 : 0,
                                     mated ? "Ann" : "Bob");
                }));
    const DataSet data = read(place, "pairs", "", "pairs_CPLFW.txt");
    CHECK(data.listed.size() == 20);
    CHECK(data.name == "pairs_CPLFW");
    CHECK(data.samples[0].subject == "Ann_10");
    CHECK(data.samples[0].id == "Ann_10_1.jpg");
  }

  TEST_CASE("pairs: broken lists are refused with every place") {
    const Workplace place;
    const auto said = [&](const std::string& text) {
      place.write("list.txt", text);
      return list_complaint(place, "pairs", "", "list.txt");
    };
    CHECK(said("") == "1:1 the list of pairs is empty\n");
    CHECK(said("a b 1\nc d\ne f x\ng g 0\n") ==
          "2:1 expected 3 words\n3:1 the last word is no whole number\n4:1 a picture is compared with "
          "itself\n");
    CHECK(said("a 1\nb 0\nc 1\n") ==
          "3:1 the second picture of the last pair is missing\n2:1 the lines of a pair differ in their "
          "label\n");
    CHECK(said("a b 1\n").find("10 folds need as many of each") != std::string::npos);
    CHECK(list_complaint(place, "pairs", "nowhere", "list.txt").find("no such folder") !=
          std::string::npos);
    CHECK(list_complaint(place, "pairs", "", "nothing.txt").find("cannot read this file") !=
          std::string::npos);
  }

  TEST_CASE("lfw: XQLFW's list is LFW's, with tabs") {
    const Workplace place;
    place.write("xqlfw_pairs.txt", "1\t2\nAnn\t1\t2\nBob\t1\t2\nAnn\t1\tBob\t1\nCy\t1\tBob\t2\n");
    const DataSet data = read(place, "lfw", "", "xqlfw_pairs.txt");
    CHECK(data.listed.size() == 4);
    CHECK(data.samples[0].subject == "Ann");
  }

  TEST_CASE("cfp: folds of numbers into two lists of pictures") {
    const Workplace place;
    std::string frontal, profile;
    for (int i = 1; i <= 4; ++i) {
      frontal += fmt::format("{} ../Data/Images/00{}/frontal/01.jpg\n", i, i);
      profile += fmt::format("{} ../Data/Images/00{}/profile/01.jpg\n", i, i);
    }
    place.write("cfp/Protocol/Pair_list_F.txt", frontal);
    place.write("cfp/Protocol/Pair_list_P.txt", profile);
    for (int fold = 1; fold <= 10; ++fold) {
      place.write(fmt::format("cfp/Protocol/Split/FP/{:02}/same.txt", fold), "1,1\r\n2,2\r\n");
      place.write(fmt::format("cfp/Protocol/Split/FP/{:02}/diff.txt", fold), "1,3\n4,2\n");
    }
    const DataSet data = read(place, "cfp", "cfp/Protocol/Split/FP");
    REQUIRE(data.listed.size() == 40);
    CHECK(data.fold_count == 10);
    CHECK(data.listed[4].fold == 1);
    CHECK(data.samples[0].id == "Data/Images/001/frontal/01.jpg");
    CHECK(data.samples[0].path == place.path() / "cfp/Data/Images/001/frontal/01.jpg");
    CHECK(data.samples[0].subject == "001");
    place.write("cfp/Protocol/Split/FP/03/same.txt", "1,1\n1,5\n");
    CHECK(list_complaint(place, "cfp", "cfp/Protocol/Split/FP") ==
          "2:1 a pair is `A,B`, numbers of pictures from 1 to 4 and 4\n");
    place.write("cfp/Protocol/Pair_list_F.txt", "1 a.jpg\n3 b.jpg\n");
    CHECK(list_complaint(place, "cfp", "cfp/Protocol/Split/FP") == "2:1 expected `2 PICTURE`\n");
    CHECK(list_complaint(place, "cfp", "cfp/Protocol").find("not the folder of a protocol") !=
          std::string::npos);
  }

  TEST_CASE("bin: pictures inside of the file, pairs dealt into folds, nobody named") {
    const Workplace place;
    std::vector<std::string> pictures;
    std::vector<bool> mated;
    for (int k = 0; k < 20; ++k) {
      for (int i = 0; i < 2; ++i) {
        const auto jpeg = robench::encode_jpeg(
            robench::Image(cv::Mat(112, 112, CV_8UC3, cv::Scalar(5 * k, 10 * i, 30))), {});
        pictures.emplace_back(jpeg.begin(), jpeg.end());
      }
      mated.push_back(k < 10);
    }
    pictures[5] = "no picture";
    place.write("tiny.bin", pickle(pictures, mated));
    const DataSet data = read(place, "bin", "tiny.bin");
    REQUIRE(data.samples.size() == 40);
    CHECK(data.listed[3].mated);
    CHECK(data.listed[3].fold == 3);
    CHECK(data.listed[13].fold == 3);
    CHECK(data.samples[3].id == "000003");
    CHECK(data.samples[3].subject.empty());
    CHECK(data.samples[3].box->centre().x == doctest::Approx(56).epsilon(0.1));
    const auto picture = robench::read_image(data.samples[4].path);
    CHECK(std::get<robench::Image>(picture).width() == 112);
    CHECK(std::holds_alternative<std::string>(robench::read_image(data.samples[5].path)));
    place.write("evil.bin", "cos\nsystem\n(S'id'\ntR.");
    CHECK(list_complaint(place, "bin", "evil.bin").find("would load or call code") != std::string::npos);
    CHECK(list_complaint(place, "bin", "nothing.bin") != "accepted");
  }

  TEST_CASE("the new kinds of data as --data takes them") {
    const auto parsed = [](const std::string& text) { return robench::parse_data_option(text); };
    CHECK(parsed("pairs:/a,/b/list.txt").pairs == "/b/list.txt");
    CHECK(parsed("pairs:/a,/b/list.txt").root == "/a");
    CHECK(parsed("bin:/a/lfw.bin").kind == "bin");
    CHECK(parsed("cfp:/a/Protocol/Split/FP").root == "/a/Protocol/Split/FP");
    CHECK_THROWS_AS(static_cast<void>(parsed("bin:")), ConfigError);
  }
}
