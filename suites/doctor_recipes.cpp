// SPDX-License-Identifier: Apache-2.0
#include "suites/doctor_recipes.h"

#include <cmath>

#include <fmt/format.h>

#include "models/template_points.h"
#include "perturb/params.h"

namespace robench {
namespace {

using Triple = std::array<double, 3>;
using Five = std::array<cv::Point2d, 5>;

/// What is taken off a pixel of 0..255, and what it is multiplied by then; as red, green, blue.
struct Range {
  const char* words;
  Triple mean;
  Triple scale;
};

constexpr double kTo1 = 1.0 / 255;
const std::array<Range, 9> kRanges = {{
    {"0..255", {0, 0, 0}, {1, 1, 1}},
    {"0..1", {0, 0, 0}, {kTo1, kTo1, kTo1}},
    {"-1..1, (x - 127.5) / 127.5", {127.5, 127.5, 127.5}, {1 / 127.5, 1 / 127.5, 1 / 127.5}},
    {"-1..1, (x - 127.5) / 128", {127.5, 127.5, 127.5}, {1 / 128.0, 1 / 128.0, 1 / 128.0}},
    {"-128..127", {127.5, 127.5, 127.5}, {1, 1, 1}},
    // torchvision's transforms.Normalize of ImageNet.
    {"ImageNet's mean and deviation",
     {255 * .485, 255 * .456, 255 * .406},
     {kTo1 / .229, kTo1 / .224, kTo1 / .225}},
    {"ImageNet's mean", {123.68, 116.779, 103.939}, {1, 1, 1}},
    {"VGGFace2's mean", {131.0912, 103.8827, 91.4953}, {1, 1, 1}},
    {"dlib's mean, / 256", {122.782, 117.001, 104.298}, {1 / 256.0, 1 / 256.0, 1 / 256.0}},
}};

constexpr double kArcFaceSide = 112;
const Five kArcFace = {{{38.2946, 51.6963},
                        {73.5318, 51.5014},
                        {56.0252, 71.7366},
                        {41.5493, 92.3655},
                        {70.7299, 92.2041}}};
// face-reidentification-retail-0095's README, as shares of the side.
const Five kOpenModelZoo = {
    {{.31557, .46157}, {.68262, .46157}, {.50026, .64051}, {.34947, .82469}, {.65344, .82469}}};

constexpr std::array<double, 4> kZooms = {0.8, 0.9, 1.1, 1.25};
constexpr std::array<int, 6> kSizes = {96, 112, 128, 150, 160, 224};

bool nearly(double a, double b) { return std::abs(a - b) <= 1e-4 * std::max(std::abs(a), std::abs(b)); }
bool nearly(const Triple& a, const Triple& b) {
  return nearly(a[0], b[0]) && nearly(a[1], b[1]) && nearly(a[2], b[2]);
}

Template five_points(Template align, const Five& points, double scale) {
  align.points = "five";
  // Square templates lie in the middle of an input that is not square.
  const double side = std::min(align.width, align.height);
  const cv::Point2d corner((align.width - side) / 2, (align.height - side) / 2);
  for (std::size_t i = 0; i < points.size(); ++i) align.five[i] = points[i] * (scale * side) + corner;
  return align;
}

class Recipes {
 public:
  explicit Recipes(const ModelCard& card) : card_(card) {}

  std::vector<Recipe> all(bool far_off) {
    channels();
    ranges(false);
    if (far_off) ranges(true);
    templates();
    sizes();
    comparisons();
    return std::move(recipes_);
  }

 private:
  Recipe& add(std::string field, std::string words) {
    recipes_.push_back({std::move(field), std::move(words), card_});
    return recipes_.back();
  }

  void channels() {
    const bool bgr = card_.channels == ChannelOrder::bgr;
    add("channels", bgr ? "rgb instead of bgr" : "bgr instead of rgb").card.channels =
        bgr ? ChannelOrder::rgb : ChannelOrder::bgr;
  }

  /// The ranges in the channel order of the card, or in the other one.
  void ranges(bool other_order) {
    const bool bgr = (card_.channels == ChannelOrder::bgr) != other_order;
    const auto ordered = [bgr](Triple t) { return bgr ? Triple{t[2], t[1], t[0]} : t; };
    for (const Range& range : kRanges) {
      const Triple mean = ordered(range.mean);
      const Triple scale = ordered(range.scale);
      const bool same_mean = nearly(mean, card_.mean);
      const bool same_scale = nearly(scale, card_.scale);
      if (same_mean && same_scale) continue;
      const std::string field = same_mean ? "scale" : same_scale ? "mean" : "mean and scale";
      Recipe& recipe = other_order ? add("channels, " + field,
                                         fmt::format("{}, {}", bgr ? "bgr" : "rgb", range.words))
                                   : add(field, range.words);
      recipe.card.channels = bgr ? ChannelOrder::bgr : ChannelOrder::rgb;
      recipe.card.mean = mean;
      recipe.card.scale = scale;
    }
  }

  /// Only what the face crop holds can be tried.
  void add_template(const std::string& field, const std::string& words, const Template& align) {
    if (lies_inside_crop(align)) add(field, words).card.align = align;
  }

