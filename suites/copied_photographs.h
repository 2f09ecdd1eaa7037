// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "suites/data_set.h"

namespace robench {

/// Puts byte-for-byte copies of a photograph into one session, the first that is named among them or one
/// of their own: a comparison of two copies counts neither as mated nor as non-mated. A note of the data
/// says how many there are, and of how many the labels name different subjects.
///
/// photo_sha256: per sample; "" = unreadable, which is nobody's copy.
void join_copied_photographs(DataSet& data, const std::vector<std::string>& photo_sha256);

}  // namespace robench
