// SPDX-License-Identifier: Apache-2.0
#include "tests/suites/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "models/codec.h"
#include "models/store.h"
#include "tests/support/generated_face.h"

namespace robench_test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// In the child: redirect, enter the folder, become the program.
[[noreturn]] void become_program(const fs::path& folder, const std::vector<std::string>& arguments) {
  const auto redirect = [&](const char* name, int descriptor) {
    const int file = open((folder / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, descriptor);
    close(file);
  };
  redirect("stdout.txt", 1);
  redirect("stderr.txt", 2);
  setenv("HOME", folder.c_str(), 1);
  setenv("ROBENCH_CACHE", (folder / "cache").c_str(), 1);
  if (chdir(folder.c_str()) != 0) _exit(126);
  std::vector<char*> argv = {const_cast<char*>(ROBENCH_BINARY)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(ROBENCH_BINARY, argv.data());
  _exit(127);
}

}  // namespace

pid_t Workplace::start(const std::vector<std::string>& arguments) const {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) become_program(path(), arguments);
  return child;
}

ProgramResult Workplace::run(const std::vector<std::string>& arguments) const {
  const pid_t child = start(arguments);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read("stdout.txt"),
          read("stderr.txt")};
}

void Workplace::use_zoo() const {
  fs::create_directories(path() / "cache");
  fs::create_directory_symlink(robench::model_folder(), path() / "cache" / "models");
}

void Workplace::write(const std::string& name, const std::string& text) const {
  fs::create_directories((path() / name).parent_path());
  std::ofstream(path() / name, std::ios::binary) << text;
}

std::string Workplace::read(const std::string& name) const { return text_of(path() / name); }

void write_generated_faces(const fs::path& folder, int subjects, int per_subject) {
  for (int subject = 0; subject < subjects; ++subject) {
    for (int picture = 0; picture < per_subject; ++picture) {
      robench::FaceRecipe recipe;
      recipe.subject = static_cast<std::uint32_t>(subject + 1);
      recipe.expression = static_cast<std::uint32_t>(picture);
      recipe.yaw_deg = 4.0 * picture;
      recipe.size_px = 260;
      recipe.inter_eye_px = 50;
      const auto file = folder / fmt::format("subject_{:02}", subject) / fmt::format("{}.png", picture);
      fs::create_directories(file.parent_path());
      robench::write_image(file, robench::render_face(recipe).image);
    }
  }
}

std::string null_suite(const std::string& data, const std::string& perturb) {
  return "suite: test\nseed: 7\ndata: " + data + "\nmodels: [null_model]\ntrials: all\nperturb:\n" +
         perturb;
}

}  // namespace robench_test
