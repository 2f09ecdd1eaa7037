// SPDX-License-Identifier: Apache-2.0
// `robench data`: what is said of a set of photographs, and how one is fetched.
#include <cmath>
#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/codec.h"
#include "models/digest.h"
#include "perturb/error.h"
#include "perturb/jpeg_codec.h"
#include "suites/data_fetch.h"
#include "suites/inspect/inspection.h"
#include "suites/inspect/severity_of.h"
#include "suites/olivetti.h"
#include "tests/suites/program.h"

using robench_test::ProgramResult;
using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;
using robench::DataSet;
using robench::PhotoReading;

robench::Sample sample(const std::string& photograph, const std::string& subject,
                       const std::string& session = "") {
  robench::Sample made;
  made.id = made.photograph = photograph;
  made.subject = subject;
  made.session = session;
  return made;
}

std::optional<double> severity(const std::string& perturbation, double value) {
  for (const auto& scale : robench::severity_scales()) {
    if (scale.perturbation != perturbation) continue;
    PhotoReading reading;
    reading.values[static_cast<std::size_t>(scale.measure)] = value;
    return robench::severity_of(scale, reading);
  }
  return std::nullopt;
}

/// A card of two files of `place`, the second an archive.
std::string card_text(const Workplace& place, const std::string& hash_of_a) {
  return fmt::format(
      "data: tiny\nsummary: a test\nfiles:\n"
      "  - {{ name: a.txt, address: \"file://{0}/source/a.txt\", sha256: {1} }}\n"
      "  - {{ name: t.tgz, address: \"file://{0}/source/t.tgz\", sha256: {2}, unpack: tgz }}\n"
      "use: \"images:{{folder}}/tree\"\nlicence: none\nsource: here\n",
      place.path().string(), hash_of_a, robench::sha256_of_file(place.path() / "source/t.tgz"));
}

