// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "metrics/trial.h"
#include "models/face.h"
#include "suites/suite.h"

namespace robench {

/// What a reader found: samples with stable ids, and the data's own pairs if it lists any.
struct DataSet {
  std::string name;  // "sample", "lfw", "probes", or the folder's or manifest's own name
  std::vector<Sample> samples;
  std::vector<Trial> listed;  // reference and probe are rows of `samples`
  int fold_count = 0;
  std::string protocol;  // one line for the report: "LFW view 2, folds 1-5 of pairs.txt"
  FaceChoice default_choice = FaceChoice::largest;
  NoFace default_no_face = NoFace::fail;
  bool every_face_is_a_sample = false;  // images: the engine makes one sample per face found
  std::vector<std::string> notes;       // for the report: "each photograph is taken as its own subject"
};

/// Reads the data of a suite; no picture is decoded. Throws ConfigError with file:line:column for a
/// broken manifest or pair list, EnvironmentError when the default data is not fetched yet.
[[nodiscard]] DataSet read_data_set(const DataSpec& spec);

/// A seeded sample of `limit` photographs; where pairs are listed, of `limit` trials, balanced over
/// folds and mated / non-mated, and the samples that they need. 0 = everything.
[[nodiscard]] DataSet limited(DataSet data, std::int64_t limit, std::uint64_t seed);

}  // namespace robench
