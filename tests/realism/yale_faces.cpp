// SPDX-License-Identifier: Apache-2.0
#include "tests/realism/yale_faces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <sstream>
#include <variant>

#include <opencv2/imgproc.hpp>

#include "models/codec.h"
#include "models/face.h"
#include "perturb/error.h"
#include "perturb/srgb.h"

namespace robench::realism {
namespace {

namespace fs = std::filesystem;

Image picture_of(const fs::path& file, Encoding encoding) {
  const auto read = read_image(file);
  if (!std::holds_alternative<Image>(read))
    throw EnvironmentError(file.string() + ": " + std::get<std::string>(read));
  static const PixelTable encode = table_of_encoded(srgb_from_linear);
  const Image& stored = std::get<Image>(read);
  return encoding == Encoding::as_stored ? stored : apply_table(stored, encode);
}

// The files are cut close to the face, with the eyes at the same place. The detector misses four of
// 19, so the landmarks of all are fitted in one box: the median of those that it finds.
Landmarks landmarks_of(const Image& frontal, const Detector& detector) {
  constexpr int kMargin = 80;
  constexpr Box kBox{kMargin - 2, kMargin - 2, 186, 186};
  cv::Mat padded;
  cv::copyMakeBorder(frontal.bgr(), padded, kMargin, kMargin, kMargin, kMargin, cv::BORDER_REPLICATE);
  const Landmarks landmarks = detector.landmarks_in(Image(padded), kBox);
  return transformed(landmarks, {1, 0, -kMargin, 0, 1, -kMargin});
}

struct Row {
  fs::path file;
  Light light;
};

std::map<std::string, std::vector<Row>> rows_by_subject(const fs::path& folder) {
  std::ifstream manifest(folder / "manifest.csv");
  if (!manifest) throw EnvironmentError((folder / "manifest.csv").string() + " cannot be read");
  std::map<std::string, std::vector<Row>> rows;
  std::string line;
  std::getline(manifest, line);  // header
  while (std::getline(manifest, line)) {
    std::istringstream fields(line);
    std::array<std::string, 4> field;
    for (std::string& text : field) std::getline(fields, text, ',');
    rows[field[1]].push_back({folder / field[0], {std::stod(field[2]), std::stod(field[3])}});
  }
  return rows;
}

}  // namespace

double Light::angle_deg() const {
  constexpr double kRadians = std::numbers::pi / 180.0;
  return std::acos(std::cos(azimuth_deg * kRadians) * std::cos(elevation_deg * kRadians)) / kRadians;
}

std::vector<Subject> read_yale(const fs::path& folder, Encoding encoding) {
  const auto detector = make_detector("dlib_hog");
  std::vector<Subject> subjects;
  for (const auto& [name, rows] : rows_by_subject(folder)) {
    const auto frontal =
        std::find_if(rows.begin(), rows.end(), [](const Row& row) { return row.light == Light{}; });
    if (frontal == rows.end()) continue;
    Subject subject{name, picture_of(frontal->file, encoding), {}, {}};
    subject.landmarks = landmarks_of(picture_of(frontal->file, Encoding::srgb), *detector);
    for (const Row& row : rows)
      if (row.light != Light{}) subject.lit.push_back({row.light, picture_of(row.file, encoding)});
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

}  // namespace robench::realism
