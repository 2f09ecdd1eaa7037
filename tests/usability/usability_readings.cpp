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

/// A picture of the study and where its face is; nullopt where the face was lost.
struct SeenPicture {
  Image photograph;
  Face face;
};

class PictureMaker {
 public:
  explicit PictureMaker(const Study& study)
      : study_(study), detectors_([&study] { return make_detector(study.experiment.policy.detector); }) {
    for (const Condition& condition : study.experiment.suite.conditions)
      prepared_.emplace_back(condition, study.experiment.suite.seed);
  }

  std::optional<SeenPicture> make(const Picture& picture) {
    const Experiment& experiment = study_.experiment;
    auto photograph = photograph_of(experiment, picture.row);
    if (!photograph) return std::nullopt;
    const Face& clean = experiment.faces[picture.row].face;
    if (picture.condition == 0) return SeenPicture{std::move(*photograph), clean};
    Perturbed result = prepared_[picture.condition].apply(*photograph, Frame(clean.landmarks),
                                                          experiment.data.samples[picture.row].id, 1);
    AcquiredFace found = found_again(experiment, picture.row, result, *detectors_.local());
    if (found.status != Status::ok) return std::nullopt;
    return SeenPicture{std::move(result.image), std::move(found.face)};
  }

 private:
  const Study& study_;
  std::vector<PreparedCondition> prepared_;
  tbb::enumerable_thread_specific<std::unique_ptr<Detector>> detectors_;
};

/// One line of numbers per picture: NaN where `line_of` has none.
template <class LineOf>
EmbeddingMatrix lines_of(const Study& study, const std::string& what, const LineOf& line_of) {
  PictureMaker maker(study);
  std::vector<Eigen::RowVectorXf> lines(study.pictures.size());
  Progress progress(what, static_cast<std::int64_t>(lines.size()), "pictures");
  tbb::parallel_for(std::size_t{0}, lines.size(), [&](std::size_t i) {
    if (const auto seen = maker.make(study.pictures[i])) lines[i] = line_of(*seen);
    progress.advance();
  });
  Eigen::Index width = 0;
  for (const auto& line : lines) width = std::max(width, line.size());
  EmbeddingMatrix table = EmbeddingMatrix::Constant(static_cast<Eigen::Index>(lines.size()), width,
                                                    std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].size() > 0) table.row(static_cast<Eigen::Index>(i)) = lines[i];
  return table;
}

Eigen::RowVectorXf measures_of(const SeenPicture& seen) {
  const auto crop = crop_face(seen.photograph, seen.face.landmarks);
  if (!crop) return {};
  FaceReading reading;
  reading.quality = assess_quality(quality_face(seen.photograph, seen.face.landmarks, *crop));
  return capture_measures(reading).cast<float>();
}

/// The angle of each member of the ensemble, then the vector.
Eigen::RowVectorXf answer_of(const FaceReading& reading) {
  if (!reading.ok()) return {};
  const auto members = static_cast<Eigen::Index>(reading.member_deg.size());
  Eigen::RowVectorXf line(members + reading.vector.size());
  for (Eigen::Index k = 0; k < members; ++k) line[k] = static_cast<float>(reading.member_deg[k]);
  line.tail(reading.vector.size()) = reading.vector;
  return line;
}

/// What every number depends on, but for the versions that `made_by` names.
std::filesystem::path file_of(const Study& study, const std::string& folder, const std::string& name,
                              const std::string& made_by) {
  KeyBuilder key;
  key.add("made by", made_by).add("pixels", kPixelPipelineVersion);
  key.add("detector", study.experiment.detector_identity);
  for (const Picture& picture : study.pictures)
    key.add(study.experiment.photo_sha256[picture.row],
            study.experiment.suite.conditions[picture.condition].pixel_key());
  return std::filesystem::path(folder) / fmt::format("{}_{}.npy", name, key.digest().substr(0, 12));
}

template <class Make>
Eigen::MatrixXd stored_or(const std::filesystem::path& file, const Make& make) {
  const auto bytes = read_bytes(file);
  if (const auto* stored = std::get_if<std::vector<std::uint8_t>>(&bytes))
    if (const auto known = parse_npy({reinterpret_cast<const char*>(stored->data()), stored->size()}))
      return known->template cast<double>();
  const EmbeddingMatrix made = make();
  std::filesystem::create_directories(file.parent_path());
  write_file_atomically(file, npy_bytes(made));
  return made.cast<double>();
}

Eigen::MatrixXd answers_of_model(const Study& study, std::size_t model, const std::string& folder) {
  const ModelCard& card = study.experiment.cards[model];
  const std::string made_by =
      fmt::format("{} {} {}", card.text_sha256, study.experiment.model_hashes[model], kEnsembleVersion);
  return stored_or(file_of(study, folder, card.name, made_by), [&] {
    const PerturbationEnsemble ensemble;
    tbb::enumerable_thread_specific<FaceReader> readers(
        [&] { return FaceReader(card, ensemble, study.experiment.policy.detector); });
    return lines_of(study, card.name, [&](const SeenPicture& seen) {
      return answer_of(readers.local().read(seen.photograph, seen.face, 0));
    });
  });
}

}  // namespace

std::vector<PictureReadings> read_pictures(const Study& study, const std::string& folder) {
  const Eigen::MatrixXd measures =
      stored_or(file_of(study, folder, "measures", fmt::format("{}", kQualityMeasuresVersion)),
                [&] { return lines_of(study, "measures", measures_of); });
  std::vector<PictureReadings> readings;
  for (std::size_t model = 0; model < study.experiment.cards.size(); ++model) {
    const Eigen::MatrixXd answers = answers_of_model(study, model, folder);
    const Eigen::Index dim = study.experiment.cards[model].dim;
    readings.push_back({measures, answers.leftCols(answers.cols() - dim), answers.rightCols(dim)});
  }
  return readings;
}

}  // namespace robench::usability
