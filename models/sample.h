// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perturb/landmarks.h"

namespace robench {

/// Axis-aligned box in pixels of the upright photograph (EXIF orientation applied).
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  [[nodiscard]] cv::Point2d centre() const { return {x + width / 2, y + height / 2}; }
  [[nodiscard]] double area() const { return width * height; }
  bool operator==(const Box&) const = default;
};

/// Area of the intersection over area of the union; 0 when either is empty.
[[nodiscard]] double intersection_over_union(const Box& a, const Box& b);

/// One face image as captured: the row of every table. Row number = position in the data set.
struct Sample {
  /// Stable name, unique in the data set: path relative to the data's root with '/', plus `#k`
  /// (k = 0, 1, ...) where one photograph holds several samples. Keys the random numbers.
  std::string id;
  std::string photograph;      // the id of the photograph; equal for samples of one photograph
  std::filesystem::path path;  // where the file lies on this machine
  std::string subject;         // "" = unknown: never counted as mated nor as non-mated
  std::string session;         // "" = the photograph is its own session
  std::map<std::string, std::string> groups;  // further columns of a manifest
  std::optional<Box> box;                     // hint: which face of the photograph is meant
  std::optional<Landmarks> landmarks;         // given landmarks; detection is then skipped
};

/// What became of a sample. Everything but `ok` is a failure to acquire, with a reason in words.
enum class Status {
  ok,
  undecodable,           // the file is missing, empty, broken or not a picture
  no_face,               // the detector found none
  several_faces,         // more than one, and the policy refuses to choose
  wrong_face,            // capture stage: another face of the photograph was chosen
  unusable_landmarks,    // eyes coincide or lie outside of the picture, or points are not finite
  non_finite_embedding,  // the model returned NaN or infinity
};
[[nodiscard]] std::string_view to_string(Status status);
/// Requires: `text` is one of the names above (a stored file that says otherwise is broken).
[[nodiscard]] std::optional<Status> status_from_string(std::string_view text);

}  // namespace robench
