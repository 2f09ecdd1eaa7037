// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>

#include "models/codec.h"
#include "perturb/error.h"
#include "suites/calibrate.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/data_set.h"
#include "suites/faces_at_hand.h"
#include "suites/preview.h"
#include "suites/suite.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kPreviewUsage =
    "robench preview SUITE IMAGE|sample [--other FILE|DIR] [--out FILE.png]";

/// `sample` is the first of the sample photographs that `robench models fetch` brings.
std::filesystem::path picture_named(const std::string& name) {
  if (name != "sample") return name;
  return read_data_set({}).samples.front().path;
}

FaceCrop shown_face(const Photograph& photograph, const std::string& file) {
  if (photograph.faces.size() > 1)
    fmt::print(stderr, "{}: {} faces found, the most confident is shown\n", file,
               photograph.faces.size());
  auto crop = crop_face(photograph.image, photograph.faces.front().landmarks);
  if (!crop) throw ConfigError(file + ": the face's landmarks are unusable");
  return std::move(*crop);
}

void require_other(const Suite& suite, const FacesAtHand& others, const std::string& file) {
  for (const Condition& condition : suite.conditions)
    if (condition.needs_other_face() && others.empty())
      throw ConfigError(file + ": shows one face, and '" + condition.label() + "' needs another",
                        "give a photograph of somebody else: --other FILE");
}

}  // namespace

int preview_command(const std::vector<std::string>& arguments) {
  CommandLine command(kPreviewUsage,
                      "Shows one face under every condition of a suite, side by side, as a PNG.",
                      "robench preview lighting.yaml sample --out sheet.png");
  command.positional("SUITE").positional("IMAGE");
  command.option("out,o", po::value<std::string>()->default_value("preview.png"), "the contact sheet")
      .option("other", po::value<std::string>(),
              "photograph of somebody else, or a folder of them, for conditions that put one beside; "
              "without it the other faces of IMAGE");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const auto suite_name = required_argument(*values, "SUITE", kPreviewUsage);
  const std::filesystem::path file = picture_named(required_argument(*values, "IMAGE", kPreviewUsage));
  Suite suite = read_suite(find_suite(suite_name));
  const auto detector = make_detector(suite.detector);
  const Photograph photograph = photograph_in(file, *detector);
  FacesAtHand others;
  if (values->count("other") > 0)
    others = faces_at_hand((*values)["other"].as<std::string>(), *detector);
  else
    others.add(file.filename().string(), photograph, 1);
  require_other(suite, others, file.string());
  FaceCrop face = shown_face(photograph, file.string());
  const DrawnFaces drawn(others);
  face.frame.others = &drawn;
  const std::string key = file.filename().string();
  if (suite.calibration)
    for (const auto& note : calibrate_conditions(suite, std::vector<CalibrationFace>{{key, face}}))
      fmt::print(stderr, "{}\n", note);
  const std::filesystem::path out = (*values)["out"].as<std::string>();
  write_image(out, preview_sheet(suite, face, key));
  fmt::print(stderr, "contact sheet: {} ({} conditions)\n", out.string(), suite.conditions.size());
  return 0;
}

}  // namespace robench
