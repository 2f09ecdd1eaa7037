// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "models/face.h"
#include "perturb/other_faces.h"

namespace robench {

struct Photograph {
  Image image;
  std::vector<Face> faces;  // at least one, the most confident first
};
/// Throws ConfigError when it cannot be read or shows no face.
[[nodiscard]] Photograph photograph_in(const std::filesystem::path& file, const Detector& detector);

/// The faces that the user names for conditions that put somebody else into the picture. All are held in
/// memory. Safe from several threads once filled.
class FacesAtHand {
 public:
  /// The photograph's faces from the `first` on, under a name that says where they are from.
  void add(const std::string& name, const Photograph& photograph, std::size_t first = 0);
  [[nodiscard]] bool empty() const { return faces_.empty(); }

 private:
  friend class DrawnFaces;
  struct Named {
    std::string name;
    OtherFace face;
  };
  std::vector<Named> faces_;
};

/// The faces of a photograph, or of every picture in a folder that shows one; what shows none is named
/// on standard error. Throws ConfigError when there is no face at all.
[[nodiscard]] FacesAtHand faces_at_hand(const std::filesystem::path& file_or_folder,
                                        const Detector& detector);

/// The faces at hand for one call of a perturbation; remembers who was drawn.
class DrawnFaces : public OtherFaces {
 public:
  /// `from` must outlive it. Drawing requires that it is not empty.
  explicit DrawnFaces(const FacesAtHand& from) : from_(from) {}
  [[nodiscard]] OtherFace draw(const RandomStream& stream) const override;
  /// Name of the photograph that was drawn from last: a perturbation draws the foremost person last.
  [[nodiscard]] const std::string& foremost() const { return foremost_; }

 private:
  const FacesAtHand& from_;
  mutable std::string foremost_;
};

}  // namespace robench
