// SPDX-License-Identifier: Apache-2.0
// The doctor on a planted network that sees people only through the right recipe.
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "suites/model_doctor.h"

namespace robench {
namespace {

constexpr int kSide = 112;
constexpr int kBlock = 7;  // of the carrier; a cell of 2 x 2 blocks holds one bit of a person
constexpr int kBlocks = kSide / kBlock;
constexpr int kCells = kBlocks / 2;
constexpr int kMargin = 34;  // of the crop around the chip
constexpr int kSubjects = 30;
constexpr double kFlipped = 0.12;  // of a person's bits differ from picture to picture
constexpr float kSeen = 0.35F;     // the network is blind beyond

const std::array<cv::Point2d, 5> kPoints = {{{38.2946, 51.6963},
                                             {73.5318, 51.5014},
                                             {56.0252, 71.7366},
                                             {41.5493, 92.3655},
                                             {70.7299, 92.2041}}};

/// A sign that is fixed for all time.
int sign(const char* what, std::uint64_t key, std::uint64_t index) {
  return (RandomStream(key, what, "", "", 0).block(index)[0] & 1U) != 0 ? 1 : -1;
}

/// The sign of each block of the carrier: a person's bit is seen only where the blocks lie as they must.
const std::array<int, kBlocks * kBlocks>& carrier() {
  static const auto signs = [] {
    std::array<int, kBlocks * kBlocks> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = sign("carrier", 0, i);
    return all;
  }();
  return signs;
}

/// The right card: ArcFace's template, red before blue, -1..1, compared by cosine.
ModelCard right_card() {
  ModelCard card;
  card.name = "planted";
  card.align.points = "five";
  card.align.width = card.align.height = kSide;
  card.align.five = kPoints;
  card.channels = ChannelOrder::rgb;
  card.mean = {127.5, 127.5, 127.5};
  card.scale = {1 / 127.5, 1 / 127.5, 1 / 127.5};
  card.dim = kCells * kCells;
  card.comparison = Comparison::cosine;
  return card;
}

/// Red and green hold the person, red five times as much of what the network looks at; blue holds
/// noise. The contrast differs from picture to picture, so that lengths of vectors do.
FaceCrop face(int subject, int picture) {
  const RandomStream noise(static_cast<std::uint64_t>(subject), "picture", "", "", picture);
  const double contrast = noise.uniform(0, 0.3, 1);
  std::array<int, kCells * kCells> bits{};
  for (std::size_t cell = 0; cell < bits.size(); ++cell)
    bits[cell] = sign("subject", static_cast<std::uint64_t>(subject) + 1, cell) *
                 (noise.uniform(10 + cell) < kFlipped ? -1 : 1);
  cv::Mat pixels(kSide + 2 * kMargin, kSide + 2 * kMargin, CV_8UC3);
  std::uint64_t next = 1000;
  for (int y = 0; y < pixels.rows; ++y)
    for (int x = 0; x < pixels.cols; ++x) {
      const int bx = std::clamp((x - kMargin) / kBlock, 0, kBlocks - 1);
      const int by = std::clamp((y - kMargin) / kBlock, 0, kBlocks - 1);
      const int cell = by / 2 * kCells + bx / 2;
      const int bit = bits[static_cast<std::size_t>(cell)];
      const double signal = 25 * contrast * bit * carrier()[static_cast<std::size_t>(by * kBlocks + bx)];
      const double block_noise =
          25 * noise.normal(1000000 + static_cast<std::uint64_t>(y / kBlock * 100 + x / kBlock));
      const auto byte = [&](double value) { return cv::saturate_cast<uchar>(127.5 + value); };
      pixels.at<cv::Vec3b>(y, x) = {byte(block_noise), byte(signal + 6 * noise.normal(next)),
                                    byte(signal + 6 * noise.normal(next + 1))};
      next += 2;
    }
  Landmarks landmarks;
  for (auto& point : landmarks.points) point = {kMargin + 56.F, kMargin + 60.F};
  const auto place = [&](int first, int last, std::size_t k) {
    for (int i = first; i <= last; ++i)
      landmarks.points[static_cast<std::size_t>(i)] =
          cv::Point2f(kPoints[k]) + cv::Point2f(kMargin, kMargin);
  };
  place(36, 41, 0), place(42, 47, 1), place(30, 30, 2), place(48, 48, 3), place(54, 54, 4);
  return {Image(pixels), Frame(landmarks), cv::Matx23d(1, 0, 0, 0, 1, 0)};
}

const DoctorData& planted_data() {
  static const DoctorData data = [] {
    DoctorData all;
    all.units = kSubjects;
    for (int subject = 0; subject < kSubjects; ++subject)
      for (int picture = 0; picture < 2; ++picture) {
        all.crops.push_back(face(subject, picture));
        all.unit.push_back(subject);
      }
    for (std::uint32_t a = 0; a < kSubjects; ++a) {
      all.trials.push_back({2 * a, 2 * a + 1, true});
      for (std::uint32_t k = 1; k <= 4; ++k)
        all.trials.push_back({2 * a, 2 * ((a + k) % kSubjects) + 1, false});
    }
    return all;
  }();
  return data;
}

/// Looks for each cell's bit in the first two channels, where pixels lie near 0.
class Planted : public Embedder {
 public:
  explicit Planted(const ModelCard& card) : card_(card) {}
  EmbeddingMatrix embed(std::span<const Image> chips) override {
    const std::vector<float> tensor = to_tensor(chips, card_);
    const auto width = static_cast<std::size_t>(card_.align.width);
    const std::size_t plane = width * static_cast<std::size_t>(card_.align.height);
    EmbeddingMatrix vectors = EmbeddingMatrix::Zero(static_cast<Eigen::Index>(chips.size()), card_.dim);
    for (std::size_t i = 0; i < chips.size(); ++i)
      for (std::size_t y = 0; y < std::min<std::size_t>(kSide, plane / width); ++y)
        for (std::size_t x = 0; x < std::min<std::size_t>(kSide, width); ++x) {
          const float* at = tensor.data() + 3 * plane * i + y * width + x;
          const std::size_t block = y / kBlock * kBlocks + x / kBlock;
          const std::size_t cell = y / kBlock / 2 * kCells + x / kBlock / 2;
          vectors(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(cell)) +=
              static_cast<float>(carrier()[block]) * (seen(at[0]) + 0.2F * seen(at[plane]));
        }
    return vectors;
  }