Workplace& with_source(Workplace& place) {
  place.write("source/a.txt", std::string(100'000, 'a'));
  place.write("source/tree/x.txt", "x");
  const std::string command =
      fmt::format("cd '{}' && tar -czf t.tgz tree", (place.path() / "source").string());
  REQUIRE(std::system(command.c_str()) == 0);
  place.write("card.yaml", card_text(place, robench::sha256_of_file(place.path() / "source/a.txt")));
  return place;
}

/// An element of a MATLAB 5 file.
std::string element(std::uint32_t type, std::string data) {
  const auto word = [](std::uint32_t value) {
    return std::string(reinterpret_cast<const char*>(&value), 4);
  };
  const auto size = static_cast<std::uint32_t>(data.size());
  data.resize((data.size() + 7) / 8 * 8, '\0');
  return word(type) + word(size) + data;
}

std::string mat_file(const std::string& name, std::int32_t rows, std::int32_t columns,
                     const std::string& pixels) {
  const std::int32_t sides[2] = {rows, columns};
  std::string header = "MATLAB 5.0 MAT-file";
  header.resize(124, ' ');
  header += std::string("\0\x01IM", 4);
  return header + element(14, element(6, std::string(8, '\0')) +
                                  element(5, {reinterpret_cast<const char*>(sides), 8}) +
                                  element(1, name) + element(2, pixels));
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("data inspect: trials are counted without those of one session") {
    DataSet data;
    data.samples = {sample("a", "ann", "s"), sample("b", "ann", "s"), sample("c", "ann"),
                    sample("d", "bob", "s"), sample("e", "bob"),      sample("f", "")};
    const robench::TrialCounts counts = robench::count_trials(data);
    CHECK(counts.subjects == 2);
    CHECK(counts.unknown == 1);
    CHECK(counts.mated == 3);         // a-c, b-c, d-e
    CHECK(counts.non_mated == 4);     // a-e, b-e, c-d, c-e
    CHECK(counts.same_session == 3);  // a-b, a-d, b-d
  }

  TEST_CASE("data inspect: a measure on the ladder of its perturbation") {
    CHECK(*severity("jpeg", 90) == 0);
    CHECK(*severity("jpeg", 50) == 1);
    CHECK(*severity("jpeg", 22) == doctest::Approx(2.5));
    CHECK(*severity("jpeg", 1) == 5);
    CHECK(*severity("low_resolution", 40) == 0);
    CHECK(*severity("low_resolution", 20) == doctest::Approx(2.5));
    CHECK(*severity("rotate_in_plane", -7) == doctest::Approx(2));
    CHECK(*severity("rotate_in_plane", 1.5) == doctest::Approx(0.5));
    CHECK_FALSE(severity("jpeg", std::nan("")).has_value());
    for (const char* name : {"low_light", "over_exposure", "gaussian_blur", "side_light"}) {
      // Each severity's own median corresponds to it: tests the table's order.
      CAPTURE(name);
      CHECK(*severity(name, std::string(name) == "over_exposure" || std::string(name) == "side_light"
                                ? 99
                                : 0) == 5);
      CHECK(*severity(name, std::string(name) == "over_exposure" || std::string(name) == "side_light"
                                ? 0
                                : 99) == 0);
    }
  }

  TEST_CASE("data inspect: what is said of generated heads and of a broken file, and nothing private") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "people", 3, 2);
    place.write("people/secret_name/broken.jpg", "no picture");
    const ProgramResult said = place.run({"data", "inspect", "folders:people", "-o", "faces.csv"});
    CAPTURE(said.err);
    REQUIRE(said.exit_code == 0);
    CHECK(said.out.find("7 photographs, 7 samples") != std::string::npos);
    CHECK(said.out.find("broken      undecodable: 1") != std::string::npos);
    CHECK(said.out.find("secret_name/broken.jpg") != std::string::npos);
    CHECK(said.out.find("3 mated, 18 non-mated") !=
          std::string::npos);  // the broken one is of nobody else
    CHECK(said.out.find("inter_eye_px") != std::string::npos);
    CHECK(said.out.find("copy of another") == std::string::npos);
    const std::string csv = place.read("faces.csv");
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 8);
    CHECK(csv.find("secret_name") != std::string::npos);

    const ProgramResult hidden =
        place.run({"data", "inspect", "folders:people", "-o", "private.csv", "--private"});
    REQUIRE(hidden.exit_code == 0);
    for (const std::string& text : {hidden.out, place.read("private.csv")}) {
      CHECK(text.find("secret_name") == std::string::npos);
      CHECK(text.find("people") == std::string::npos);
    }
    CHECK(place.run({"data", "inspect", "folders:nowhere"}).exit_code == 2);
    CHECK(place.run({"data", "inspec", "folders:people"}).err.find("did you mean 'inspect'?") !=
          std::string::npos);
  }

  TEST_CASE("data inspect: copies of a photograph are said, and are no comparison, as in a run") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "people", 2, 2);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place.path() / "people"))
      if (entry.is_regular_file()) {
        std::filesystem::copy_file(entry.path(), place.path() / "people" / "copy.png");
        break;
      }
    const ProgramResult said = place.run({"data", "inspect", "images:people"});
    CAPTURE(said.err);
    REQUIRE(said.exit_code == 0);
    CHECK(said.out.find("1 photograph is a byte-for-byte copy of another") != std::string::npos);
    CHECK(said.out.find("0 mated, 9 non-mated") != std::string::npos);
  }

  TEST_CASE("data fetch: downloads, unpacks, and does nothing twice") {
    Workplace place;
    with_source(place);
    const ProgramResult first = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CAPTURE(first.err);
    REQUIRE(first.exit_code == 0);
    CHECK(first.out == fmt::format("--data images:{}/out/tree\n", place.path().string()));
    CHECK(place.read("out/tree/x.txt") == "x");
    fs::remove_all(place.path() / "source");
    const ProgramResult again = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CHECK(again.exit_code == 0);
    CHECK(again.err.find("is there already") != std::string::npos);
  }

  TEST_CASE("data fetch: goes on where it stopped, and throws away what is of another file") {
    Workplace place;
    with_source(place);
    place.write("out/a.txt.part", std::string(40'000, 'a'));
    ProgramResult run = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.err.find("going on with") != std::string::npos);
    CHECK((place.read("out/a.txt") == std::string(100'000, 'a')));
    fs::remove_all(place.path() / "out");
    place.write("out/a.txt.part", std::string(40'000, 'b'));
    run = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CHECK(run.exit_code == 0);
    CHECK((place.read("out/a.txt") == std::string(100'000, 'a')));
  }

  TEST_CASE("data fetch: another file, no file and a broken card are refused") {
    Workplace place;
    with_source(place);
    place.write("card.yaml", card_text(place, std::string(64, '0')));
    ProgramResult run = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CHECK(run.exit_code == 3);
    CHECK(run.err.find("is not the file that is pinned") != std::string::npos);
    CHECK_FALSE(fs::exists(place.path() / "out/a.txt"));
    fs::remove(place.path() / "source/a.txt");
    run = place.run({"data", "fetch", "card.yaml", "-o", "out"});
    CHECK(run.exit_code == 3);
    CHECK(run.err.find("there is no file at file://") != std::string::npos);
    place.write("bad.yaml",
                "data: x\nsummary: x\nfiles:\n  - { name: ../a, address: \"ftp://a\", sha256: 1 }\n"
                "use: x\nlicence: x\nsource: x\n");
    run = place.run({"data", "fetch", "bad.yaml"});
    CHECK(run.exit_code == 2);
    for (const char* words : {"no plain file name", "is no address", "is no SHA-256"})
      CHECK(run.err.find(words) != std::string::npos);
  }

  TEST_CASE("data fetch: the shipped cards are read, and name their files by hash") {
    CHECK(robench::data_card_names() == std::vector<std::string>{"lfw", "olivetti"});
    CHECK(robench::find_data_card("lfw").files.size() == 2);
    CHECK_THROWS_AS(static_cast<void>(robench::find_data_card("lwf")), robench::ConfigError);
  }

  TEST_CASE("olivetti: a MATLAB matrix by columns becomes pictures by people") {
    std::string pixels(4096 * 20, '\0');
    pixels[4096 * 13 + 64 * 5 + 3] = '\xc8';  // person 2, picture 4: column 5, row 3
    const Workplace place;
    place.write("o.mat", mat_file("faces", 4096, 20, pixels));
    robench::unpack_olivetti(place.path() / "o.mat", place.path() / "out");
    const auto picture = robench::read_image(place.path() / "out/s02/04.png");
    const robench::Image& image = std::get<robench::Image>(picture);
    CHECK(image.width() == 128);
    CHECK(image.bgr().at<cv::Vec3b>(7, 11)[0] > 90);
    CHECK(image.bgr().at<cv::Vec3b>(11, 7)[0] == 0);
    CHECK_FALSE(fs::exists(place.path() / "out/s03"));
  }

  TEST_CASE("hostile MATLAB files: one line each") {
    const auto said = [](std::string bytes) {
      try {
        static_cast<void>(robench::read_matlab_matrix(
            {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "faces", "o.mat"));
      } catch (const robench::EnvironmentError& error) {
        return std::string(error.what());
      }
      return std::string();
    };
    const std::string good = mat_file("faces", 2, 2, "abcd");
    CHECK(said(good).empty());
    CHECK(said("").find("is no MATLAB 5 file") != std::string::npos);
    CHECK(said(mat_file("other", 2, 2, "abcd")).find("has no matrix 'faces'") != std::string::npos);
    CHECK(said(mat_file("faces", 2, 3, "abcd")).find("is no MATLAB 5 file, or is cut off") !=
          std::string::npos);
    CHECK(said(good.substr(0, 128) + element(15, "zz")).find("compressed") != std::string::npos);
    for (std::size_t length = 0; length < good.size(); ++length)
      CHECK_FALSE(said(good.substr(0, length)).empty());
    for (std::size_t at = 128; at < good.size(); ++at) {
      std::string changed = good;
      changed[at] = '\xff';
      CHECK(said(changed).find('\n') == std::string::npos);
    }
  }
}
