// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "models/temporary_folder.h"

namespace robench_test {

/// What a run of the program gave.
struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// A folder of its own for one test, with an empty home; removed at the end.
class Workplace {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

  /// Runs the robench of this build here, with HOME and the store inside of this folder.
  [[nodiscard]] ProgramResult run(const std::vector<std::string>& arguments) const;
  /// Starts it and returns its process id, to be killed.
  [[nodiscard]] pid_t start(const std::vector<std::string>& arguments) const;

  /// Makes the fetched models and sample photographs of this user the work place's own.
  void use_zoo() const;

  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& name) const;

 private:
  robench::TemporaryFolder folder_{std::filesystem::temp_directory_path(), "robench-test-", ""};
};

/// Photographs of generated heads below `folder`: `subjects` folders with `per_subject` PNG each.
void write_generated_faces(const std::filesystem::path& folder, int subjects, int per_subject);

/// A suite text on such a folder with the null model; `perturb` lines as given.
[[nodiscard]] std::string null_suite(const std::string& data, const std::string& perturb);

}  // namespace robench_test