 private:
  static float seen(float value) { return std::abs(value) <= kSeen ? value : 0.F; }
  ModelCard card_;
};

Diagnosis diagnosed(const ModelCard& card) {
  return diagnose(card, planted_data(),
                  [](const ModelCard& of) { return std::make_unique<Planted>(of); });
}

std::string fields(const Diagnosis& diagnosis) {
  std::string all;
  for (const Recipe& step : diagnosis.cure) all += (all.empty() ? "" : ", ") + step.field;
  return all;
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("doctor: a right card is left as it is") {
    const Diagnosis diagnosis = diagnosed(right_card());
    INFO(diagnosis_text(right_card(), diagnosis));
    CHECK(diagnosis.cure.empty());
    CHECK(diagnosis.defects.empty());
    CHECK(diagnosis.own.d_prime > 3);
    CHECK(diagnosis_text(right_card(), diagnosis).find("no recipe is clearly better") !=
          std::string::npos);
  }

  TEST_CASE("doctor: broken cards are repaired and the field is named") {
    struct Broken {
      const char* field;
      std::function<void(ModelCard&)> damage;
      const char* yaml;
    };
    const std::vector<Broken> all = {
        {"channels", [](ModelCard& card) { card.channels = ChannelOrder::bgr; }, "  channels: rgb\n"},
        {"scale",
         [](ModelCard& card) {
           card.scale = {1, 1, 1};
         },
         "  scale: 0.0078"},
        {"mean",
         [](ModelCard& card) {
           card.mean = {0, 0, 0};
         },
         "  mean: 127.5\n"},
        {"mean and scale",
         [](ModelCard& card) {
           card.mean = {0, 0, 0}, card.scale = {1, 1, 1};
         },
         "  mean: 127.5\n  scale: 0.0078"},
        {"template",
         [](ModelCard& card) {
           for (auto& point : card.align.five)
             point = cv::Point2d(55.5, 55.5) + 0.8 * (point - cv::Point2d(55.5, 55.5));
         },
         "  points:\n    - [38.29"},
        {"size",
         [](ModelCard& card) {
           card.align.width = card.align.height = 128;
           for (auto& point : card.align.five)
             point = (point + cv::Point2d(.5, .5)) * (128.0 / kSide) - cv::Point2d(.5, .5);
         },
         "  size: [112, 112]\n"},
        {"normalise", [](ModelCard& card) { card.comparison = Comparison::euclidean; },
         "output:\n  normalise: l2\n"},
    };
    const double right = diagnosed(right_card()).own.d_prime;
    for (const Broken& broken : all) {
      ModelCard card = right_card();
      broken.damage(card);
      const Diagnosis diagnosis = diagnosed(card);
      const std::string text = diagnosis_text(card, diagnosis);
      INFO(text);
      CAPTURE(broken.field);
      CHECK(fields(diagnosis) == broken.field);
      CHECK(diagnosis.own.d_prime < 0.9 * right);
      CHECK(diagnosis.cured.d_prime > 0.8 * right);
      CHECK(text.find(broken.yaml) != std::string::npos);
      CHECK(text.find(fmt::format("wrong in the card: `{}`", broken.field)) != std::string::npos);
    }
  }

  TEST_CASE("doctor: two wrong fields are both found") {
    ModelCard card = right_card();
    card.channels = ChannelOrder::bgr;
    card.mean = {0, 0, 0};
    const Diagnosis diagnosis = diagnosed(card);
    INFO(diagnosis_text(card, diagnosis));
    REQUIRE_FALSE(diagnosis.cure.empty());
    CHECK(diagnosis.cure.back().card.channels == ChannelOrder::rgb);
    CHECK(diagnosis.cure.back().card.mean[0] == 127.5);
    CHECK(fields(diagnosis).starts_with("channels, mean"));
  }

  TEST_CASE("doctor: a network that does not run at the card's size runs at another") {
    ModelCard card = right_card();
    card.align.width = card.align.height = 96;
    for (auto& point : card.align.five) point = point * (96.0 / kSide);
    const Diagnosis diagnosis =
        diagnose(card, planted_data(), [](const ModelCard& of) -> std::unique_ptr<Embedder> {
          if (of.align.width != kSide) throw EnvironmentError("wants 112 x 112");
          return std::make_unique<Planted>(of);
        });
    INFO(diagnosis_text(card, diagnosis));
    CHECK(diagnosis.own.does_not_run == "wants 112 x 112");
    CHECK(fields(diagnosis) == "size");
  }

  TEST_CASE("doctor: defects of the network itself") {
    /// Wraps the planted network and spoils its answers.
    class Spoilt : public Embedder {
     public:
      Spoilt(const ModelCard& card, std::string how) : right_(card), how_(std::move(how)) {}
      EmbeddingMatrix embed(std::span<const Image> chips) override {
        static std::atomic<int> calls = 0;
        EmbeddingMatrix vectors = right_.embed(chips);
        if (how_ == "collapsed") vectors = (vectors.array() * 1e-7F + 1.F).matrix();
        if (how_ == "nan") vectors.row(0)[0] = std::numeric_limits<float>::quiet_NaN();
        if (how_ == "random") vectors.array() += 1e-3F * static_cast<float>(++calls);
        if (how_ == "batch") vectors.col(0).array() += 500.F * static_cast<float>(chips.size());
        return vectors;
      }

     private:
      Planted right_;
      std::string how_;
    };
    const std::vector<std::pair<std::string, std::string>> all = {
        {"collapsed", "collapsed: every face gets almost the same vector"},
        {"nan", "of 60 vectors hold numbers that are not finite"},
        {"random", "not deterministic"},
        {"batch", "depends on the faces beside it"}};
    for (const auto& [how, words] : all) {
      const std::string spoil = how;
      const Diagnosis diagnosis = diagnose(right_card(), planted_data(), [&](const ModelCard& of) {
        return std::make_unique<Spoilt>(of, spoil);
      });
      const std::string text = diagnosis_text(right_card(), diagnosis);
      INFO(text);
      CAPTURE(how);
      CHECK(text.find("defect    ") != std::string::npos);
      CHECK(text.find(words) != std::string::npos);
    }
  }
}

}  // namespace robench
