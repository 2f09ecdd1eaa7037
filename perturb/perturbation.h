// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perturb/image.h"
#include "perturb/landmarks.h"
#include "perturb/params.h"
#include "perturb/random_stream.h"

namespace robench {

/// What a perturbation gives back; most give a picture alone.
struct Perturbed {
  Image image;
  /// Occlusions: the share of the face hull (face_hull.h) that is covered, in [0, 1].
  std::optional<double> covered_fraction{};
  /// Where the landmarks lie now; set by perturbations that move the face.
  std::optional<Landmarks> landmarks{};
  /// Calibrated strengths: the measure reached minus its set point.
  std::optional<double> calibration_residual{};

  Perturbed(Image picture) : image(std::move(picture)) {}  // NOLINT(google-explicit-constructor)
};

/// Pixels in, pixels out. Pure and safe to call from several threads: the same picture, frame and
/// stream give the same bytes. The result has the size of the input. Works for any size from 1x1
/// and for landmarks outside of the picture.
using Perturber = std::function<Perturbed(const Image&, const Frame&, const RandomStream&)>;

/// What severities 1 to 5 mean; a suite chooses one for all of its perturbations.
/// face: this project's ladders, lengths in inter-eye distances. imagenet_c: the 19 corruptions of
/// imagecorruptions 1.1 with their tables in pixels of a crop of fixed size. cifar_c: the same with the
/// tables of CIFAR-10-C, for small faces (Hendrycks and Dietterich, ICLR 2019).
enum class SeveritySet { face, imagenet_c, cifar_c };
[[nodiscard]] std::string_view to_string(SeveritySet set);

/// What a perturbation is and how strong its severities are.
struct PerturbationSpec {
  std::string name;     // file stem = YAML name
  std::string summary;  // one line
  int version = 1;      // raised by any change of the pixels; part of every cache key
  std::vector<ParamSpec> params;
  std::string strength;                    // the parameter that a severity sets
  std::array<double, 5> ladder{};          // strength at severities 1..5
  std::string ladder_source;               // where the ladder comes from
  std::optional<double> neutral;           // strength that changes nothing
  std::string no_neutral_reason;           // why there is none, when there is none
  bool random = false;                     // uses the stream
  std::vector<std::string> aliases{};      // other names that a suite may use
  std::string not_monotone_reason{};       // why the change need not grow with severity; "" = it grows
  std::string depends_on_pixels_reason{};  // why a severity depends on resolution; "" = it does not
  bool keeps_grey = false;                 // a picture without colour stays without
  bool needs_other_face = false;           // draws from Frame::others, which must be set
  /// Moves the face under landmarks that stay: what the crop stage then tests is the alignment.
  bool alignment_error = false;
  /// Replaces aliases and fills values that depend on each other; may be empty. Called with checked
  /// values; the strength may be absent.
  std::function<void(Params&)> resolve;
  /// Requires: all parameters resolved (see `resolved_params`). Tables are computed here, once.
  std::function<Perturber(const Params&)> make;

  [[nodiscard]] const ParamSpec* find_param(std::string_view param) const;
};

/// A perturbation together with the folder (family) that holds its file.
struct RegisteredPerturbation {
  std::string family;  // "lighting"
  PerturbationSpec spec;
};

/// Every perturbation of a set, in the order of family and name. Built from the file names by CMake;
/// those of imagenet_c and cifar_c are the files of perturb/imagenet_c.
[[nodiscard]] const std::vector<RegisteredPerturbation>& perturbation_registry(
    SeveritySet set = SeveritySet::face);
/// By name or alias; nullptr when unknown.
[[nodiscard]] const RegisteredPerturbation* find_perturbation(std::string_view name,
                                                              SeveritySet set = SeveritySet::face);
[[nodiscard]] std::vector<std::string> perturbation_names(SeveritySet set = SeveritySet::face);

/// Defaults filled in, aliases replaced, ranges checked. Resolving the result again changes nothing.
/// Throws ConfigError (without a place) for an unknown name or a value out of range, with every fault.
[[nodiscard]] Params resolved_params(const PerturbationSpec& spec, const Params& given);

/// Strength at a severity in (0, 5], linear between the rungs of the ladder and, below 1, between
/// the neutral value and the first rung. Throws ConfigError outside of [0, 5], and below 1 where
/// there is no neutral value. Requires: severity != 0 (severity 0 is the clean picture).
[[nodiscard]] double strength_at(const PerturbationSpec& spec, double severity);

}  // namespace robench
