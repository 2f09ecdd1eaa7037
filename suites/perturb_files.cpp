// SPDX-License-Identifier: Apache-2.0
#include "suites/perturb_files.h"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include "models/codec.h"
#include "models/digest.h"
#include "perturb/error.h"
#include "reports/csv.h"
#include "suites/data/picture_files.h"
#include "suites/faces_at_hand.h"
#include "suites/interrupt.h"
#include "suites/progress.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// A picture with the name that keys its random numbers: the path below the folder that was given, as in
/// a suite over that folder.
struct Input {
  std::string name;
  fs::path path;
};

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path below = fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(folder));
  return !below.empty() && *below.begin() != "..";
}

/// Pictures written into a folder that is read would be perturbed again by the next run.
void refuse_output_among_inputs(const PerturbJob& job) {
  for (const fs::path& input : job.inputs)
    if (fs::is_directory(input) && lies_in(job.out, input))
      throw ConfigError("the output folder " + job.out.string() + " lies in the input " + input.string(),
                        "write to a folder beside it");
}

std::vector<Input> list_inputs(const std::vector<fs::path>& given) {
  std::vector<Input> inputs;
  std::set<std::string> names;
  const auto add = [&](std::string name, fs::path path) {
    // Without the extension: a.jpg and a.png would be written to one file.
    if (!names.insert(fs::path(name).replace_extension().string()).second)
      throw ConfigError("two inputs are called '" + name +
                            "' or differ by the extension alone, so one "
                            "would overwrite the other",
                        "perturb them into different folders");
    inputs.push_back({std::move(name), std::move(path)});
  };
  for (const fs::path& path : given) {
    if (fs::is_directory(path)) {
      for (const std::string& name : picture_files(path, path.string())) add(name, path / name);
    } else if (fs::exists(path)) {
      add(path.filename().string(), path);
    } else {
      throw ConfigError("there is no file or folder '" + path.string() + "'");
    }
  }
  return inputs;
}

/// Characters that a path or a shell would take amiss become '_'.
std::string file_part(const std::string& label) {
  std::string part = label;
  for (char& c : part)
    if (c == '/' || c == ' ' || c == '(' || c == ')' || c == ',' || c == '=') c = '_';
  return part;
}

std::string output_name(const PerturbJob& job, const Input& input, const Condition& condition,
                        int repetition) {
  const fs::path stem = fs::path(input.name).replace_extension();
  const std::string again = job.repetitions > 1 ? fmt::format("_r{}", repetition) : "";
  if (job.layout == PictureLayout::filename)
    return fmt::format("{}_{}{}.png", stem.string(), file_part(condition.label()), again);
  const bool plain = condition.severity() && condition.label().find(' ') == std::string::npos;
  const fs::path folder = plain ? fs::path(condition.perturbation()) / shortest(*condition.severity())
                                : fs::path(file_part(condition.label()));
  return (folder / (stem.string() + again + ".png")).string();
}

/// What a perturbation acts on: the photograph or the crop, with the face in it.
struct Subject {
  Status status = Status::ok;
  std::string reason;
  std::optional<Image> photograph;
  std::optional<FaceCrop> crop;
  Landmarks landmarks;
};

Subject subject_of(const Input& input, const PerturbJob& job, const Detector& detector) {
  Subject subject;
  const auto picture = read_image(input.path);
  if (const auto* reason = std::get_if<std::string>(&picture)) {
    subject.status = Status::undecodable;
    subject.reason = *reason;
    return subject;
  }
  subject.photograph = std::get<Image>(picture);
  Sample sample;
  sample.id = input.name;
  AcquiredFace face = acquire_face(sample, *subject.photograph, detector, job.policy);
  subject.status = face.status;
  subject.reason = face.reason;
  if (face.status != Status::ok) return subject;
  subject.landmarks = face.face.landmarks;
  subject.crop = crop_face(*subject.photograph, subject.landmarks);
  if (!subject.crop) subject.status = Status::unusable_landmarks;
  if (subject.crop && job.crop_px) subject.crop = resampled(*subject.crop, *job.crop_px);
  return subject;
}

