// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <fmt/format.h>

#include "models/codec.h"
#include "models/face.h"
#include "perturb/error.h"
#include "suites/command_line.h"
#include "suites/commands/commands.h"
#include "suites/preview.h"
#include "suites/suite.h"

namespace robench {
namespace {

namespace po = boost::program_options;
constexpr const char* kUsage = "robench preview SUITE IMAGE [--out FILE.png]";

FaceCrop face_of(const std::filesystem::path& file, const std::string& detector_name) {
  const auto photograph = read_image(file);
  if (const auto* reason = std::get_if<std::string>(&photograph))
    throw ConfigError(file.string() + ": " + *reason, "IMAGE is a photograph with a face");
  const Image& image = std::get<Image>(photograph);
  const auto faces = make_detector(detector_name)->detect(image);
  if (faces.empty())
    throw ConfigError(file.string() + ": no face found",
                      "try a photograph whose face is larger or more frontal");
  if (faces.size() > 1)
    fmt::print(stderr, "{}: {} faces found, the most confident is shown\n", file.string(), faces.size());
  auto crop = crop_face(image, faces.front().landmarks);
  if (!crop) throw ConfigError(file.string() + ": the face's landmarks are unusable");
  return std::move(*crop);
}

}  // namespace

int preview_command(const std::vector<std::string>& arguments) {
  CommandLine command(kUsage, "Shows one face under every condition of a suite, side by side, as a PNG.",
                      "robench preview lighting.yaml portrait.jpg --out sheet.png");
  command.positional("SUITE").positional("IMAGE");
  command.option("out,o", po::value<std::string>()->default_value("preview.png"), "the contact sheet");
  const auto values = command.parse(arguments);
  if (!values) return 0;
  const auto suite_name = required_argument(*values, "SUITE", kUsage);
  const std::filesystem::path file = required_argument(*values, "IMAGE", kUsage);
  const Suite suite = read_suite(find_suite(suite_name));
  const FaceCrop face = face_of(file, suite.detector);
  const std::filesystem::path out = (*values)["out"].as<std::string>();
  write_image(out, preview_sheet(suite, face, file.filename().string()));
  fmt::print(stderr, "contact sheet: {} ({} conditions)\n", out.string(), suite.conditions.size());
  return 0;
}

}  // namespace robench
