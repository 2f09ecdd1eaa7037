// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "metrics/outcomes.h"
#include "models/store.h"
#include "reports/run_record.h"

namespace robench {

/// Replaces every file name, subject and data name of the record by a keyed hash and drops the suite's
/// text, so that no output names a person or a file. The key lies in the store (0600), so equal runs
/// give equal ids, and ids of different stores cannot be joined.
void make_private(RunRecord& run, const Store& store);
/// The same of the outcomes: ids and the hash of the data are keyed, so that runs pair where they were
/// made with the same store and nowhere else.
void make_private(RunOutcomes& outcomes, const Store& store);

/// What RunOutcomes::setting calls ids that anyone who has the data can compute.
inline constexpr const char* kPlainIds = "hashes of file names";
/// A sample's id as 16 hexadecimal digits: not secret, but no file name in a file that travels.
[[nodiscard]] std::string plain_id(const std::string& id);

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
