// SPDX-License-Identifier: Apache-2.0
// Models that run elsewhere: a command of the user's that embeds a list of pictures, or a folder through
// which chips and vectors are exchanged with another machine.
#include <algorithm>
#include <fstream>
#include <mutex>
#include <sstream>

#include <fmt/format.h>

#include "models/backend.h"
#include "models/child_process.h"
#include "models/codec.h"
#include "models/digest.h"
#include "models/npy_vectors.h"
#include "models/pending_vectors.h"
#include "models/store.h"
#include "models/temporary_folder.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLastLines = 3;  // of the command's complaints that are shown

/// The chips as PNG files and list.txt with their paths, a line each.
void write_chips(std::span<const Image> chips, const fs::path& folder) {
  std::string list;
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const fs::path file = folder / fmt::format("{:04}.png", i);
    write_image(file, chips[i]);
    list += file.string() + "\n";
  }
  write_file_atomically(folder / "list.txt", list);
}

/// The last lines that say something, as one.
std::string tail_of(const std::string& err) {
  std::istringstream lines(err);
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);)
    if (line.find_first_not_of(" \t\r") != std::string::npos) all.push_back(line);
  if (all.empty()) return "it says nothing on stderr";
  const std::size_t count = std::min(kLastLines, all.size());
  return fmt::format("{}", fmt::join(all.end() - static_cast<std::ptrdiff_t>(count), all.end(), " | "));
}

class ExternalModel : public Embedder {
 public:
  explicit ExternalModel(const ModelCard& card) : card_(card), who_("model '" + card.name + "'") {}

  EmbeddingMatrix embed(std::span<const Image> chips) override {
    if (chips.empty()) return EmbeddingMatrix(0, card_.dim);
    return card_.exchange.empty() ? from_command(chips) : from_exchange(chips);
  }

 private:
  EmbeddingMatrix from_command(std::span<const Image> chips) const {
    const TemporaryFolder folder(fs::temp_directory_path(), "robench-external-",
                                 "TMPDIR=DIR chooses another");
    write_chips(chips, folder.path());
    const fs::path out = folder.path() / "out.npy";
    std::vector<std::string> arguments;
    for (const std::string& part : card_.command)
      arguments.push_back(part == "{list}"  ? (folder.path() / "list.txt").string()
                          : part == "{out}" ? out.string()
                                            : beside_card(part));
    // One at a time: a command may take a whole GPU.
    static std::mutex running;
    const std::scoped_lock lock(running);
    const ChildResult child = run_child(arguments, folder.path());
    if (!child.found)
      throw EnvironmentError(fmt::format("{}: there is no program '{}'", who_, card_.command.front()),
                             "the first word of the card's `command` must be in PATH");
    if (child.exit_code != 0)
      throw EnvironmentError(fmt::format("{}: its command ended with exit code {}: {}", who_,
                                         child.exit_code, tail_of(child.err)));
    return read_npy_vectors(out, chips.size(), card_.dim, who_);
  }

  EmbeddingMatrix from_exchange(std::span<const Image> chips) const {
    KeyBuilder key;
    for (const Image& chip : chips) {
      const cv::Mat pixels = chip.bgr().isContinuous() ? chip.bgr() : chip.bgr().clone();
      key.add("chip", {reinterpret_cast<const char*>(pixels.data), pixels.total() * pixels.elemSize()});
    }
    const fs::path folder = card_.exchange / key.digest();
    if (fs::exists(folder / "vectors.npy"))
      return read_npy_vectors(folder / "vectors.npy", chips.size(), card_.dim, who_);
    if (!fs::exists(folder / "list.txt")) {
      std::error_code failed;
      fs::create_directories(folder, failed);
      if (failed)
        throw EnvironmentError(
            fmt::format("{}: cannot make '{}': {}", who_, folder.string(), failed.message()));
      write_chips(chips, folder);
    }
    throw PendingVectors(card_.name, card_.exchange);
  }

  /// A script beside the card is found from anywhere.
  [[nodiscard]] std::string beside_card(const std::string& part) const {
    const fs::path file = card_.folder / part;
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) ? fs::absolute(file).string() : part;
  }

  ModelCard card_;
  std::string who_;
};

}  // namespace
}  // namespace robench

extern "C" robench::Embedder* robench_make_external(const robench::ModelCard& card,
                                                    const std::vector<std::filesystem::path>&) {
  return new robench::ExternalModel(card);
}
