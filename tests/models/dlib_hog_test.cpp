// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "models/codec.h"
#include "models/crop.h"
#include "models/face.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"
#include "tests/support/generated_face.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// nullptr, said aloud, where dlib or its landmark model is not installed. With ROBENCH_TEST_DATA set
/// everything has to be there.
std::unique_ptr<Detector> detector_or_skip() {
  try {
    return make_detector("dlib_hog");
  } catch (const EnvironmentError& error) {
    if (std::getenv("ROBENCH_TEST_DATA") != nullptr) throw;
    MESSAGE("SKIPPED: " << std::string(error.what()));
    return nullptr;
  }
}

/// The folder of test faces below ROBENCH_TEST_DATA; empty, said aloud, where that is not set.
fs::path data_or_skip(const char* name) {
  const char* root = std::getenv("ROBENCH_TEST_DATA");
  if (root == nullptr) {
    MESSAGE("SKIPPED: " << std::string(name) << " (ROBENCH_TEST_DATA is not set)");
    return {};
  }
  fs::path folder = fs::path(root) / "faces" / name;
  REQUIRE_MESSAGE(fs::is_directory(folder), folder);
  return folder;
}

/// Every `step`-th picture of a folder, in the order of the names.
std::vector<Image> pictures_of(const fs::path& folder, std::size_t step) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (has_image_extension(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Image> pictures;
  for (std::size_t i = 0; i < files.size(); i += step)
    pictures.push_back(std::get<Image>(read_image(files[i])));
  return pictures;
}

bool same(const std::vector<Face>& a, const std::vector<Face>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Face& x, const Face& y) {
    return x.box == y.box && x.detection_confidence == y.detection_confidence &&
           x.landmarks.points == y.landmarks.points;
  });
}

Image resized(const Image& image, double scale) {
  cv::Mat result;
  cv::resize(image.bgr(), result, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return Image(result);
}

/// Mean distance of corresponding points, in inter-eye distances of `a`.
double mean_distance(const Landmarks& a, const Landmarks& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.points.size(); ++i) sum += cv::norm(a.points[i] - b.points[i]);
  return sum / Landmarks::kCount / a.inter_eye_px();
}

