// SPDX-License-Identifier: Apache-2.0
#include "suites/version.h"

namespace robench {

std::string_view version() { return ROBENCH_VERSION; }

}  // namespace robench
