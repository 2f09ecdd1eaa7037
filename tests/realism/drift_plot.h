// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/realism/yale_faces.h"

namespace robench::realism {

struct DriftPanel {
  std::string title;
  std::vector<double> real, synthetic;  // by direction
};

/// Drift against the angle of the lamp from the camera's axis, one panel for each model, as SVG.
void write_drift_plot(const std::filesystem::path& file, const std::vector<Light>& directions,
                      const std::vector<DriftPanel>& panels);

}  // namespace robench::realism