  [[nodiscard]] bool is_own(const Template& align) const {
    if (card_.align.points != align.points) return false;
    if (align.points == "dlib_chip") return nearly(align.padding, card_.align.padding);
    double off = 0;
    for (std::size_t i = 0; i < align.five.size(); ++i)
      off = std::max(off, cv::norm(align.five[i] - card_.align.five[i]));
    return off < 0.01 * card_.align.width;
  }

  void templates() {
    const Template arcface = arcface_template(card_.align);
    if (!is_own(arcface)) add_template("template", "ArcFace's points", arcface);
    const Template zoo = five_points(card_.align, kOpenModelZoo, 1);
    if (!is_own(zoo)) add_template("template", "the Open Model Zoo's points", zoo);
    if (card_.align.width == card_.align.height) {
      Template chip = card_.align;
      chip.points = "dlib_chip";
      chip.padding = 0.25;
      if (!is_own(chip)) add_template("template", "dlib's chip, padding 0.25", chip);
    }
    for (const double zoom : kZooms)
      add_template("template", fmt::format("the face at {:.0f} % of its size", 100 * zoom),
                   zoomed(zoom));
  }

  /// The face larger or smaller in the chip, about the middle.
  [[nodiscard]] Template zoomed(double zoom) const {
    Template align = card_.align;
    const cv::Point2d middle((align.width - 1) / 2.0, (align.height - 1) / 2.0);
    for (cv::Point2d& point : align.five) point = middle + zoom * (point - middle);
    // The chip shows 1 + 2 padding faces.
    align.padding = std::max(0.0, ((1 + 2 * align.padding) / zoom - 1) / 2);
    return align;
  }

  void sizes() {
    if (card_.align.width != card_.align.height) return;
    for (const int side : kSizes) {
      if (side == card_.align.width) continue;
      Template align = card_.align;
      const double scale = static_cast<double>(side) / align.width;
      align.width = align.height = side;
      // Pixel centres lie at integers, edges at halves.
      for (cv::Point2d& point : align.five)
        point = (point + cv::Point2d(0.5, 0.5)) * scale - cv::Point2d(0.5, 0.5);
      add_template("size", fmt::format("{0} x {0} px", side), align);
    }
  }

  /// The distance of unit vectors and the cosine of any decide alike, so a card with a Euclidean
  /// comparison is one step from both with `normalise`.
  void comparisons() {
    if (card_.comparison == Comparison::cosine) {
      add("comparison", "euclidean instead of cosine").card.comparison = Comparison::euclidean;
      return;
    }
    const bool l2 = card_.normalise == Normalise::l2;
    add("normalise", l2 ? "none instead of l2" : "l2 instead of none").card.normalise =
        l2 ? Normalise::none : Normalise::l2;
  }

  const ModelCard& card_;
  std::vector<Recipe> recipes_;
};

std::string triple_text(const Triple& t) {
  const auto text = [](double value) { return shortest(std::round(value * 1e8) / 1e8); };
  if (t[0] == t[1] && t[1] == t[2]) return text(t[0]);
  return fmt::format("[{}, {}, {}]", text(t[0]), text(t[1]), text(t[2]));
}

std::string template_lines(const Template& align) {
  std::string lines =
      fmt::format("  template: {}\n  size: [{}, {}]\n", align.points, align.width, align.height);
  if (align.points == "dlib_chip")
    return lines + fmt::format("  padding: {}\n", shortest(std::round(align.padding * 1e4) / 1e4));
  lines += "  points:\n";
  for (const cv::Point2d& point : align.five)
    lines += fmt::format("    - [{:.4f}, {:.4f}]\n", point.x, point.y);
  return lines;
}

bool same_template(const Template& a, const Template& b) {
  return a.points == b.points && a.width == b.width && a.height == b.height && a.five == b.five &&
         a.padding == b.padding;
}

}  // namespace

Template arcface_template(const Template& size) { return five_points(size, kArcFace, 1 / kArcFaceSide); }

std::string input_lines(const ModelCard& card) {
  return template_lines(card.align) + fmt::format("  channels: {}\n", to_string(card.channels)) +
         "  mean: " + triple_text(card.mean) + "\n  scale: " + triple_text(card.scale) + "\n";
}

std::vector<Recipe> other_recipes(const ModelCard& card, bool far_off) {
  return Recipes(card).all(far_off);
}

std::string changed_lines(const ModelCard& from, const ModelCard& to) {
  std::string input;
  if (!same_template(from.align, to.align)) input += template_lines(to.align);
  if (from.channels != to.channels) input += fmt::format("  channels: {}\n", to_string(to.channels));
  if (from.mean != to.mean) input += "  mean: " + triple_text(to.mean) + "\n";
  if (from.scale != to.scale) input += "  scale: " + triple_text(to.scale) + "\n";
  std::string output;
  if (from.flip != to.flip) output += fmt::format("  flip: {}\n", to_string(to.flip));
  if (from.normalise != to.normalise)
    output += fmt::format("  normalise: {}\n", to_string(to.normalise));
  std::string lines;
  if (!input.empty()) lines += "input:\n" + input;
  if (!output.empty()) lines += "output:\n" + output;
  if (from.comparison != to.comparison)
    lines += fmt::format("comparison:\n  measure: {}\n", to_string(to.comparison));
  return lines;
}

}  // namespace robench
