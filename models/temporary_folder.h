// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace robench {

/// A new folder that is gone, with all that lies in it, at the end of the scope.
class TemporaryFolder {
 public:
  /// Makes `parent`/`prefix` with six characters behind it, and `parent` where it is not there yet.
  /// Throws EnvironmentError with `hint` when that is refused.
  TemporaryFolder(const std::filesystem::path& parent, const std::string& prefix,
                  const std::string& hint);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace robench