TEST_SUITE("models") {
  TEST_CASE("dlib_hog: finds the generated head and its landmarks") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    int found = 0;
    for (std::uint32_t subject = 1; subject <= 5; ++subject) {
      FaceRecipe recipe;
      recipe.subject = subject;
      const GeneratedFace head = render_face(recipe);
      const std::vector<Face> faces = detector->detect(head.image);
      if (faces.empty()) continue;
      ++found;
      CHECK(faces.size() == 1);
      CHECK(mean_distance(head.landmarks, faces[0].landmarks) < 0.2);
    }
    CHECK(found == 5);
  }

  TEST_CASE("dlib_hog: several faces of one photograph, from the most confident") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    std::vector<FaceRecipe> people(3);
    for (std::uint32_t i = 0; i < 3; ++i) people[i].subject = i + 1;
    const GeneratedPhotograph group = render_group(people);
    const std::vector<Face> faces = detector->detect(group.image);
    REQUIRE(faces.size() == 3);
    CHECK(faces[0].detection_confidence >= faces[1].detection_confidence);
    CHECK(faces[1].detection_confidence >= faces[2].detection_confidence);
    for (const Landmarks& truth : group.landmarks)
      CHECK(std::count_if(faces.begin(), faces.end(),
                          [&](const Face& face) { return !is_wrong_face(truth, face.landmarks); }) == 1);
  }

  TEST_CASE("dlib_hog: equal pictures give equal faces, in any instance and thread") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    const Image head = render_face({}).image;
    const std::vector<Face> faces = detector->detect(head);
    (void)detector->detect(resized(head, 0.5));  // what came before does not matter
    CHECK(same(detector->detect(head), faces));
    std::vector<Face> elsewhere;
    std::string identity;
    std::thread([&] {
      const auto other = make_detector("dlib_hog");
      elsewhere = other->detect(head);
      identity = other->identity();
    }).join();
    CHECK(same(elsewhere, faces));
    CHECK(identity == detector->identity());
    CHECK(identity.find("dlib_hog/1 ") == 0);
    CHECK(identity.size() == 11 + 64);
  }

  TEST_CASE("dlib_hog: faces and landmarks hardly depend on the photograph's resolution") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    const Image head = render_face({}).image;  // 320 px, searched at twice the size
    const std::vector<Face> at_320 = detector->detect(head);
    REQUIRE(at_320.size() == 1);
    for (const double scale : {0.75, 3.0, 9.0}) {  // 240 px; 960: as it is; 2880: on a smaller copy
      CAPTURE(scale);
      const std::vector<Face> faces = detector->detect(resized(head, scale));
      REQUIRE(faces.size() == 1);
      // The centre of pixel x of the small picture lies at (x + 0.5) * scale - 0.5 of the large one.
      const double shift = scale / 2 - 0.5;
      const Landmarks expected = transformed(at_320[0].landmarks, {scale, 0, shift, 0, scale, shift});
      CHECK(mean_distance(expected, faces[0].landmarks) < 0.04);
      CHECK(std::abs(faces[0].box.width / (scale * at_320[0].box.width) - 1) < 0.25);
    }
  }

  TEST_CASE("dlib_hog: pictures without a face, of any size") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    for (const cv::Size size :
         {cv::Size(1, 1), {1, 300}, {300, 1}, {7, 9}, {40, 40}, {950, 3}, {30000, 2}})
      CHECK(detector->detect(Image(cv::Mat(size, CV_8UC3, cv::Scalar::all(100)))).empty());
    CHECK(detector->detect(render_photograph({}, {400, 300}).image).empty());
  }

  TEST_CASE("dlib_hog: landmarks in any box") {
    const auto detector = detector_or_skip();
    if (!detector) return;
    const GeneratedFace head = render_face({});
    const std::vector<Face> faces = detector->detect(head.image);
    REQUIRE(faces.size() == 1);
    const Landmarks again = detector->landmarks_in(head.image, faces[0].box);
    CHECK(again.points == faces[0].landmarks.points);

    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Box& useless : {Box{}, Box{nan, 0, 50, 50}, Box{0, 0, -5, 20}, Box{0, 0, 1e300, 1e300},
                               Box{5000, 5000, 100, 100}, Box{10, 10, 0.5, 0.5}, Box{0, 0, 10, nan}})
      CHECK_FALSE(usable(detector->landmarks_in(head.image, useless)));
    for (const Box& odd : {Box{-50, -50, 100, 100}, Box{0, 0, 1, 1}, Box{100, 100, 1, 100000},
                           Box{-500000, -500000, 1000000, 1000000}, Box{319, 319, 2, 2}}) {
      const Landmarks landmarks = detector->landmarks_in(head.image, odd);
      CHECK(std::isfinite(landmarks.points[0].x));
    }
    const Image pixel(cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(9)));
    CHECK(std::isfinite(detector->landmarks_in(pixel, {0, 0, 1, 1}).points[67].y));
  }

  TEST_CASE("dlib_hog: a missing or broken landmark file") {
    if (!detector_or_skip()) return;
    const test::ScratchFolder folder;
    {
      const test::ScopedVariable given("ROBENCH_LANDMARKS", (folder.path() / "none.dat").string());
      CHECK_THROWS_WITH_AS((void)make_detector("dlib_hog"), doctest::Contains("names no file"),
                           EnvironmentError);
    }
    for (const std::string bytes :
         {"", "not a landmark model", "\x01\x02\x03\x04\x05\x06\x07\x08\x7f"}) {
      const fs::path broken = folder.write("broken.dat", bytes);
      const test::ScopedVariable given("ROBENCH_LANDMARKS", broken.string());
      CHECK_THROWS_WITH_AS((void)make_detector("dlib_hog"), doctest::Contains("libdlib-data"),
                           EnvironmentError);
    }
    CHECK(make_detector("dlib_hog"));
  }

  TEST_CASE("dlib_hog on LFW: where it finds nobody, its best guess is near the middle") {
    const fs::path folder = data_or_skip("lfw_folds_1_5");
    if (folder.empty()) return;
    const auto detector = make_detector("dlib_hog");
    const AcquisitionPolicy policy{"dlib_hog", FaceChoice::central, NoFace::centre_box};
    // Three of the 16 photographs of 3,811 in which no box reaches its threshold.
    for (const char* name : {"Chan_Ho_Park/Chan_Ho_Park_0001.jpg", "John_Burkett/John_Burkett_0001.jpg",
                             "Lynne_Thigpen/Lynne_Thigpen_0001.jpg"}) {
      CAPTURE(name);
      const Image photograph = std::get<Image>(read_image(folder / name));
      CHECK(detector->detect(photograph).empty());
      const std::vector<Face> doubtful = detector->doubtful(photograph);
      REQUIRE_FALSE(doubtful.empty());
      for (std::size_t i = 0; i < doubtful.size(); ++i) {
        CHECK(doubtful[i].detection_confidence < 0);
        CHECK(doubtful[i].detection_confidence >= -1);
        if (i > 0) CHECK(doubtful[i].detection_confidence <= doubtful[i - 1].detection_confidence);
      }
      const AcquiredFace acquired = acquire_face({}, photograph, *detector, policy);
      CHECK(acquired.face.fallback_box);
      CHECK(acquired.face.box == doubtful.front().box);
    }
  }

  TEST_CASE("dlib_hog on LFW: a face in the middle of at least 98 of 100 photographs") {
    const fs::path folder = data_or_skip("lfw_folds_1_5");
    if (folder.empty()) return;
    const auto detector = make_detector("dlib_hog");
    const std::vector<Image> photographs = pictures_of(folder, 38);
    REQUIRE(photographs.size() >= 100);
    int central = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < 100; ++i) {
      const AcquisitionPolicy policy{"dlib_hog", FaceChoice::central, NoFace::fail};
      const AcquiredFace acquired = acquire_face({}, photographs[i], *detector, policy);
      // Deep-funneled pictures have the face in the middle, eyes about 40 px apart.
      if (acquired.status == Status::ok &&
          cv::norm(acquired.face.box.centre() - cv::Point2d(125, 135)) < 30)
        ++central;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    MESSAGE("central faces: " << central << " of 100, " << 100 / seconds.count() << " photographs/s");
    CHECK(central >= 98);
  }

  TEST_CASE("dlib_hog on group photographs: several faces, none on the dogs") {
    const fs::path folder = data_or_skip("group_photos");
    if (folder.empty()) return;
    const auto detector = make_detector("dlib_hog");
    int with_several = 0;
    for (const Image& photograph : pictures_of(folder, 1))
      with_several += detector->detect(photograph).size() > 1 ? 1 : 0;
    CHECK(with_several >= 9);
    CHECK(detector->detect(std::get<Image>(read_image(folder / "dogs.jpg"))).empty());
  }
}

}  // namespace
}  // namespace robench
