// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <limits>

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "models/codec.h"
#include "models/digest.h"
#include "models/pixel_pipeline.h"
#include "models/store.h"
#include "perturb/error.h"
#include "suites/crop_shelf.h"
#include "suites/progress.h"
#include "suites/trust/calibration.h"
#include "suites/trust/reference_pictures.h"
#include "tests/usability/usability_pictures.h"

namespace robench::usability {
namespace {

constexpr std::size_t kChunk = 256;  // pictures to a file: what a stopped run has lost at most

/// Reads a picture once for all models. One line of numbers: the measures, the detector's confidence,
/// then of each model the angle of each member of the ensemble, the ensemble's mean and the vector.
class PictureReader {
 public:
  explicit PictureReader(const Study& study)
      : study_(study), readers_([this] { return make_readers(); }) {
    for (const Condition& condition : study.experiment.suite.conditions)
      prepared_.emplace_back(condition, study.experiment.suite.seed);
    width_ = 1 + static_cast<Eigen::Index>(capture_count());
    for (const ModelCard& card : study.experiment.cards) width_ += answer_width(card);
  }

  [[nodiscard]] Eigen::Index width() const { return width_; }
  [[nodiscard]] Eigen::Index answer_width(const ModelCard& card) const {
    return static_cast<Eigen::Index>(ensemble_.size()) + 2 * card.dim;
  }
  static std::size_t capture_count() {
    return covariate_names().size() - answer_covariates({}, 0, 0, 0).size();
  }

  /// NaN where the face was lost.
  Eigen::RowVectorXf read(const Picture& picture) {
    const Experiment& experiment = study_.experiment;
    Eigen::RowVectorXf lost =
        Eigen::RowVectorXf::Constant(width_, std::numeric_limits<float>::quiet_NaN());
    const auto photograph = photograph_of(experiment, picture.row);
    if (!photograph) return lost;
    const Face& clean = experiment.faces[picture.row].face;
    if (picture.condition == 0) return line_of(*photograph, clean).value_or(lost);
    const Perturbed result = prepared_[picture.condition].apply(
        *photograph, Frame(clean.landmarks), experiment.data.samples[picture.row].id, 1);
    const AcquiredFace found =
        found_again(experiment, picture.row, result, readers_.local().front()->detector());
    return found.status == Status::ok ? line_of(result.image, found.face).value_or(lost) : lost;
  }

 private:
  using Readers = std::vector<std::unique_ptr<FaceReader>>;

  [[nodiscard]] Readers make_readers() const {
    Readers readers;
    for (const ModelCard& card : study_.experiment.cards)
      readers.push_back(
          std::make_unique<FaceReader>(card, ensemble_, study_.experiment.policy.detector));
    return readers;
  }

  std::optional<Eigen::RowVectorXf> line_of(const Image& photograph, const Face& face) {
    Eigen::RowVectorXf line(width_);
    Eigen::Index end = 0;
    for (const auto& reader : readers_.local()) {
      const FaceReading reading = reader->read(photograph, face, 0);
      if (!reading.ok()) return std::nullopt;
      if (end == 0) {
        const Eigen::RowVectorXf measures = capture_measures(reading).cast<float>();
        line.head(measures.size()) = measures;
        line[measures.size()] = static_cast<float>(reading.detection_confidence);
        end = measures.size() + 1;
      }
      for (const double angle : reading.member_deg) line[end++] = static_cast<float>(angle);
      const Eigen::Index dim = reading.vector.size();
      line.segment(end, dim) = reading.ensemble_mean;
      line.segment(end + dim, dim) = reading.vector;
      end += 2 * dim;
    }
    return line;
  }

  const Study& study_;
  PerturbationEnsemble ensemble_;
  std::vector<PreparedCondition> prepared_;
  Eigen::Index width_ = 0;
  tbb::enumerable_thread_specific<Readers> readers_;
};

/// What every number of some pictures depends on.
std::filesystem::path file_of(const Study& study, const std::string& folder,
                              std::span<const Picture> pictures) {
  const Experiment& experiment = study.experiment;
  KeyBuilder key;
  key.add("pixels", kPixelPipelineVersion).add("detector", experiment.detector_identity);
  key.add("read by", fmt::format("1 {} {}", kQualityMeasuresVersion, kEnsembleVersion));
  for (std::size_t model = 0; model < experiment.cards.size(); ++model)
    key.add(experiment.cards[model].text_sha256, experiment.model_hashes[model]);
  for (const Picture& picture : pictures) {
    key.add(experiment.photo_sha256[picture.row],
            experiment.suite.conditions[picture.condition].pixel_key());
    // The rule for photographs without a detected face is no part of the detector's identity.
    const Face& face = experiment.faces[picture.row].face;
    if (face.fallback_box) key.add("fall-back box", fmt::format("{} {}", face.box.x, face.box.y));
  }
  return std::filesystem::path(folder) / fmt::format("pictures_{}.npy", key.digest().substr(0, 12));
}

EmbeddingMatrix lines_of(PictureReader& reader, std::span<const Picture> pictures) {
  EmbeddingMatrix lines(std::ssize(pictures), reader.width());
  tbb::parallel_for(std::size_t{0}, pictures.size(), [&](std::size_t i) {
    lines.row(static_cast<Eigen::Index>(i)) = reader.read(pictures[i]);
  });
  return lines;
}

template <class Make>
EmbeddingMatrix stored_or(const std::filesystem::path& file, const Make& make) {
  const auto bytes = read_bytes(file);
  if (const auto* stored = std::get_if<std::vector<std::uint8_t>>(&bytes))
    if (auto known = parse_npy({reinterpret_cast<const char*>(stored->data()), stored->size()}))
      return *std::move(known);
  EmbeddingMatrix made = make();
  std::filesystem::create_directories(file.parent_path());
  write_file_atomically(file, npy_bytes(made));
  return made;
}

}  // namespace

std::vector<PictureReadings> read_pictures(const Study& study, const std::string& folder) {
  PictureReader reader(study);
  const std::span<const Picture> pictures(study.pictures);
  EmbeddingMatrix lines(std::ssize(pictures), reader.width());
  Progress progress("reading", std::ssize(pictures), "pictures");
  for (std::size_t first = 0; first < pictures.size(); first += kChunk) {
    const auto chunk = pictures.subspan(first, std::min(kChunk, pictures.size() - first));
    lines.middleRows(static_cast<Eigen::Index>(first), std::ssize(chunk)) =
        stored_or(file_of(study, folder, chunk), [&] { return lines_of(reader, chunk); });
    progress.advance(std::ssize(chunk));
  }
  const auto count = static_cast<Eigen::Index>(PictureReader::capture_count());
  const Eigen::MatrixXd all = lines.cast<double>();
  std::vector<PictureReadings> readings;
  Eigen::Index at = count + 1;
  for (const ModelCard& card : study.experiment.cards) {
    const Eigen::Index dim = card.dim;
    const Eigen::Index members = reader.answer_width(card) - 2 * dim;
    readings.push_back({all.leftCols(count), all.middleCols(at, members), all.col(count),
                        all.middleCols(at + members, dim), all.middleCols(at + members + dim, dim)});
    at += reader.answer_width(card);
  }
  return readings;
}

}  // namespace robench::usability
