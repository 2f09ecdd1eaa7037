// SPDX-License-Identifier: Apache-2.0
#include "suites/data/picture_files.h"
#include "suites/data/readers.h"

namespace robench::data_readers {

DataSet images(const DataSpec& spec) {
  DataSet data;
  data.name = spec.root.filename().string();
  for (const std::string& file : picture_files(spec.root, spec.written)) {
    Sample sample;
    sample.id = sample.photograph = sample.subject = file;
    sample.path = spec.root / file;
    data.samples.push_back(std::move(sample));
  }
  data.every_face_is_a_sample = true;
  data.notes.emplace_back(
      "unlabelled photographs: each face is taken as its own subject; if one person is there twice, the "
      "FMR is overstated");
  return data;
}

}  // namespace robench::data_readers
