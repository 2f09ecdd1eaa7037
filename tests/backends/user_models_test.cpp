// SPDX-License-Identifier: Apache-2.0
// Models as users bring them: a card beside an ONNX file.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/digest.h"
#include "models/embedder.h"
#include "tests/backends/real_faces.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

/// MobileFaceNet of foamliu: the ArcFace template, RGB with a mean and a scale per channel.
constexpr const char* kMobileFaceNet = R"(
model: mobilefacenet
summary: MobileFaceNet
backend: onnx
weights: {{ files: [{{ path: {0}, sha256: {1} }}] }}
input:
  template: five
  size: [112, 112]
  points: [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
  channels: rgb
  mean: [123.675, 116.28, 103.53]
  scale: [0.01712475, 0.01750700, 0.01742919]
output: {{ dim: 128 }}
comparison: {{ measure: cosine }}
licence: Apache-2.0
source: https://github.com/foamliu/MobileFaceNet
)";

/// Open Model Zoo's face-reidentification-retail-0095: a template of its own, a 4-D output.
constexpr const char* kFaceReidentification = R"(
model: face_reid_0095
summary: face-reidentification-retail-0095
backend: onnx
weights: {{ files: [{{ path: {0}, sha256: {1} }}] }}
input:
  template: five
  size: [128, 128]
  points: [[40.40, 59.08], [87.37, 59.08], [64.04, 81.98], [44.74, 105.56], [83.64, 105.56]]
  channels: bgr
  mean: 0
  scale: 1
output: {{ dim: 256 }}
comparison: {{ measure: cosine }}
licence: Apache-2.0
source: https://github.com/openvinotoolkit/open_model_zoo
)";

double cosine(const EmbeddingMatrix& a, Eigen::Index i, const EmbeddingMatrix& b, Eigen::Index j) {
  return similarity(Comparison::cosine, a.row(i).data(), b.row(j).data(), static_cast<int>(a.cols()));
}

}  // namespace

TEST_SUITE("backends") {
  TEST_CASE("a user's ONNX file runs from its card alone, alike alone and in a batch") {
    const auto data = test::test_data("the ONNX models of users");
    if (!data) return;
    const std::vector<test::RealFace> faces = test::real_faces(*data, 32);
    const std::vector<std::pair<const char*, const char*>> models{
        {kMobileFaceNet, "mobilefacenet_foamliu.onnx"},
        {kFaceReidentification, "omz_face_reid_0095.onnx"}};
    for (const auto& [text, name] : models) {
      CAPTURE(name);
      const auto file = *data / "models" / "user" / name;
      const test::ScratchFolder folder;
      const auto card_file = folder.write(
          "user.yaml", fmt::format(fmt::runtime(text), file.string(), sha256_of_file(file)));
      const ModelCard card = read_model_card(card_file);
      const auto model = load_embedder(card);
      std::vector<Image> chips;
      for (const test::RealFace& face : faces)
        chips.push_back(align_chip(face.photograph, face.landmarks, card.align));
      const EmbeddingMatrix batch = model->embed(chips);
      REQUIRE(batch.allFinite());
      for (std::size_t i = 0; i < chips.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const EmbeddingMatrix single = model->embed(std::span(chips).subspan(i, 1));
        CHECK(cosine(single, 0, batch, row) > 1 - 1e-5);
        // 32 different people: no two of their vectors may be alike.
        for (Eigen::Index other = 0; other < row; ++other) CHECK(cosine(batch, row, batch, other) < 0.8);
      }
      CHECK(load_embedder(card)->embed(chips) == batch);
    }
  }
}

}  // namespace robench
