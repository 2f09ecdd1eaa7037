// SPDX-License-Identifier: Apache-2.0
#include "suites/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>

namespace robench {
namespace {
constexpr std::chrono::seconds kQuietStart{2};
constexpr std::chrono::milliseconds kBetweenDraws{200};
constexpr int kBarWidth = 24;
}  // namespace

std::string clock_text(double seconds) {
  const auto total = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
  if (total >= 3600) return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
  if (total >= 60) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} s", total);
}

Progress::Progress(std::string stage, std::int64_t total, std::string unit)
    : stage_(std::move(stage)), total_(total), unit_(std::move(unit)), on_terminal_(isatty(2) == 1) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t count) {
  done_ += count;
  if (!on_terminal_) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  const auto now = Clock::now();
  if (now - start_ < kQuietStart || now - last_draw_ < kBetweenDraws) return;
  draw(now);
}

void Progress::draw(Clock::time_point now) {
  const auto done = done_.load();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done) / elapsed;
  const double share =
      total_ > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total_)) : 0;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  const int filled = static_cast<int>(share * kBarWidth);
  const std::string line =
      fmt::format("\r\033[K{:<10} [{:#<{}}{:.<{}}] {}/{} {}  {:.0f}/s  {} left", stage_, "", filled, "",
                  kBarWidth - filled, done, total_, unit_, rate, clock_text(left));
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  last_draw_ = now;
  drawn_ = true;
}

}  // namespace robench
