// SPDX-License-Identifier: Apache-2.0
#include "tests/heap/mixed_heap.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "models/codec.h"
#include "models/store.h"
#include "perturb/error.h"
#include "suites/crop_shelf.h"
#include "suites/trust/repairs.h"

namespace robench::heap {
namespace {

namespace fs = std::filesystem;

constexpr int kClean = 60;
constexpr int kOfEachChain = 30;
constexpr int kTurned = 10;  // of each angle
constexpr int kGroups = 12;
constexpr int kFaceless = 7;  // of each kind
constexpr int kBroken = 5;    // of each kind

class Heap {
 public:
  Heap(const Experiment& lfw, const std::vector<Person>& people, fs::path folder)
      : lfw_(lfw), people_(people), folder_(std::move(folder)) {
    fs::create_directories(folder_);
  }

  void add_clean() {
    for (int i = 0; i < kClean; ++i) add_person("clean", [](const Image& image) { return image; });
  }

  /// As photographed at that place: JPEG is in the chains, so the file itself loses nothing.
  void add_field() {
    const Suite field = read_suite(find_suite("field"));
    for (const Condition& condition : field.conditions) {
      if (condition.is_clean() || condition.stage != Stage::capture) continue;
      const PreparedCondition prepared(condition, field.seed);
      for (int i = 0; i < kOfEachChain; ++i) {
        const std::size_t row = people_.at(next_person_).row;
        add_person(condition.params(), [&](const Image& image) {
          return prepared
              .apply(image, Frame(lfw_.faces[row].face.landmarks), lfw_.data.samples[row].id, 1)
              .image;
        });
      }
    }
  }

  void add_turned() {
    for (const int degrees : {90, 180, 270})
      for (int i = 0; i < kTurned; ++i)
        add_person(fmt::format("turned by {} degrees", degrees),
                   [degrees](const Image& image) { return turned(image, degrees); });
  }

  void add_groups(const fs::path& groups) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(groups))
      if (has_image_extension(entry.path())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    files.resize(std::min<std::size_t>(files.size(), kGroups));
    for (const fs::path& file : files) {
      const fs::path name = next_name(file.extension());
      fs::copy_file(file, folder_ / name, fs::copy_options::overwrite_existing);
      planted_.push_back({name, "group photograph", {}});
    }
  }

  void add_faceless() {
    for (int i = 0; i < kFaceless; ++i) {
      cv::Mat noise(240, 240, CV_8UC3);
      cv::RNG random(static_cast<std::uint64_t>(i) + 1);  // a picture of the test, not a result
      random.fill(noise, cv::RNG::UNIFORM, 0, 256);
      add("no face: noise", Image(noise));
      cv::Mat stripes(240, 240, CV_8UC3, cv::Scalar(40, 90, 160));
      for (int x = 0; x < 240; x += 12 + 6 * i)
        cv::line(stripes, {x, 0}, {240 - x, 240}, {220, 200, 60}, 5);
      add("no face: stripes", Image(stripes));
      cv::Mat ramp(240, 240, CV_8UC3);
      for (int y = 0; y < ramp.rows; ++y) {
        const int level = 20 + (200 * y) / 240 * (i + 1) / kFaceless;
        ramp.row(y).setTo(cv::Scalar::all(level));
      }
      add("no face: shades", Image(ramp));
      const auto photograph = photograph_of(lfw_, people_.at(static_cast<std::size_t>(i)).partner);
      ROBENCH_ASSERT(photograph.has_value());
      add("no face: corner of a photograph", Image(photograph->bgr()(cv::Rect(0, 0, 60, 60)).clone()));
    }
  }

  void add_broken() {
    const auto bytes = read_bytes(lfw_.data.samples[people_.front().row].path);
    const auto& whole = std::get<std::vector<std::uint8_t>>(bytes);
    const std::string start(whole.begin(), whole.begin() + 400);
    const std::array<std::pair<const char*, std::string>, 4> kinds = {
        {{"broken: empty", ""},
         {"broken: a text", "this is no picture\n"},
         {"broken: cut off in the header", start},
         {"broken: begins like a PNG", std::string("\x89PNG\r\n\x1a\n") + start}}};
    for (int i = 0; i < kBroken; ++i)
      for (const auto& [what, content] : kinds) {
        const fs::path name = next_name(".jpg");
        write_file_atomically(folder_ / name, content);
        planted_.push_back({name, what, {}});
      }
  }

  [[nodiscard]] const std::vector<Planted>& planted() const { return planted_; }

 private:
  template <class Change>
  void add_person(const std::string& what, const Change& change) {
    const Person& person = people_.at(next_person_++);
    const auto photograph = photograph_of(lfw_, person.row);
    ROBENCH_ASSERT(photograph.has_value());
    add(what, change(*photograph));
    planted_.back().person = person;
  }

  void add(const std::string& what, const Image& image) {
    const fs::path name = next_name(".png");
    write_image(folder_ / name, image);
    planted_.push_back({name, what, {}});
  }

  [[nodiscard]] fs::path next_name(const fs::path& extension) const {
    return fmt::format("{:03}{}", planted_.size() + 1, extension.string());
  }

  const Experiment& lfw_;
  const std::vector<Person>& people_;
  fs::path folder_;
  std::size_t next_person_ = 0;
  std::vector<Planted> planted_;
};

}  // namespace

std::vector<Planted> write_mixed_heap(const Experiment& lfw, const std::vector<Person>& people,
                                      const fs::path& groups, const fs::path& folder) {
  Heap heap(lfw, people, folder);
  heap.add_clean();
  heap.add_field();
  heap.add_turned();
  heap.add_groups(groups);
  heap.add_faceless();
  heap.add_broken();
  return heap.planted();
}

}  // namespace robench::heap