PerturbedFile perturb_one(const PerturbJob& job, const Input& input, const Subject& subject,
                          const FacesAtHand& others, const Condition& condition,
                          const PreparedCondition& prepared, int repetition) {
  const bool crop = condition.stage == Stage::crop;
  const DrawnFaces drawn(others);
  Frame frame = crop ? subject.crop->frame : Frame(subject.landmarks);
  frame.others = &drawn;
  const Perturbed result =
      prepared.apply(crop ? subject.crop->pixels : *subject.photograph, frame, input.name, repetition);
  PerturbedFile row;
  row.output = output_name(job, input, condition, repetition);
  const fs::path path = job.out / row.output;
  fs::create_directories(path.parent_path());
  write_image(path, result.image);
  row.sha256 = sha256_of_file(path);
  row.covered_fraction = result.covered_fraction;
  row.other = drawn.foremost();
  return row;
}

/// The faces that conditions may put in; none where no condition does.
FacesAtHand others_of(const PerturbJob& job, const std::vector<Input>& inputs) {
  const auto needs_one = std::find_if(job.conditions.begin(), job.conditions.end(),
                                      [](const auto& each) { return each.needs_other_face(); });
  if (needs_one == job.conditions.end()) return {};
  if (!job.other)
    throw ConfigError("'" + needs_one->label() + "' needs another person's face",
                      "give a photograph of somebody else, or a folder of them: --other FILE");
  for (const Input& input : inputs)
    if (lies_in(input.path, *job.other))
      throw ConfigError(input.path.string() + " is an input and in --other too",
                        "--other is for photographs of other people");
  return faces_at_hand(*job.other, *make_detector(job.policy.detector));
}

}  // namespace

std::vector<PerturbedFile> perturb_files(const PerturbJob& job) {
  refuse_output_among_inputs(job);
  const std::vector<Input> inputs = list_inputs(job.inputs);
  const FacesAtHand others = others_of(job, inputs);
  std::vector<PreparedCondition> prepared;
  for (const Condition& condition : job.conditions) prepared.emplace_back(condition, job.seed);

  std::vector<std::vector<PerturbedFile>> rows(inputs.size());
  tbb::enumerable_thread_specific<std::unique_ptr<Detector>> detectors;
  Progress progress("perturbing", static_cast<std::int64_t>(inputs.size()), "photographs");
  tbb::parallel_for(std::size_t{0}, inputs.size(), [&](std::size_t i) {
    if (interrupt_requested()) return;
    auto& detector = detectors.local();
    if (!detector) detector = make_detector(job.policy.detector);
    const Subject subject = subject_of(inputs[i], job, *detector);
    if (subject.status != Status::ok)
      rows[i].push_back({"", inputs[i].name, subject.status, subject.reason, {}, 1, {}, {}, "", ""});
    for (std::size_t c = 0; c < prepared.size() && subject.status == Status::ok; ++c) {
      const int repetitions = job.conditions[c].is_random() ? job.repetitions : 1;
      for (int repetition = 1; repetition <= repetitions; ++repetition) {
        PerturbedFile row =
            perturb_one(job, inputs[i], subject, others, job.conditions[c], prepared[c], repetition);
        row.input = inputs[i].name;
        row.condition = job.conditions[c];
        row.repetition = repetition;
        row.inter_eye_px = subject.landmarks.inter_eye_px();
        rows[i].push_back(std::move(row));
      }
    }
    progress.advance();
  });
  if (interrupt_requested()) throw Interrupted();

  std::vector<PerturbedFile> all;
  for (auto& of_input : rows) std::move(of_input.begin(), of_input.end(), std::back_inserter(all));
  return all;
}

std::string perturbed_csv(const std::vector<PerturbedFile>& rows, std::uint64_t seed) {
  std::string text =
      "output,input,status,reason,stage,perturbation,severity,params,pixel_key,seed,repetition,"
      "inter_eye_px,covered_fraction,sha256,other\n";
  const auto number = [](const std::optional<double>& value) { return value ? csv_number(*value) : ""; };
  for (const PerturbedFile& row : rows) {
    const bool written = row.status == Status::ok;
    const Condition& condition = row.condition;
    text += csv_line(
        {csv_text(row.output), csv_text(row.input), to_string(row.status), csv_text(row.reason),
         written ? to_string(condition.stage) : "", written ? condition.perturbation() : "",
         written ? number(condition.severity()) : "", written ? csv_text(condition.params()) : "",
         written ? csv_text(condition.pixel_key()) : "", std::to_string(seed),
         written ? std::to_string(row.repetition) : "", number(row.inter_eye_px),
         number(row.covered_fraction), row.sha256, csv_text(row.other)});
  }
  return text;
}

}  // namespace robench
