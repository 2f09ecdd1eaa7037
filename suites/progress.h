// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace robench {

/// One line on stderr with count, rate and time left; only on a terminal, only from the third second
/// on, at most five times a second. Safe to advance from several threads.
class Progress {
 public:
  Progress(std::string stage, std::int64_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t count = 1);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  std::string stage_;
  std::int64_t total_;
  std::string unit_;
  bool on_terminal_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_draw_ = start_;
  bool drawn_ = false;
  std::atomic<std::int64_t> done_{0};
  std::mutex mutex_;
};

/// `1:05`, `2:03:10`.
[[nodiscard]] std::string clock_text(double seconds);

}  // namespace robench
