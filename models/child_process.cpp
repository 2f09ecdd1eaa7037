// SPDX-License-Identifier: Apache-2.0
#include "models/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// Where the child starts, and where its three streams lead.
class FileActions {
 public:
  FileActions(const fs::path& folder, const fs::path& out, const fs::path& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, out.c_str(), kWrite, 0600);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, err.c_str(), kWrite, 0600);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  static constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// This process's variables, those of `added` replaced, as NAME=value.
std::vector<std::string> variables(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::string content(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 255;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& arguments, const fs::path& folder,
                      const std::map<std::string, std::string>& environment) {
  const fs::path out = folder / "child.out";
  const fs::path err = folder / "child.err";
  const FileActions actions(folder, out, err);
  std::vector<std::string> argument_texts = arguments;
  std::vector<std::string> variable_texts = variables(environment);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0].c_str(), actions.get(), nullptr,
                                 pointers(argument_texts).data(), pointers(variable_texts).data());
  if (error == ENOENT) return {.found = false, .exit_code = 127, .out = "", .err = ""};
  if (error != 0)
    throw EnvironmentError(fmt::format("cannot start '{}': {}", arguments[0], std::strerror(error)));
  const int exit_code = wait_for(child);
  return {.found = true, .exit_code = exit_code, .out = content(out), .err = content(err)};
}

}  // namespace robench
