// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "suites/data/readers.h"
#include "suites/photograph.h"
#include "suites/probe_picture.h"

namespace robench::data_readers {

DataSet probes(const DataSpec& spec) {
  DataSet data;
  data.name = "probes";
  for (std::uint32_t number = 0; number < spec.count; ++number)
    data.samples.push_back(probe_sample(number));
  data.protocol = fmt::format("{} generated probes, version {}", data.samples.size(), kProbeVersion);
  data.notes = {
      "generated probes are nobody's faces: they show whether numbers moved, and say nothing about "
      "errors on people; no two of them are compared"};
  return data;
}

}  // namespace robench::data_readers
