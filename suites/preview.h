// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/face.h"
#include "perturb/image.h"
#include "suites/suite.h"

namespace robench {

/// Contact sheet of one face under every crop-stage condition of the suite: a row per perturbation,
/// the clean picture first in each. Conditions of the capture stage are shown on the crop too.
[[nodiscard]] Image preview_sheet(const Suite& suite, const FaceCrop& face,
                                  const std::string& sample_key);

}  // namespace robench
