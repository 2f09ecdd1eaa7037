// SPDX-License-Identifier: Apache-2.0
// The corruptions of ImageNet-C for scripts that hold them beside others: reads one command a line,
// answers with one line each.
//   load FILE                          the picture from now on (any format that OpenCV reads)
//   head SUBJECT SIDE                  a generated head instead
//   save FILE                          the picture as it is
//   apply NAME LEVEL TABLE SAMPLE FILE corrupted, written to FILE
//   time NAME LEVEL                    seconds of this thread for one call, its result checked
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <sstream>
#include <string>

#include "perturb/condition.h"
#include "perturb/error.h"
#include "tests/support/generated_face.h"

using namespace robench;

namespace {

GeneratedFace generated_head(std::uint32_t subject, int side) {
  FaceRecipe recipe;
  recipe.subject = subject;
  recipe.size_px = side;
  recipe.inter_eye_px = side / 5.0;
  return render_face(recipe);
}

PreparedCondition prepared(const std::string& name, double level, const std::string& table) {
  Params given;
  given.set("table", table);
  const Step step = step_at_severity(name, level, given, SeveritySet::imagenet_c);
  return {Condition{{step}, Stage::crop}, 1};
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Bench {
 public:
  void load(Image picture) {
    picture_ = std::move(picture);
    entries_.clear();
  }
  [[nodiscard]] const Image& picture() const { return picture_; }
  Image apply(const PreparedCondition& condition, const std::string& sample) {
    return condition.apply(picture_, frame_, sample, 0).image;
  }
  double time(const std::string& name, double level) {
    const std::string key = name + std::to_string(level);
    auto found = entries_.find(key);
    if (found == entries_.end()) {
      PreparedCondition condition = prepared(name, level, "imagenet_c");
      Image expected = apply(condition, "sample");
      found = entries_.emplace(key, Entry{std::move(condition), std::move(expected)}).first;
    }
    const double start = thread_seconds();
    const Image result = apply(found->second.condition, "sample");
    const double seconds = thread_seconds() - start;
    if (!(result == found->second.expected)) throw ConfigError("another result than before", "");
    return seconds;
  }

 private:
  struct Entry {
    PreparedCondition condition;
    Image expected;
  };
  Image picture_{cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(0))};
  Frame frame_{generated_head(1, 64).landmarks};  // no corruption looks at it
  std::map<std::string, Entry> entries_;
};

std::string answer(Bench& bench, const std::string& line) {
  std::istringstream words(line);
  std::string command, name, table, sample, file;
  double level = 0;
  words >> command;
  if (command == "load" && words >> file) {
    bench.load(Image(cv::imread(file, cv::IMREAD_COLOR)));
  } else if (std::uint32_t subject = 0, side = 0; command == "head" && words >> subject >> side) {
    bench.load(generated_head(subject, static_cast<int>(side)).image);
  } else if (command == "save" && words >> file) {
    cv::imwrite(file, bench.picture().bgr());
  } else if (command == "apply" && words >> name >> level >> table >> sample >> file) {
    cv::imwrite(file, bench.apply(prepared(name, level, table), sample).bgr());
  } else if (command == "time" && words >> name >> level) {
    std::ostringstream seconds;
    seconds.precision(9);
    seconds << bench.time(name, level);
    return seconds.str();
  } else {
    return "unknown command";
  }
  return "done";
}

}  // namespace

int main() {
  cv::setNumThreads(1);
  Bench bench;
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << answer(bench, line) << std::endl;
    } catch (const ConfigError& error) {
      std::cout << error.what() << std::endl;
    }
  }
  return 0;
}
