// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/store.h"
#include "reports/run_record.h"

namespace robench {

/// Replaces every file name, subject and data name of the record by a keyed hash and drops the suite's
/// text, so that no output names a person or a file. The key lies in the store (0600), so equal runs
/// give equal ids, and ids of different stores cannot be joined.
void make_private(RunRecord& run, const Store& store);

/// The keyed hash of a name: equal for equal names of one store; "" for "".
class PrivateNames {
 public:
  /// Reads the store's key, or makes one.
  explicit PrivateNames(const Store& store);
  [[nodiscard]] std::string operator()(const std::string& name) const;

 private:
  std::string key_;
};

}  // namespace robench
