// SPDX-License-Identifier: Apache-2.0
// Models that run elsewhere, with shell scripts in their place, and what such programs may hand over.
#include <algorithm>
#include <cstring>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "models/npy_vectors.h"
#include "models/pending_vectors.h"
#include "models/store.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

std::string npy(const std::string& header, const std::string& numbers) {
  std::string padded = header + std::string((64 - (10 + header.size() + 1) % 64) % 64, ' ') + "\n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(padded.size() % 256) +
         static_cast<char>(padded.size() / 256) + padded + numbers;
}

std::string header(const std::string& descr, const std::string& shape, bool fortran = false) {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}", descr,
                     fortran ? "True" : "False", shape);
}

template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::string complaint_about(const std::string& bytes) {
  const test::ScratchFolder folder;
  try {
    static_cast<void>(read_npy_vectors(folder.write("out.npy", bytes), 2, 3, "model 'm'"));
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

/// An external model whose command is `sh embed.sh {list} {out}`, beside its card.
class External {
 public:
  explicit External(const std::string& script,
                    const std::string& how = R"(command: [sh, embed.sh, "{list}", "{out}"])") {
    folder_.write("embed.sh", script);
    folder_.write("right.npy", npy_bytes((EmbeddingMatrix(2, 3) << 1, 2, 3, 4, 5, 6).finished()));
    card_ = read_model_card(folder_.write("card.yaml", fmt::format(R"(model: mine
summary: runs elsewhere
backend: external
{}
input:
  template: five
  size: [112, 112]
  points: [[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [41.5, 92.4], [70.7, 92.2]]
  channels: rgb
  mean: 0
  scale: 1
output: {{ dim: 3 }}
comparison: {{ measure: cosine }}
licence: none
source: here
)",
                                                                   how)));
  }

  [[nodiscard]] EmbeddingMatrix embed() const {
    return load_embedder(card_)->embed(
        std::vector<Image>(2, Image(cv::Mat(112, 112, CV_8UC3, cv::Scalar(1, 2, 3)))));
  }
  [[nodiscard]] std::string complaint() const {
    try {
      static_cast<void>(embed());
    } catch (const EnvironmentError& error) {
      return error.what();
    }
    return "";
  }
  [[nodiscard]] const ModelCard& card() const { return card_; }
  [[nodiscard]] fs::path folder() const { return folder_.path(); }

 private:
  test::ScratchFolder folder_;
  ModelCard card_;
};

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("vectors of another program: every right form") {
    const test::ScratchFolder folder;
    const EmbeddingMatrix right = (EmbeddingMatrix(2, 3) << 1, 2, 3, 4, 5, 6).finished();
    const std::vector<float> single{1, 2, 3, 4, 5, 6};
    const std::vector<double> twice(single.begin(), single.end());
    for (const std::string& bytes :
         {npy(header("<f4", "2, 3"), bytes_of(single)), npy(header("<f8", "2, 3"), bytes_of(twice)),
          npy(header("<f4", "2, 3, 1, 1"), bytes_of(single)), npy_bytes(right)})
      CHECK(read_npy_vectors(folder.write("out.npy", bytes), 2, 3, "model 'm'") == right);
  }

  TEST_CASE("vectors of another program: each fault has its words") {
    const std::string six = bytes_of(std::vector<float>(6));
    const std::vector<std::pair<std::string, std::string>> all = {
        {"", "is no NumPy file"},
        {"1.0 2.0 3.0\n4.0 5.0 6.0\n", "is no NumPy file"},
        {"\x93NUMPY", "is no NumPy file"},
        {npy("{}", six), "is no NumPy file"},
        {npy(header("<f4", "2, 3"), six).substr(0, 40), "is no NumPy file"},
        {npy(header("<f2", "2, 3"), six), "dtype '<f2', expected '<f4' or '<f8'"},
        {npy(header("<i8", "2, 3"), six), "dtype '<i8'"},
        {npy(header("|O", "2, 3"), six), "dtype '|O'"},
        {npy(header(">f4", "2, 3"), six), "dtype '>f4'"},
        {npy(header("<f4", "2, 3", true), six), "is in Fortran order"},
        {npy(header("<f4", "6,"), six), "is of shape (6), expected (2, 3)"},
        {npy(header("<f4", ""), six), "is of shape (), expected (2, 3)"},
        {npy(header("<f4", "3, 2"), six), "is of shape (3, 2), expected (2, 3)"},
        {npy(header("<f4", "2, 4"), six), "is of shape (2, 4), expected (2, 3)"},
        {npy(header("<f4", "2, 3, 7"), six), "is of shape (2, 3, 7)"},
        {npy(header("<f4", "2, 999999999999, 999999999999, 999999999999"), six), "is of shape (2, 9999"},
        {npy(header("<f4", "2, 3"), six.substr(0, 20)), "is cut off: 20 bytes of numbers, expected 24"},
        {npy(header("<f4", "2, 3"), six + "x"), "is cut off: 25 bytes"},
    };
    for (const auto& [bytes, words] : all) {
      const std::string found = complaint_about(bytes);
      CAPTURE(found);
      CHECK(found.starts_with("model 'm': "));
      CHECK(found.find(words) != std::string::npos);
      CHECK(found.find('\n') == std::string::npos);
    }
  }

  TEST_CASE("external: the command gets the chips and its vectors are taken") {
    // Gives the right vectors only when it finds two PNG files in the list.
    const External model(
        "set -e\ntest $(wc -l < \"$1\") = 2\n"
        "for f in $(cat \"$1\"); do test \"$(head -c 4 $f | tail -c 3)\" = PNG; done\n"
        "cp \"$(dirname $0)/right.npy\" \"$2\"\n");
    CHECK(model.embed() == (EmbeddingMatrix(2, 3) << 1, 2, 3, 4, 5, 6).finished());
    CHECK(model.card().batch == 1024);
    CHECK(load_embedder(model.card())->embed({}).rows() == 0);
  }

  TEST_CASE("external: a command that fails is told with its own words") {
    CHECK(External("echo first >&2; echo >&2; echo 'no GPU here' >&2; exit 3").complaint() ==
          "model 'mine': its command ended with exit code 3: first | no GPU here");
    CHECK(External("exit 1").complaint() ==
          "model 'mine': its command ended with exit code 1: it says nothing on stderr");
    CHECK(External("kill -9 $$").complaint().find("exit code 137") != std::string::npos);
    CHECK(External("exit 0").complaint().find("out.npy' was not written") != std::string::npos);
    CHECK(External("echo hello > \"$2\"").complaint().find("is no NumPy file") != std::string::npos);
    CHECK(External("", R"(command: [no_such_program_here, "{list}", "{out}"])")
              .complaint()
              .find("there is no program 'no_such_program_here'") != std::string::npos);
  }

  TEST_CASE("external: an exchange folder holds the chips until their vectors are there") {
    const External model("", "exchange: swap");
    CHECK_THROWS_AS(static_cast<void>(model.embed()), PendingVectors);
    CHECK(model.complaint().find("make vectors.npy of each list.txt there") != std::string::npos);
    std::vector<fs::path> batches;
    for (const auto& entry : fs::directory_iterator(model.folder() / "swap")) batches.push_back(entry);
    REQUIRE(batches.size() == 1);
    CHECK(fs::exists(batches[0] / "list.txt"));
    CHECK(fs::exists(batches[0] / "0001.png"));
    fs::copy_file(model.folder() / "right.npy", batches[0] / "vectors.npy");
    CHECK(model.embed() == (EmbeddingMatrix(2, 3) << 1, 2, 3, 4, 5, 6).finished());
  }

  TEST_CASE("external: what a card may say") {
    const auto complaint = [](const std::string& how) {
      try {
        const External model("", how);
      } catch (const ConfigError& error) {
        return std::string(error.what());
      }
      return std::string();
    };
    CHECK(complaint("batch: 4").find("needs one of 'command' and 'exchange'") != std::string::npos);
    CHECK(complaint("command: [sh]\nexchange: x").find("needs one of") != std::string::npos);
    CHECK(complaint("command: [sh, a.sh, \"{list}\"]").find("must hold \"{out}\" once") !=
          std::string::npos);
    CHECK(complaint("command: sh a.sh").find("expected a list") != std::string::npos);
    CHECK(complaint("command: [\"{list}\", \"{out}\"]").find("must begin with a program") !=
          std::string::npos);
    // Files that the vectors depend on are hashed, so that another script is another model.
    const External pinned("exit 0",
                          "command: [sh, embed.sh, \"{list}\", \"{out}\"]\nweights: { files: [{ "
                          "path: embed.sh, sha256: " +
                              sha256("exit 0") + " }] }");
    CHECK(pinned.complaint().find("was not written") != std::string::npos);
    CHECK(model_hash(pinned.card()) != model_hash(External("").card()));
    const External other("exit 1",
                         "command: [sh, embed.sh, \"{list}\", \"{out}\"]\nweights: { files: [{ "
                         "path: embed.sh, sha256: " +
                             sha256("exit 0") + " }] }");
    CHECK(other.complaint().find("is not the file that the card pins") != std::string::npos);
  }
}

}  // namespace robench
