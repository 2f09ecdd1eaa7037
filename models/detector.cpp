// SPDX-License-Identifier: Apache-2.0
// Detectors by name: each lives in a module of its own.
#include "models/detector_module.h"
#include "models/face.h"
#include "models/module.h"
#include "perturb/error.h"

namespace robench {
namespace {

struct DetectorModule {
  const char* name;
  const char* module;
  const char* factory;  // a MakeDetector of the module
  bool needs_file;      // the user brings its weights
};

constexpr DetectorModule kDetectors[] = {{"dlib_hog", "dlib", "robench_make_dlib_hog", false},
                                         {"yunet", "dnn", "robench_make_yunet", true}};

}  // namespace

std::vector<std::string> detector_names() {
  std::vector<std::string> names;
  for (const DetectorModule& detector : kDetectors) names.emplace_back(detector.name);
  return names;
}

bool detector_needs_file(const std::string& name) {
  for (const DetectorModule& detector : kDetectors)
    if (detector.name == name) return detector.needs_file;
  return false;
}

std::unique_ptr<Detector> make_detector(const std::string& name_and_file) {
  const auto colon = name_and_file.find(':');
  const std::string name = name_and_file.substr(0, colon);
  const std::string file = colon == std::string::npos ? "" : name_and_file.substr(colon + 1);
  for (const DetectorModule& detector : kDetectors) {
    if (detector.name != name) continue;
    if (detector.needs_file && file.empty())
      throw ConfigError(
          "detector '" + name + "' needs the file of its weights",
          "--detector " + name + ":FILE, or `detector_file: FILE` in a suite's acquisition");
    if (!detector.needs_file && colon != std::string::npos)
      throw ConfigError("detector '" + name + "' takes no file, found '" + file + "'");
    if (detector.needs_file && !std::filesystem::is_regular_file(file))
      throw EnvironmentError("detector '" + name + "': there is no file '" + file + "'");
    void* const factory = module_symbol(detector.module, detector.factory);
    return std::unique_ptr<Detector>(reinterpret_cast<MakeDetector*>(factory)(file));
  }
  throw ConfigError("unknown detector '" + name + "'", suggestion(name, detector_names()));
}

}  // namespace robench
