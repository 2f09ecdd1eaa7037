// SPDX-License-Identifier: Apache-2.0
#include "models/growing_folder.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

namespace robench {
namespace {

namespace fs = std::filesystem;

double megabytes_in(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  std::error_code gone;  // files come and go meanwhile
  for (auto entry = fs::recursive_directory_iterator(folder, gone);
       !gone && entry != fs::recursive_directory_iterator(); entry.increment(gone))
    if (entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  return static_cast<double>(bytes) / 1e6;
}

}  // namespace

GrowingFolder::GrowingFolder(fs::path folder) : folder_(std::move(folder)) {
  if (isatty(2) == 1) thread_ = std::thread([this] { watch(); });
}

GrowingFolder::~GrowingFolder() {
  done_ = true;
  if (!thread_.joinable()) return;
  thread_.join();
  std::fputs("\r\033[K", stderr);
}

void GrowingFolder::watch() {
  using namespace std::chrono_literals;
  const double at_first = megabytes_in(folder_);
  const auto start = std::chrono::steady_clock::now();
  for (int tick = 1; !done_; ++tick) {
    std::this_thread::sleep_for(100ms);
    if (tick % 10 != 0) continue;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double fetched = megabytes_in(folder_) - at_first;
    fmt::print(stderr, "\r\033[K  {:.0f} MB, {:.1f} MB/s", fetched, fetched / seconds);
  }
}

}  // namespace robench
