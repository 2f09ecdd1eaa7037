// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "models/resources.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "suites/data/readers.h"

namespace robench::data_readers {
namespace {

std::map<std::string, std::filesystem::path> fetched_photographs() {
  std::map<std::string, std::filesystem::path> paths;
  for (const PackageFile& file : sample_photographs()) {
    if (!is_fetched(file))
      throw EnvironmentError("the sample photographs are not fetched yet",
                             "run `robench models fetch` (or `make run`)");
    const auto path = fetched_path(file);
    paths[path.filename().string()] = path;
  }
  return paths;
}

}  // namespace

DataSet faces(const DataSpec& spec) {
  const auto photographs = fetched_photographs();
  DataSpec of_manifest = spec;
  of_manifest.root = suites_folder() / "data" / "sample.csv";
  DataSet data = manifest(of_manifest);
  for (Sample& sample : data.samples) sample.path = photographs.at(sample.photograph);
  data.name = "sample";
  data.protocol = "six group photographs of @vladmandic/face-api";
  data.default_choice = FaceChoice::nearest_to_hint;
  data.notes = {
      "who is who across the sample photographs is unknown, so no pair is called mated or non-mated"};
  return data;
}

}  // namespace robench::data_readers
