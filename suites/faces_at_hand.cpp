// SPDX-License-Identifier: Apache-2.0
#include "suites/faces_at_hand.h"

#include <cstdio>

#include <fmt/format.h>

#include "models/codec.h"
#include "perturb/error.h"
#include "suites/data/picture_files.h"
#include "suites/donors.h"

namespace robench {

Photograph photograph_in(const std::filesystem::path& file, const Detector& detector) {
  const auto picture = read_image(file);
  if (const auto* reason = std::get_if<std::string>(&picture))
    throw ConfigError(file.string() + ": " + *reason, "a photograph with a face is needed");
  Photograph photograph{std::get<Image>(picture), {}};
  photograph.faces = detector.detect(photograph.image);
  if (photograph.faces.empty())
    throw ConfigError(file.string() + ": no face found",
                      "try a photograph whose face is larger or more frontal");
  return photograph;
}

void FacesAtHand::add(const std::string& name, const Photograph& photograph, std::size_t first) {
  for (std::size_t i = first; i < photograph.faces.size(); ++i)
    faces_.push_back({name, with_surroundings(photograph.image, photograph.faces[i].landmarks)});
}

FacesAtHand faces_at_hand(const std::filesystem::path& file_or_folder, const Detector& detector) {
  FacesAtHand faces;
  if (!std::filesystem::is_directory(file_or_folder)) {
    faces.add(file_or_folder.filename().string(), photograph_in(file_or_folder, detector));
    return faces;
  }
  for (const std::string& name : picture_files(file_or_folder, file_or_folder.string())) {
    try {
      faces.add(name, photograph_in(file_or_folder / name, detector));
    } catch (const ConfigError& error) {
      fmt::print(stderr, "left out: {}\n", error.diagnostics().front().message);
    }
  }
  if (faces.empty()) throw ConfigError(file_or_folder.string() + ": no picture shows a face");
  return faces;
}

OtherFace DrawnFaces::draw(const RandomStream& stream) const {
  ROBENCH_ASSERT(!from_.empty());
  const auto& drawn = from_.faces_[stream.block(0)[0] % from_.faces_.size()];
  foremost_ = drawn.name;
  return drawn.face;
}

}  // namespace robench
