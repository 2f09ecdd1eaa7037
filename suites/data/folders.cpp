// SPDX-License-Identifier: Apache-2.0
#include "perturb/error.h"
#include "suites/data/picture_files.h"
#include "suites/data/readers.h"

namespace robench::data_readers {

DataSet folders(const DataSpec& spec) {
  DataSet data;
  data.name = spec.root.filename().string();
  for (const std::string& file : picture_files(spec.root, spec.written)) {
    const auto slash = file.find('/');
    if (slash == std::string::npos)
      throw ConfigError(spec.written + ": " + file + " lies outside of any subject's folder",
                        "`folders` wants DIR/SUBJECT/picture; use `images` for unlabelled photographs");
    Sample sample;
    sample.id = sample.photograph = file;
    sample.subject = file.substr(0, slash);
    sample.path = spec.root / file;
    data.samples.push_back(std::move(sample));
  }
  data.protocol = "one folder per subject";
  return data;
}

}  // namespace robench::data_readers
