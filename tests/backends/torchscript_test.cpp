// SPDX-License-Identifier: Apache-2.0
#include <caffe2/serialize/inline_container.h>
#include <doctest/doctest.h>
#include <torch/script.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"

// glog, which comes with LibTorch, has a macro of this name too.
#undef CHECK
#define CHECK DOCTEST_CHECK

namespace robench {
namespace {

/// A TorchScript archive of one function of the picture, and a card for it.
struct ScriptFile {
  explicit ScriptFile(const std::string& forward) {
    torch::jit::Module module("tiny");
    module.define("def forward(self, x):\n" + forward);
    const auto file = folder.path() / "tiny.pt";
    module.save(file.string());
    card.name = "tiny";
    card.backend = "torchscript";
    card.local_files = {{file, sha256_of_file(file)}};
    card.align.width = 16;
    card.align.height = 12;
    card.mean = {10, 20, 30};
    card.scale = {1, 0.5, 0.25};
    card.dim = 3;
  }
  test::ScratchFolder folder;
  ModelCard card;
};

/// The archive with another version record (0: as it is) and, where `operation` is not empty, a call of
/// that instead of relu.
ModelCard written_anew(const ScriptFile& script, std::uint64_t version, const std::string& operation) {
  ModelCard card = script.card;
  const auto file = script.folder.path() / (operation + "anew.pt");
  caffe2::serialize::PyTorchStreamReader reader(card.local_files[0].path.string());
  caffe2::serialize::PyTorchStreamWriter writer(file.string());
  if (version > 0) writer.setMinVersion(version);
  for (const std::string& name : reader.getAllRecords()) {
    if (name == "version") continue;
    const auto [data, size] = reader.getRecord(name);
    std::string bytes(static_cast<const char*>(data.get()), size);
    if (const auto at = bytes.find("torch.relu("); !operation.empty() && at != std::string::npos)
      bytes.replace(at, 10, "torch." + operation);
    writer.writeRecord(name, bytes.data(), bytes.size());
  }
  writer.writeEndOfFile();
  card.local_files = {{file, sha256_of_file(file)}};
  return card;
}

std::string script_complaint(const ModelCard& card) {
  try {
    static_cast<void>(load_embedder(card));
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("backends") {
  TEST_CASE("torchscript: planted means come out, flat or 4-D") {
    for (const char* forward : {"    return x.mean([2, 3])\n", "    return x.mean([2, 3], True)\n"}) {
      CAPTURE(forward);
      const ScriptFile script(forward);
      const std::vector<Image> chips{Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(11, 24, 38))),
                                     Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(20, 20, 20)))};
      const auto model = load_embedder(script.card);
      const EmbeddingMatrix vectors = model->embed(chips);
      REQUIRE(vectors.rows() == 2);
      CHECK(vectors.row(0).isApprox(Eigen::RowVector3f(1, 2, 2), 1e-5F));
      CHECK(vectors.row(1).isApprox(Eigen::RowVector3f(10, 0, -2.5F), 1e-5F));
      CHECK(model->embed(std::span(chips).subspan(1)).row(0) == vectors.row(1));
      CHECK(model->embed({}).rows() == 0);
    }
  }

  TEST_CASE("torchscript: what does not fit the card is told when it is loaded") {
    ScriptFile script("    return x.mean([2, 3])\n");
    script.card.dim = 4;
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(script.card)),
                         doctest::Contains("its output is 1 x 3, the card says 1 x 4"),
                         EnvironmentError);
    const ScriptFile two("    return x, x\n");
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(two.card)),
                         doctest::Contains("model 'tiny' does not run"), EnvironmentError);
    const ScriptFile broken("    return torch.matmul(x, torch.zeros([5, 5]))\n");
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(broken.card)),
                         doctest::Contains("mat1 and mat2 shapes cannot be multiplied"),
                         EnvironmentError);
  }

  TEST_CASE(
      "torchscript: a clamp behind a depthwise convolution, which LibTorch 1.13 optimises wrongly") {
    const ScriptFile script(
        "    y = torch.conv2d(x, torch.ones([3, 1, 3, 3]) * 0.1, torch.zeros([3]), [1, 1], [1, 1], [1, "
        "1], 3)\n"
        "    return torch.clamp(y, 0.0, 6.0).mean([2, 3])\n");
    // Nine taps of 0.1 inside, six at the borders, four in the corners: (10 x 14 x 9 + 48 x 6 + 4 x 4) /
    // 192 / 10.
    const std::vector<Image> chips{Image(cv::Mat(12, 16, CV_8UC3, cv::Scalar(11, 24, 38)))};
    const float share = (10 * 14 * 9 + 48 * 6 + 4 * 4) / 1920.F;
    CHECK(load_embedder(script.card)
              ->embed(chips)
              .row(0)
              .isApprox(share * Eigen::RowVector3f(1, 2, 2), 1e-4F));
  }

  TEST_CASE("torchscript: a file that is no archive") {
    ScriptFile script("    return x\n");
    for (const std::string bytes : {"", "not an archive"}) {
      script.card.local_files = {{script.folder.write("bad.pt", bytes), sha256(bytes)}};
      CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(script.card)),
                           doctest::Contains("cannot read"), EnvironmentError);
    }
  }

  TEST_CASE("torchscript: an archive of a newer PyTorch names both versions and the way out") {
    const ScriptFile script("    return torch.relu(x)\n");
    const std::string newer = script_complaint(written_anew(script, 99, ""));
    CHECK(newer.find("version 99") != std::string::npos);
    CHECK(newer.find("for reading is 10") != std::string::npos);
    const std::string operation = script_complaint(written_anew(script, 0, "relu_of_2031"));
    CHECK(operation.find("aten::relu_of_2031") != std::string::npos);
    for (const std::string& said : {newer, operation}) {
      CAPTURE(said);
      CHECK(said.find("model 'tiny': LibTorch 1.") == 0);
      CHECK(said.find('\n') == std::string::npos);
      CHECK(said.find("`backend: external`") != std::string::npos);
    }
  }
}

}  // namespace robench
