// SPDX-License-Identifier: Apache-2.0
// `robench calibrate` and `robench triage`: the file between them, and both as users meet them.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/codec.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "suites/trust/calibration.h"
#include "suites/trust/flag_reach.h"
#include "suites/trust/judgement.h"
#include "suites/trust/repairs.h"
#include "suites/trust/triage_words.h"
#include "tests/suites/program.h"
#include "tests/support/generated_face.h"
#include "tests/support/text.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using robench_test::ProgramResult;
using robench_test::Workplace;

/// 60 people with two pictures each, a clean and a worse one, all numbers made up.
TrustCalibration made_up() {
  const RandomStream random(1, "trust test", "", "", 1);
  constexpr int kRows = 120;
  const auto columns = static_cast<Eigen::Index>(covariate_names().size());
  Eigen::MatrixXd x(kRows, columns);
  FlagCalibration flags;
  flags.embedding.resize(kRows, 6);
  const Eigen::Index measures = columns - std::ssize(answer_covariates({}, 0, 0, 0));
  flags.capture.resize(kRows, measures);
  std::vector<int> usable;
  std::vector<int> subject;
  std::vector<double> score;
  std::vector<std::string> bins;
  for (int row = 0; row < kRows; ++row) {
    const bool worse = row % 2 == 1;
    for (Eigen::Index c = 0; c < columns; ++c)
      x(row, c) = random.normal(static_cast<std::uint64_t>(row * 100 + c)) - (worse ? 0.8 : 0);
    for (Eigen::Index c = 0; c < 6; ++c)
      flags.embedding(row, c) = random.normal(static_cast<std::uint64_t>(20000 + row * 10 + c));
    flags.capture.row(row) = x.row(row).head(measures);
    usable.push_back(x(row, 0) + x(row, 1) > -0.5 ? 1 : 0);
    subject.push_back(row / 2);
    flags.clean_row.push_back(row - row % 2);
    score.push_back(0.5 + 0.1 * x(row, 0));
    bins.emplace_back(worse ? "1" : "2");
  }
  flags.subject = subject;
  TrustCalibration made;
  made.versions = {"null_model", "card", "weights", "detector", "1", 1, 1};
  made.detector = "dlib_hog";
  made.data = "made up, \"quoted\"";
  made.seed = 18446744073709551615ULL;
  made.conditions = {"gamma@3"};
  made.threshold = 1.0 / 3;
  made.usable = fit_quality_model(x, usable, subject, covariate_names(), 1);
  made.bin_edges = {0.25};
  made.keep = 0.7;
  made.score = mondrian_reference(score, subject, bins);
  made.drift = mondrian_reference(score, subject, bins);
  made.flags = fit_outlier_flags(flags, 1);
  return made;
}

std::string complaint(const std::function<void()>& run) {
  try {
    run();
  } catch (const ConfigError& error) {
    return to_string(error.diagnostics().front());
  }
  return "";
}

