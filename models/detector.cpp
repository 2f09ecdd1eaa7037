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
};

constexpr DetectorModule kDetectors[] = {{"dlib_hog", "dlib", "robench_make_dlib_hog"}};

}  // namespace

std::vector<std::string> detector_names() {
  std::vector<std::string> names;
  for (const DetectorModule& detector : kDetectors) names.emplace_back(detector.name);
  return names;
}

std::unique_ptr<Detector> make_detector(const std::string& name) {
  for (const DetectorModule& detector : kDetectors) {
    if (detector.name != name) continue;
    void* const factory = module_symbol(detector.module, detector.factory);
    return std::unique_ptr<Detector>(reinterpret_cast<MakeDetector*>(factory)());
  }
  throw ConfigError("unknown detector '" + name + "'", suggestion(name, detector_names()));
}

}  // namespace robench
