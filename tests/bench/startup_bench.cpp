// SPDX-License-Identifier: Apache-2.0
// Start-up of the program: median of 20 starts of `robench --help` and `robench list`, which must stay
// below 100 ms. The exit code and the first line are compared before a time counts.
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

namespace {

constexpr int kStarts = 20;
constexpr double kLimitMs = 100;

struct Pipe {
  void operator()(std::FILE* file) const { pclose(file); }
};

/// First line of stdout; "" when the program fails.
std::string first_line(const std::string& command) {
  std::unique_ptr<std::FILE, Pipe> out(popen(command.c_str(), "r"));
  std::array<char, 512> line{};
  std::string first;
  while (out && std::fgets(line.data(), line.size(), out.get()) != nullptr)
    if (first.empty()) first = line.data();
  if (!out || pclose(out.release()) != 0) return {};
  return first;
}

/// Seconds of processor time of all ended children: tells a slow start from a busy machine.
double cpu_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void start(benchmark::State& state, const std::string& arguments, const std::string& expected) {
  const std::string command = std::string(ROBENCH_BINARY) + " " + arguments;
  for (auto step : state) {
    const double cpu_before = 1e3 * cpu_of_children();
    const auto begin = std::chrono::steady_clock::now();
    const std::string line = first_line(command);
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    state.counters["cpu_ms"] = 1e3 * cpu_of_children() - cpu_before;
    if (!line.starts_with(expected)) return state.SkipWithError(("wrong first line: " + line).c_str());
  }
}

/// Remembers whether a median was above the limit or a run went wrong.
class Judge : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      failed_ = failed_ || run.error_occurred;
      if (run.aggregate_name == "median" && run.GetAdjustedRealTime() > kLimitMs) {
        std::fprintf(stderr, "%s: median above %g ms\n", run.benchmark_name().c_str(), kLimitMs);
        failed_ = true;
      }
    }
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const std::array<std::array<const char*, 3>, 2> commands = {
      {{"help", "--help", "robench: "}, {"list", "list", "perturbations"}}};
  for (const auto& [name, arguments, expected] : commands)
    benchmark::RegisterBenchmark(name, start, arguments, expected)
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(kStarts)
        ->ReportAggregatesOnly()
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Judge judge;
  benchmark::RunSpecifiedBenchmarks(&judge);
  return judge.failed() ? 1 : 0;
}