/// The cell of a column in the line that begins with `first`.
std::string cell(const std::string& csv, const std::string& first, const std::string& column) {
  std::istringstream lines(csv);
  std::string header;
  std::getline(lines, header);
  const auto split = [](const std::string& line) {
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (const char c : line) {
      quoted ^= c == '"';
      if (c == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += c;
    }
    return cells;
  };
  const auto names = split(header);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(first))
      return split(line).at(
          static_cast<std::size_t>(std::find(names.begin(), names.end(), column) - names.begin()));
  return "no such line";
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("trust: the answers of model and detector by hand") {
    const std::vector<double> degrees = {1, 3};
    const std::vector<double> answers = answer_covariates(degrees, 0.5, 0.75, 1.5);
    CHECK(answers[0] == doctest::Approx(std::log(2)).epsilon(1e-5));     // mean of 1 and 3
    CHECK(answers[1] == doctest::Approx(std::log(0.5)).epsilon(1e-5));   // length
    CHECK(answers[2] == doctest::Approx(std::log(0.25)).epsilon(1e-5));  // 1 - 0.75
    CHECK(answers[3] == 1.5);
    CHECK(std::isnan(answer_covariates(degrees, 0.5, 0.75, 0)[3]));  // given, not detected
    CHECK(std::isfinite(answer_covariates(degrees, 0, 1.0000001, -0.2)[2]));
    CHECK(answer_covariates(degrees, 0, 1, -0.2)[3] == -0.2);
    const std::vector<std::string> names = covariate_names();
    for (const std::string& name : trusted_covariates())
      CHECK(std::count(names.begin(), names.end(), name) == 1);
  }

  TEST_CASE("trust: a calibration reads back as it was written") {
    const Workplace place;
    const TrustCalibration made = made_up();
    REQUIRE(made.usable.refused.empty());
    const std::string text = calibration_text(made);
    place.write("c.json", text);
    const TrustCalibration read = read_calibration(place.path() / "c.json");
    CHECK(calibration_text(read) == text);
    CHECK(read.seed == made.seed);
    CHECK(read.threshold == made.threshold);
    CHECK(read.flags->population.model.whitening == made.flags->population.model.whitening);
    CHECK(read.score.by_category.at("1").value == made.score.by_category.at("1").value);
  }

  TEST_CASE("trust: what is no calibration, was changed or is another model's is refused with a hint") {
    const Workplace place;
    const TrustCalibration made = made_up();
    const std::string text = calibration_text(made);
    const auto reading = [&](const std::string& content) {
      place.write("c.json", content);
      return complaint([&] { (void)read_calibration(place.path() / "c.json"); });
    };
    CHECK(reading(text).empty());
    for (const std::string broken : {"", "[]", "{\"format\": \"other\"}", "not json"})
      CHECK(contains(reading(broken), "is no calibration of robench"));
    std::string changed = text;
    changed.replace(changed.find("made up"), 7, "changed");
    CHECK(contains(reading(changed), "changed since it was written"));
    std::string other = text;
    other.replace(other.find("\"version\": 3"), 12, "\"version\": 2");
    CHECK(contains(reading(other), "another version of robench (2, not 3)"));
    CHECK(contains(complaint([&] { (void)read_calibration(place.path() / "none.json"); }),
                   "robench calibrate"));

    const auto against = [&](ReadingVersions now) {
      return complaint([&] { require_same_reading(made, now, "c.json"); });
    };
    CHECK(against(made.versions).empty());
    ReadingVersions now = made.versions;
    now.model = "dlib_resnet";
    CHECK(contains(against(now), "made for the model 'null_model', not for 'dlib_resnet'"));
    CHECK(contains(against(now), "--model dlib_resnet"));
    now = made.versions;
    now.weights = "others";
    CHECK(contains(against(now), "other weights"));
    now = made.versions;
    now.detector = "yunet";
    CHECK(contains(against(now), "with the detector"));
    now = made.versions;
    ++now.quality;
    CHECK(contains(against(now), "read faces in another way"));
  }

  TEST_CASE("trust: bins, bands and probability of a face") {
    const TrustCalibration made = made_up();
    CHECK(quality_bin(made, -1) == "1");
    CHECK(quality_bin(made, 1) == "2");
    const TrustJudge judge(made);
    FaceReading reading;
    reading.quality = assess_quality(std::nullopt);  // nothing assessed: the medians stand in
    reading.vector = Eigen::RowVectorXf::Ones(6);
    const TrustJudgement judgement = judge.judge(reading);
    CHECK(judgement.p_usable > 0);
    CHECK(judgement.p_usable < 1);
    CHECK(judgement.score.low < judgement.score.high);
    CHECK(judgement.capture_p > 0);
    CHECK(judgement.population_p <= 1);
    CHECK(std::isnan(judge.judge(reading, false).capture_p));
  }

  TEST_CASE("trust: reasons agree with the decision and name the limit that decides") {
    TriageRow row;
    row.reading.quality = assess_quality(std::nullopt);
    for (std::size_t i = 0; i < row.reading.quality.size(); ++i)
      if (quality_measures()[i].name == "sharpness") row.reading.quality[i].score = 10;
    row.judgement.p_usable = 0.98;
    row.decision = Decision::keep;
    const TrustCalibration made = made_up();
    CHECK(reason_in_words(row, made, 0.97).starts_with("usable although blurred, or too far away; "));
    row.judgement.p_usable = 0.956;
    row.decision = Decision::discard;
    const std::string reason = reason_in_words(row, made, 0.97);
    CHECK(reason.starts_with("blurred, or too far away; quality 96 (p 0.956, kept from 0.970)"));
  }

  TEST_CASE("trust: a picture without a fault to be seen is given the doubt that weighs most") {
    TriageRow row;
    row.reading.quality = assess_quality(std::nullopt);
    row.reading.member_deg = {6, 8};
    row.reading.spread_deg = 7;
    row.reading.ensemble_mean = Eigen::RowVectorXf::Constant(1, 0.9F);
    row.reading.detection_confidence = 0.25;
    row.decision = Decision::discard;
    TrustCalibration made = made_up();
    made.usable = {};
    made.usable.names = {"ensemble_variance", "detection_confidence"};
    made.usable.mean = {-3, 1.5};  // log 0.1 = -2.3
    made.usable.sd = {1, 0.5};
    made.usable.linear = {-1, 1};  // -0.7 and -2.5
    CHECK(reason_in_words(row, made, 0.97)
              .starts_with("the detector is hardly sure of the face (confidence 0.25, 1.50 in the "
                           "calibration's mean); "));
    made.usable.linear = {-4, 1};  // -2.8 and -2.5
    CHECK(
        reason_in_words(row, made, 0.97).starts_with("small changes move its vector by 7.0 degrees; "));
    row.reading.detection_confidence = 0;  // given: not assessed
    made.usable.linear = {-1, 1};
    CHECK(
        reason_in_words(row, made, 0.97).starts_with("small changes move its vector by 7.0 degrees; "));
  }

  TEST_CASE("trust: what flags over a batch can find with so few reference people is said") {
    const TrustCalibration made = made_up();
    std::vector<TriageRow> rows(100);
    for (TriageRow& row : rows) row.judgement.capture_p = row.judgement.population_p = 0.5;
    rows[0].judgement.capture_p = 1.0 / 31;
    const FlagReach reach = flag_reach(rows, made);
    CHECK(reach.reference_people == 30);
    CHECK(reach.faces == 100);
    CHECK(reach.least_p == doctest::Approx(1.0 / 31));
    CHECK(reach.faces_needed == 65);      // 65 / 100 x 0.05 is the first at or above 1 / 31
    CHECK(reach.people_for_one == 1999);  // 1 / 2000 = 0.05 / 100
    CHECK(reach.capture_below == 1);
    CHECK(reach.population_below == 0);
    rows[0].judgement.population_p = 1.0 / 31;  // a bad picture says nothing of a population
    CHECK(flag_reach(rows, made).population_below == 0);
    CHECK(contains(flag_summary(rows, made), "before 65 of the 100"));
    CHECK(contains(flag_summary(rows, made), "capture 1, population 0 of 100 (of typical ones about 5"));
    rows.resize(1);
    CHECK(flag_reach(rows, made).faces_needed == 1);
    CHECK_FALSE(contains(flag_summary(rows, made), "reference people"));
  }

  TEST_CASE("trust: each repair mends what it is for, and the eyes stay where they are") {
    FaceRecipe recipe;
    recipe.size_px = 400;
    const GeneratedFace head = render_face(recipe);
    cv::Mat dark;
    head.image.bgr().convertTo(dark, CV_8U, 0.2);
    const auto detector = make_detector("dlib_hog");
    Face face;
    face.landmarks = head.landmarks;
    face.box = {140, 130, 120, 120};
    const FaceWindow window = window_around(Image(dark), face);
    CHECK(window.picture.width() <= 400);
    for (const Repair& repair : repairs()) {
      const auto mended = repair.apply(window, *detector);
      INFO(repair.name);
      if (repair.name == "upright" && !mended) continue;
      REQUIRE(mended.has_value());
      CHECK_FALSE(is_wrong_face(window.face.landmarks, mended->face.landmarks));
      if (repair.name == "gamma")
        CHECK(cv::mean(mended->picture.bgr())[1] > 2 * cv::mean(window.picture.bgr())[1]);
    }
    const Image on_side = turned(head.image, 90);
    CHECK(turned(turned(on_side, 90), 180) == head.image);
  }

  TEST_CASE("trust: after a repair of pixels the detector says how sure it is of the new ones") {
    const GeneratedFace head = render_face({});
    cv::Mat dim;
    head.image.bgr().convertTo(dim, CV_8U, 0.3);
    const auto detector = make_detector("dlib_hog");
    const std::vector<Face> found = detector->detect(Image(dim));
    REQUIRE(found.size() == 1);
    FaceWindow window = window_around(Image(dim), found[0]);
    for (const Repair& repair : repairs()) {
      if (repair.name != "gamma") continue;
      const auto mended = repair.apply(window, *detector);
      REQUIRE(mended.has_value());
      const std::vector<Face> again = detector->detect(mended->picture);
      REQUIRE_FALSE(again.empty());
      CHECK(mended->face.detection_confidence == again[0].detection_confidence);
      window.face.detection_confidence = 0;  // given
      CHECK(repair.apply(window, *detector)->face.detection_confidence == 0);
    }
  }

  TEST_CASE("calibrate and triage on generated heads: decisions, broken files, determinism, privacy") {
    const Workplace place;
    robench_test::write_generated_faces(place.path() / "people", 24, 2);
    place.write(
        "harms.yaml",
        "suite: harms\nseed: 5\ndata: { faces: sample }\nmodels: [null_model]\nstage: capture\n"
        "perturb:\n  - gaussian_blur: { severity: [3, 5] }\n  - low_light: { severity: [1, 3] }\n");
    const std::vector<std::string> calibrate = {"calibrate", "folders:people", "--model", "null_model",
                                                "--suite",   "harms.yaml",     "--draws", "2",
                                                "--fmr",     "0.02",           "-o",      "c.json"};
    const ProgramResult made = place.run(calibrate);
    INFO(made.err);
    REQUIRE(made.exit_code == 0);
    CHECK(contains(made.err, "another clean photograph of the subject"));
    CHECK(contains(made.err, "no flags"));
    // Known from the list of people: said before a picture is read.
    const ProgramResult hopeless =
        place.run({"calibrate", "folders:people", "--model", "null_model", "-o", "none.json"});
    CHECK(hopeless.exit_code == 2);
    CHECK(contains(hopeless.err, "48 photographs of 24 people give at most 264 non-mated comparisons"));
    CHECK(contains(hopeless.err, "about 92 photographs of as many people, or a higher rate"));
    const std::string text = place.read("c.json");
    auto again = calibrate;
    again.back() = "again.json";
    again.insert(again.end(), {"--threads", "1"});
    CHECK(place.run(again).exit_code == 0);
    CHECK(place.read("again.json") == text);

    const fs::path heap = place.path() / "heap";
    fs::create_directories(heap);
    FaceRecipe one;
    one.size_px = 260;
    one.inter_eye_px = 50;
    write_image(heap / "one.png", render_face(one).image);
    FaceRecipe two = one;
    two.subject = 9;
    write_image(heap / "two.png", render_group({one, two}).image);
    write_image(heap / "wall.png", render_photograph({}, {200, 200}).image);
    write_image(heap / "side.png", turned(render_face(one).image, 90));
    place.write("heap/broken.jpg", "no picture at all");
    place.write("heap/empty.png", "");
    const std::vector<std::string> triage = {
        "triage", "heap",   "--model", "null_model", "--calibration",
        "c.json", "--keep", "0.5",     "-o",         "out"};
    const ProgramResult judged = place.run(triage);
    INFO(judged.err);
    REQUIRE(judged.exit_code == 0);
    CHECK(contains(judged.err, "usable is at least 0.500 (--keep), salvaged where"));
    CHECK(contains(judged.err, "2 could not be read: broken.jpg, empty.png\n"));
    const std::string csv = place.read("out/triage.csv");
    INFO(csv);
    CHECK(cell(csv, "broken.jpg", "status") == "undecodable");
    CHECK(cell(csv, "empty.png", "decision") == "discard");
    CHECK(cell(csv, "wall.png", "reason") == "no face found");
    CHECK(cell(csv, "two.png,0", "faces") == "2");
    CHECK(cell(csv, "two.png,1", "faces") == "2");
    CHECK(cell(csv, "one.png", "sharpness.scalar") != "-1");
    CHECK(contains(cell(csv, "one.png", "reason"), "quality "));
    CHECK(cell(csv, "side.png", "turned_degrees") == "270");
    CHECK(fs::exists(place.path() / "out/triage_01.png"));
    const auto json = nlohmann::json::parse(place.read("out/triage.json"));
    CHECK(json.at("counts").at("rows") == 7);
    const ProgramResult embedded =
        place.run({"embed", "images:heap", "--model", "null_model", "-o", "vectors"});
    CHECK(embedded.exit_code == 0);
    CHECK(contains(embedded.err, "7 rows: vectors/embeddings.npy"));
    CHECK(
        contains(embedded.err, "without a vector (zeros; see status in samples.csv): 4 of 7 rows: 2 "));
    CHECK(contains(embedded.err, "2 undecodable"));

    auto alone = triage;
    alone.back() = "alone";
    alone.insert(alone.end(), {"--threads", "1"});
    CHECK(place.run(alone).exit_code == 0);
    CHECK(place.read("alone/triage.csv") == csv);
    CHECK(place.read("alone/triage.json") == place.read("out/triage.json"));

    auto hidden = triage;
    hidden.back() = "hidden";
    hidden.emplace_back("--private");
    CHECK(place.run(hidden).exit_code == 0);
    for (const std::string name : {"one.png", "broken", "people", "wall"}) {
      CHECK_FALSE(contains(place.read("hidden/triage.csv"), name));
      CHECK_FALSE(contains(place.read("hidden/triage.json"), name));
    }
    CHECK_FALSE(fs::exists(place.path() / "hidden/triage_01.png"));
  }

  TEST_CASE("calibrate on given landmarks: that only the perturbed copies were detected tells nothing") {
    const Workplace place;
    place.write("harms.yaml",
                "suite: harms\ndata: { faces: sample }\nmodels: [null_model]\nstage: capture\n"
                "perturb:\n  - gaussian_blur: { severity: [3, 5] }\n");
    std::string manifest = "path,subject,landmarks\n";
    for (int picture = 0; picture < 48; ++picture) {
      FaceRecipe recipe;
      recipe.subject = static_cast<std::uint32_t>(picture / 2);
      recipe.expression = static_cast<std::uint32_t>(picture % 2);
      recipe.size_px = 200;
      recipe.inter_eye_px = 40;
      const GeneratedFace head = render_face(recipe);
      const std::string name = fmt::format("{}.png", picture);
      write_image(place.path() / name, head.image);
      manifest += fmt::format("{},{},", name, recipe.subject);
      for (const auto& point : head.landmarks.points)
        manifest += fmt::format("{} {} ", point.x, point.y);
      manifest += "\n";
    }
    place.write("people.csv", manifest);
    const ProgramResult made =
        place.run({"calibrate", "manifest:people.csv", "--model", "null_model", "--suite", "harms.yaml",
                   "--draws", "1", "--fmr", "0.02", "-o", "c.json"});
    INFO(made.err);
    REQUIRE(made.exit_code == 0);
    const auto calibration = nlohmann::json::parse(place.read("c.json"));
    CHECK(calibration.at("judged") > 48 + 24);  // most copies were detected
    const auto& usable = calibration.at("usable");
    REQUIRE(usable.at("names").at(1) == "detection_confidence");
    CHECK(usable.at("sd").at(1) == 0);
    CHECK(std::abs(usable.at("missing").at(1).get<double>()) < 1e-6);
  }

  TEST_CASE("calibrate and triage refuse what they cannot judge") {
    const Workplace place;
    place.write("c.json", calibration_text(made_up()));
    fs::create_directories(place.path() / "heap");
    write_image(place.path() / "heap/one.png", render_face({}).image);
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"triage", "heap", "--model", "null_model", "-o", "out"},
         "robench calibrate DATA --model null_model"},
        {{"triage", "heap", "--model", "null_model", "--calibration", "none.json", "-o", "out"},
         "none.json"},
        {{"triage", "heap", "--model", "null_model", "--calibration", "c.json", "-o", "out"},
         "another card or other weights"},
        {{"triage", "heap"}, "--model and --out"},
        {{"calibrate", "folders:heap", "--model", "null_model"}, "--model and --out"},
        {{"calibrate", "images:heap", "--model", "null_model", "-o", "n.json"}, "no threshold"},
        {{"calibrate", "images:heap", "--model", "null_model", "-o", "n.json", "--draws", "0"},
         "--draws"},
        {{"calibrate", "images:heap", "--model", "null_model", "-o", "n.json", "--fmr", "2"}, "--fmr"},
        {{"calibrate", "images:heap", "--model", "null_model", "-o", "n.json", "--suite",
          "background_face"},
         "another person"},
    };
    for (const auto& refused : cases) {
      const ProgramResult result = place.run(refused.first);
      INFO(fmt::format("{}", fmt::join(refused.first, " ")) << "\n" << result.err);
      CHECK(result.exit_code == 2);
      CHECK(contains(result.err, refused.second));
      CHECK_FALSE(fs::exists(place.path() / "out"));
      CHECK_FALSE(fs::exists(place.path() / "n.json"));
    }
  }
}

}  // namespace robench
