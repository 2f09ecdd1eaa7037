// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <thread>

namespace robench {

/// While it lives, a terminal shows how many MB lie in a folder: the progress of a program that
/// downloads into it and says nothing itself. Silent elsewhere.
class GrowingFolder {
 public:
  explicit GrowingFolder(std::filesystem::path folder);
  ~GrowingFolder();
  GrowingFolder(const GrowingFolder&) = delete;
  GrowingFolder& operator=(const GrowingFolder&) = delete;

 private:
  void watch();

  std::filesystem::path folder_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace robench
