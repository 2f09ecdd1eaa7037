// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace robench {

/// Face image quality that OFIQ, the reference implementation of ISO/IEC 29794-5, wrote for photographs:
/// `OFIQSampleApp -c CONFIG -i DIR -o FILE.csv`.
class OfiqTable {
 public:
  /// One quality component of one photograph.
  struct Quality {
    double raw = 0;  // OFIQ's native measure; NaN = failure to assess
    int score = -1;  // 0..100; -1 = failure to assess
  };

  /// Semicolons between cells (one may stand behind the last), a header `Filename`, then each
  /// component's name and its `NAME.scalar` anywhere behind; other columns are passed over. A score of
  /// -1 makes its raw value NaN. Throws ConfigError with every fault found, each with its line and
  /// column: as read_csv(), no `Filename`, no component with both columns, a raw value that is no
  /// number, a score that is not a whole number of -1 to 100.
  explicit OfiqTable(const std::filesystem::path& file);

  /// Names of the components, in the order of the file.
  [[nodiscard]] const std::vector<std::string>& components() const { return components_; }
  [[nodiscard]] std::size_t photographs() const { return rows_.size(); }

  /// Qualities of a photograph, one per component: that of the line whose path agrees with `id` (parts
  /// separated by / or \) in most parts from its end on, the name of the file at least. nullptr where no
  /// line does, or two do equally.
  [[nodiscard]] const std::vector<Quality>* find(const std::string& id) const;

 private:
  std::vector<std::string> components_;
  std::vector<std::vector<Quality>> rows_;
  std::vector<std::string> paths_;                       // of each row, with / alone
  std::multimap<std::string, std::size_t> row_of_name_;  // by the path's last part
};

}  // namespace robench
