// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "models/face.h"
#include "perturb/error.h"
#include "tests/support/eye_landmarks.h"

namespace robench {
namespace {

Landmarks eyes_in(const Box& box) {
  const auto x = static_cast<float>(box.centre().x), y = static_cast<float>(box.centre().y);
  const auto quarter = static_cast<float>(box.width / 4);
  return with_eyes({x - quarter, y}, {x + quarter, y});
}

Face face_at(const Box& box, double confidence = 1) { return {box, confidence, eyes_in(box)}; }

/// Finds what it is told to, and fits the landmarks in the middle of any box.
class PlantedDetector final : public Detector {
 public:
  explicit PlantedDetector(std::vector<Face> faces = {}, std::vector<Face> doubtful = {})
      : faces_(std::move(faces)), doubtful_(std::move(doubtful)) {}
  std::string identity() const override { return "planted"; }
  std::vector<Face> detect(const Image&) const override {
    ++detections;
    return faces_;
  }
  std::vector<Face> doubtful(const Image&) const override { return doubtful_; }
  Landmarks landmarks_in(const Image&, const Box& box) const override { return eyes_in(box); }

  mutable int detections = 0;

 private:
  std::vector<Face> faces_, doubtful_;
};

const Image kPhotograph(cv::Mat(200, 400, CV_8UC3, cv::Scalar::all(90)));

AcquiredFace acquire(const std::vector<Face>& faces, const AcquisitionPolicy& policy,
                     const Sample& sample = {}) {
  return acquire_face(sample, kPhotograph, PlantedDetector(faces), policy);
}

TEST_SUITE("models") {
  TEST_CASE("intersection over union") {
    const Box unit{0, 0, 2, 2};
    CHECK(intersection_over_union(unit, unit) == 1);
    CHECK(intersection_over_union(unit, {1, 0, 2, 2}) == doctest::Approx(2.0 / 6));
    CHECK(intersection_over_union(unit, {2, 0, 2, 2}) == 0);
    CHECK(intersection_over_union(unit, {5, 5, 1, 1}) == 0);
    CHECK(intersection_over_union(unit, {0, 0, 0, 0}) == 0);
    CHECK(intersection_over_union({}, {}) == 0);
    CHECK(intersection_over_union(unit, {1, 1, -1, -1}) == 0);
  }

  TEST_CASE("statuses have names that read back") {
    for (int i = 0; i <= static_cast<int>(Status::non_finite_embedding); ++i) {
      const auto status = static_cast<Status>(i);
      CHECK(status_from_string(to_string(status)) == status);
    }
    CHECK(to_string(Status::unusable_landmarks) == "unusable_landmarks");
    CHECK_FALSE(status_from_string("fine"));
    CHECK_FALSE(status_from_string(""));
  }

  TEST_CASE("acquisition: which of several faces") {
    const Face small_central = face_at({190, 90, 20, 20}, 3);
    const Face large_left = face_at({10, 50, 80, 80}, 2);
    const Face medium_right = face_at({300, 60, 60, 60}, 1);
    const std::vector<Face> faces = {small_central, large_left, medium_right};
    AcquisitionPolicy policy;

    policy.choice = FaceChoice::largest;
    CHECK(acquire(faces, policy).face.box == large_left.box);
    policy.choice = FaceChoice::central;
    CHECK(acquire(faces, policy).face.box == small_central.box);
    policy.choice = FaceChoice::nearest_to_hint;
    CHECK(acquire(faces, policy).face.box == large_left.box);

    policy.choice = FaceChoice::refuse;
    const AcquiredFace refused = acquire(faces, policy);
    CHECK(refused.status == Status::several_faces);
    CHECK(refused.reason == "3 faces found");
    CHECK(acquire({medium_right}, policy).face.box == medium_right.box);
  }

  TEST_CASE("acquisition: equal faces are decided by the detector's order") {
    const Face first = face_at({100, 90, 20, 20}, 2), second = face_at({280, 90, 20, 20}, 1);
    for (const FaceChoice choice : {FaceChoice::largest, FaceChoice::central})
      CHECK(acquire({first, second}, {"planted", choice, NoFace::fail}).face.box == first.box);
  }

  TEST_CASE("acquisition: a box hint says which face is meant, whatever the policy") {
    const Face left = face_at({10, 50, 80, 80}, 2), right = face_at({300, 60, 60, 60}, 1);
    Sample sample;
    for (const FaceChoice choice :
         {FaceChoice::largest, FaceChoice::central, FaceChoice::refuse, FaceChoice::nearest_to_hint}) {
      const AcquisitionPolicy policy{"planted", choice, NoFace::fail};
      sample.box = Box{310, 70, 60, 60};  // overlap 50 x 50 of 4,700: 0.53
      CHECK(acquire({left, right}, policy, sample).face.box == right.box);
      sample.box = Box{240, 0, 180, 180};  // 3,600 of 32,400: 0.11, but each holds the other's centre
      CHECK(acquire({left, right}, policy, sample).face.box == right.box);
    }
  }

  TEST_CASE("acquisition: a face that does not overlap the hint is another face") {
    const std::vector<Face> faces = {face_at({300, 60, 60, 60})};
    Sample sample;
    sample.box = Box{345, 60, 60, 60};  // 15 x 60 of 6,300: 0.14, centres outside
    const AcquiredFace failed = acquire(faces, {}, sample);
    CHECK(failed.status == Status::no_face);
    CHECK(failed.reason == "the nearest face does not overlap the box hint");
    AcquisitionPolicy policy;
    policy.no_face = NoFace::centre_box;
    const AcquiredFace fitted = acquire(faces, policy, sample);
    CHECK(fitted.status == Status::ok);
    CHECK(fitted.face.fallback_box);
    CHECK(fitted.face.box == *sample.box);
  }

  TEST_CASE("acquisition: a doubtful box is taken only where a face has to be") {
    const Face corner = face_at({0, 0, 60, 60}, -0.1), middle = face_at({160, 70, 70, 70}, -0.5),
               less_sure = face_at({150, 50, 90, 90}, -0.8);
    const PlantedDetector detector({}, {corner, middle, less_sure});
    const AcquisitionPolicy strict{"planted", FaceChoice::central, NoFace::fail};
    CHECK(acquire_face({}, kPhotograph, detector, strict).status == Status::no_face);

    const AcquisitionPolicy nobody_dropped{"planted", FaceChoice::central, NoFace::centre_box};
    const AcquiredFace guessed = acquire_face({}, kPhotograph, detector, nobody_dropped);
    CHECK(guessed.face.box == middle.box);
    CHECK(guessed.face.landmarks.points == middle.landmarks.points);
    CHECK(guessed.face.fallback_box);

    Sample hinted;
    hinted.box = Box{10, 10, 60, 60};
    CHECK(acquire_face(hinted, kPhotograph, detector, nobody_dropped).face.box == corner.box);
    hinted.box = Box{300, 100, 60, 60};  // overlaps none of them
    CHECK(acquire_face(hinted, kPhotograph, detector, nobody_dropped).face.box == *hinted.box);

    const Face sure = face_at({250, 90, 80, 80}, 1);
    const PlantedDetector both({sure}, {middle});
    CHECK(acquire_face({}, kPhotograph, both, nobody_dropped).face.box == sure.box);
  }

  TEST_CASE("acquisition: no face") {
    AcquisitionPolicy policy;
    const AcquiredFace failed = acquire({}, policy);
    CHECK(failed.status == Status::no_face);
    CHECK(failed.reason == "no face found");

    policy.no_face = NoFace::centre_box;
    const AcquiredFace fitted = acquire({}, policy);
    CHECK(fitted.status == Status::ok);
    CHECK(fitted.face.fallback_box);
    CHECK(fitted.face.box.centre() == cv::Point2d(200, 100));
    CHECK(fitted.face.box.width == doctest::Approx(0.43 * 200));  // of the shorter side
    CHECK(fitted.face.box.height == fitted.face.box.width);

    Sample sample;
    sample.box = Box{20, 30, 40, 50};
    CHECK(acquire({}, policy, sample).face.box == *sample.box);
    CHECK_FALSE(acquire({face_at({10, 10, 40, 40})}, policy).face.fallback_box);
  }

  TEST_CASE("acquisition: given landmarks are taken without a detection") {
    const PlantedDetector detector({face_at({10, 10, 40, 40})});
    Sample sample;
    sample.landmarks = with_eyes({100, 80}, {140, 90});
    const AcquiredFace acquired = acquire_face(sample, kPhotograph, detector, {});
    CHECK(acquired.status == Status::ok);
    CHECK(acquired.face.landmarks.points == sample.landmarks->points);
    CHECK(acquired.face.box == Box{100, 80, 40, 10});
    CHECK_FALSE(acquired.face.fallback_box);
    CHECK(detector.detections == 0);
    sample.box = Box{90, 60, 70, 70};
    CHECK(acquire_face(sample, kPhotograph, detector, {}).face.box == *sample.box);
  }

  TEST_CASE("acquisition: landmarks that cannot be used are named") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Sample sample;
    for (const Landmarks& bad : {Landmarks{}, with_eyes({50, 50}, {50, 50}),
                                 with_eyes({50, nan}, {90, 50}), with_eyes({500, 50}, {540, 50}),
                                 with_eyes({50, -80}, {90, -80}), with_eyes({-300, 9}, {400, 9})}) {
      sample.landmarks = bad;
      const AcquiredFace acquired = acquire({}, {}, sample);
      CHECK(acquired.status == Status::unusable_landmarks);
      CHECK(acquired.reason.find("the eyes") == 0);
    }
    // Also those that a detector has fitted in a useless box.
    sample.landmarks.reset();
    sample.box = Box{50, 50, 0, 0};
    CHECK(acquire({}, {"planted", FaceChoice::largest, NoFace::centre_box}, sample).status ==
          Status::unusable_landmarks);
  }

  TEST_CASE("acquisition: names of policies") {
    CHECK(to_string(FaceChoice::nearest_to_hint) == "nearest_to_hint");
    CHECK(to_string(FaceChoice::refuse) == "refuse");
    CHECK(to_string(NoFace::centre_box) == "centre_box");
  }

  TEST_CASE("make_detector: an unknown name is the user's error, with a suggestion") {
    CHECK_THROWS_WITH_AS((void)make_detector("dlib_hug"), doctest::Contains("did you mean 'dlib_hog'?"),
                         ConfigError);
  }
}

}  // namespace
}  // namespace robench
