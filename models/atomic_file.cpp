// SPDX-License-Identifier: Apache-2.0
#include "models/atomic_file.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "models/store.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, int error) {
  if (error == ENOSPC || error == EDQUOT)
    throw EnvironmentError("disk full while writing " + path.string(),
                           "free some space, then run the same command again: it resumes");
  if (error == EFBIG)
    throw EnvironmentError("file size limit reached while writing " + path.string(), "see `ulimit -f`");
  throw EnvironmentError("cannot write " + path.string() + ": " + std::strerror(error));
}

/// A file of a new, unused name beside `target`; removed again unless renamed.
class TemporaryFile {
 public:
  TemporaryFile(const fs::path& target, mode_t mode) : target_(target) {
    static std::atomic<unsigned> counter{0};
    do {
      path_ = target;
      path_ += fmt::format(".tmp-{}-{}", getpid(), counter++);
      descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    } while (descriptor_ < 0 && errno == EEXIST);  // left by a killed process of the same id
    if (descriptor_ < 0) fail(target_, errno);
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) close(descriptor_);
    if (!renamed_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(target_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Some file systems report a full disk only here.
  void sync_and_close() {
    if (fsync(descriptor_) != 0) fail(target_, errno);
    if (close(std::exchange(descriptor_, -1)) != 0) fail(target_, errno);
  }
  void rename_to_target() {
    if (std::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, errno);
    renamed_ = true;
  }

 private:
  fs::path target_;
  fs::path path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

/// Makes the new name last. Not every file system can sync a folder: then there is nothing to do.
void sync_folder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view bytes, mode_t mode) {
  TemporaryFile file(path, mode);
  file.write_all(bytes);
  file.sync_and_close();
  file.rename_to_target();
  sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  write_file_atomically(path, bytes, 0666);
}

}  // namespace robench
