// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "metrics/run_summary.h"
#include "metrics/threshold.h"
#include "metrics/trial.h"
#include "models/face.h"
#include "perturb/condition.h"
#include "perturb/error.h"

namespace robench {

/// Which photographs. `kind` is the YAML key: faces, images, manifest, folders, lfw, probes.
struct DataSpec {
  std::string kind = "faces";
  std::filesystem::path root;      // DIR or FILE, absolute; empty for faces: sample
  std::filesystem::path pairs;     // lfw only
  std::filesystem::path manifest;  // lfw only: further columns by path; empty = none
  std::uint32_t count = 0;         // probes only: how many
  std::string written;             // as in the suite or on the command line, for messages
  SourcePlace place;
};

/// One `require:` line: a limit that turns the exit code to 1.
struct Gate {
  std::string metric;
  std::string model;      // "" = every model
  std::string condition;  // glob on the condition's label; "*" = every condition
  std::optional<double> min;
  std::optional<double> max;
  SourcePlace place;
};

/// `severity_set: calibrated`: what severities 1 to 5 are to reach, and on what.
struct Calibration {
  enum class Measure { ssim, psnr, drift } measure = Measure::ssim;
  std::array<double, 5> set_points{};  // at severities 1..5, getting worse
  bool per_image = false;              // solved on each picture; otherwise once on the data
  std::string model;                   // drift: the reference model's card name or file
};

/// A suite file, parsed and checked. Conditions are expanded; the clean condition of each stage comes
/// first. Paths are absolute.
struct Suite {
  std::string name;
  std::uint64_t seed = 0;
  DataSpec data;
  TrialRequest trials;
  ThresholdRule threshold;
  std::filesystem::path threshold_run;  // threshold: { from: FILE.json }, absolute
  std::vector<std::string> models;      // as written; paths to cards made absolute
  std::vector<Condition> conditions;
  SeveritySet severity_set = SeveritySet::face;
  std::optional<Calibration> calibration;
  ApplyTo apply_to = ApplyTo::probe;
  std::optional<int> crop_px;  // crops are resampled to this side first; absent = native resolution
  int repetitions = 1;
  std::vector<std::vector<std::string>> groups;  // columns of the manifest; several = intersection
  std::vector<std::string> metrics;
  std::vector<std::string> reports;
  std::vector<Gate> gates;
  SummaryOptions summaries;
  bool keep_vectors = false;   // of the clean faces, beside run.json; of probes always
  bool keep_pictures = false;  // of a few faces, in report.html; of probes always
  std::string detector = "dlib_hog";
  std::optional<FaceChoice> face_choice;  // multi_face:
  std::optional<NoFace> no_face;
  std::filesystem::path file;
  std::string text;  // of the file, for provenance
};

/// Does a run keep the vectors of its clean samples, or show faces in report.html? Of probes always:
/// they are nobody's.
[[nodiscard]] inline bool is_of_probes(const Suite& suite) { return suite.data.kind == "probes"; }
[[nodiscard]] inline bool keeps_vectors(const Suite& suite) {
  return suite.keep_vectors || is_of_probes(suite);
}
[[nodiscard]] inline bool keeps_pictures(const Suite& suite) {
  return suite.keep_pictures || is_of_probes(suite);
}

/// Reads and checks a suite. Throws ConfigError with all faults found, each with file:line:column.
/// Does not touch data, models' weights or the network.
[[nodiscard]] Suite read_suite(const std::filesystem::path& file);
/// The same from a text; `file` names it in messages and anchors relative paths.
[[nodiscard]] Suite parse_suite(const std::string& text, const std::filesystem::path& file);

/// `lighting.yaml`, `lighting` or a path: the file as given if it exists, else among the shipped
/// suites. Throws ConfigError with a suggestion.
[[nodiscard]] std::filesystem::path find_suite(const std::string& name);
[[nodiscard]] std::vector<std::string> shipped_suite_names();
/// The folder of shipped suites: beside the sources in a build, under share/robench when installed.
[[nodiscard]] std::filesystem::path shipped_suites_folder();

/// A data specification from the command line: `--data SPEC` with SPEC = sample | images:DIR |
/// manifest:FILE | folders:DIR | lfw:ROOT,PAIRS | probes:N. Throws ConfigError.
[[nodiscard]] DataSpec parse_data_option(const std::string& text);

}  // namespace robench
