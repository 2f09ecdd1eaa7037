// SPDX-License-Identifier: Apache-2.0
// Is side_light like real light? Prints the table of docs/realism_of_light.md and draws its picture.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "models/codec.h"
#include "models/zoo.h"
#include "perturb/error.h"
#include "tests/realism/drift_plot.h"
#include "tests/realism/lamp_strength.h"
#include "tests/realism/realism_figures.h"

namespace {

using namespace robench;
using namespace robench::realism;
namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: realism_of_light [--linear | --as-stored] [--equal-lamps] [--fit] [--plot FILE.svg] "
    "[--pictures FOLDER] "
    "[PARAMETER=NUMBER...]\n"
    "  --linear     the models see linear grey values, as in the files, instead of sRGB\n"
    "  --as-stored  so does side_light, which takes them for sRGB\n"
    "  --equal-lamps  nobody is told that the lamps differ in strength\n"
    "  --fit        only the subjects that parameters may be fixed on, with the drift under each lamp\n"
    "  --pictures   writes real and synthetic light side by side; these show real people\n";

// Parameters were fixed on the first ten subjects by name; the others judge.
constexpr int kFitSubjects = 10;

struct Options {
  Encoding encoding = Encoding::srgb;
  bool equal_lamps = false;
  bool fit = false;
  fs::path plot, pictures;
  Params lamp;
};

// A strobe in a dark room and a camera of fixed exposure; what the room gave back was fitted.
Params lamp_of_yale() {
  Params lamp;
  lamp.set("ratio_ev", 5.0);
  lamp.set("exposure", "fixed");
  return lamp;
}

std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  options.lamp = lamp_of_yale();
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto equals = argument.find('=');
    if (argument == "--as-stored") {
      options.encoding = Encoding::as_stored;
    } else if (argument == "--linear") {
      options.encoding = Encoding::linear;
    } else if (argument == "--equal-lamps") {
      options.equal_lamps = true;
    } else if (argument == "--fit") {
      options.fit = true;
    } else if (argument == "--plot" && i + 1 < argc) {
      options.plot = argv[++i];
    } else if (argument == "--pictures" && i + 1 < argc) {
      options.pictures = argv[++i];
    } else if (equals != std::string_view::npos) {
      options.lamp.set(std::string(argument.substr(0, equals)), std::atof(argv[i] + equals + 1));
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void write_pictures(const fs::path& folder, const std::vector<Subject>& subjects, const Params& lamp) {
  for (const Subject& subject : subjects) {
    for (const LitPicture& lit : subject.lit) {
      cv::Mat pair;
      cv::hconcat(lit.image.bgr(), relit_picture(Source::synthetic, subject, lit, lamp).bgr(), pair);
      write_image(folder / fmt::format("{}_A{:+04.0f}E{:+03.0f}.png", subject.name,
                                       lit.light.azimuth_deg, lit.light.elevation_deg),
                  Image(pair));
    }
  }
}

std::string cell(const Figure& figure) {
  if (!figure.ci95) return fmt::format("{:.2f}", figure.value);
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", figure.value, figure.ci95->low, figure.ci95->high);
}

void print_table(const std::vector<std::pair<std::string, std::vector<Figure>>>& columns) {
  std::string head = "| |";
  std::string rule = "|---|";
  for (const auto& [name, figures] : columns) {
    head += ' ' + name + " |";
    rule += "---|";
  }
  fmt::print("{}\n{}\n", head, rule);
  for (std::size_t row = 0; row < columns.front().second.size(); ++row) {
    fmt::print("| {} |", columns.front().second[row].name);
    for (const auto& [name, figures] : columns) fmt::print(" {} |", cell(figures[row]));
    fmt::print("\n");
  }
}

// Where real and synthetic light order the lamps differently: what to look at while fitting.
void print_lamps(const std::string& model, const Group& group) {
  const std::vector<float> each(static_cast<std::size_t>(group.last - group.first), 1.0F);
  const std::vector<double> real = mean_drift(group, Source::real, each);
  const std::vector<double> made = mean_drift(group, Source::synthetic, each);
  const std::vector<double> rank_real = ranks(real);
  const std::vector<double> rank_made = ranks(made);
  fmt::print("model,azimuth_deg,elevation_deg,real,synthetic,rank_difference\n");
  for (std::size_t i = 0; i < real.size(); ++i) {
    const Light& lamp = group.directions[i];
    fmt::print("{},{},{},{:.4f},{:.4f},{:.0f}\n", model, lamp.azimuth_deg, lamp.elevation_deg, real[i],
               made[i], rank_made[i] - rank_real[i]);
  }
}

// What the lamps' strengths are is read from the subjects that parameters may be fixed on, for all.
void tell_strengths(std::vector<Subject>& subjects) {
  const std::map<Light, double> strengths =
      lamp_strengths(std::span(subjects).first(static_cast<std::size_t>(kFitSubjects)));
  for (Subject& subject : subjects)
    for (LitPicture& lit : subject.lit)
      if (const auto known = strengths.find(lit.light); known != strengths.end())
        lit.strength = known->second;
  for (const auto& [lamp, strength] : strengths)
    if (lamp.azimuth_deg > 0)
      fmt::print("{:+.0f},{:+.0f}: {:.2f}; ", lamp.azimuth_deg, lamp.elevation_deg, strength * strength);
  fmt::print("(azimuth, elevation: strength of this lamp over that of its mirror image)\n");
}

int measure(const fs::path& data, const Options& options) {
  std::vector<Subject> subjects = read_yale(data, options.encoding);
  if (options.fit) subjects.erase(subjects.begin() + kFitSubjects, subjects.end());
  if (!options.equal_lamps) tell_strengths(subjects);
  const std::vector<Light> directions = directions_of(subjects);
  const auto count = static_cast<int>(subjects.size());
  if (!options.pictures.empty()) write_pictures(options.pictures, subjects, options.lamp);
  std::vector<std::pair<std::string, std::vector<Figure>>> columns;
  std::vector<DriftPanel> panels;
  for (const char* name : {"dlib_resnet", "faceplugin"}) {
    const ModelCard card = find_model_card(name);
    fetch(card.files, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
    const auto effects = light_effects(card, subjects, directions, options.lamp, options.encoding);
    const auto column = [&](const std::string& who, int first, int last) {
      columns.emplace_back(fmt::format("{}, {}", name, who),
                           realism_figures({effects, directions, first, last}));
    };
    column(fmt::format("the {} it was fitted on", kFitSubjects), 0, kFitSubjects);
    if (options.fit) {
      print_lamps(name, {effects, directions, 0, kFitSubjects});
      continue;
    }
    column(fmt::format("{} others", count - kFitSubjects), kFitSubjects, count);
    column(fmt::format("all {}", count), 0, count);
    const Group judged{effects, directions, kFitSubjects, count};
    const std::vector<float> each(static_cast<std::size_t>(count - kFitSubjects), 1.0F);
    panels.push_back(
        {name, mean_drift(judged, Source::real, each), mean_drift(judged, Source::synthetic, each)});
  }
  print_table(columns);
  if (!options.plot.empty()) write_drift_plot(options.plot, directions, panels);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_of(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const char* shared = std::getenv("ROBENCH_TEST_DATA");
  const fs::path data = fs::path(shared != nullptr ? shared : "") / "faces" / "extended_yale_b";
  if (!fs::exists(data / "manifest.csv")) {
    fmt::print("SKIPPED: no faces/extended_yale_b/manifest.csv under ROBENCH_TEST_DATA\n");
    return 0;
  }
  try {
    return measure(data, *options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 3;
  }
}
