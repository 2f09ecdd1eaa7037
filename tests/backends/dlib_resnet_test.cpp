// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "models/digest.h"
#include "models/dlib_resnet_file.h"
#include "models/embedder.h"
#include "models/module.h"
#include "models/script_file.h"
#include "perturb/error.h"
#include "tests/backends/real_faces.h"
#include "tests/models/scratch_folder.h"
#include "tests/models/test_zoo.h"

extern "C" void openblas_set_num_threads(int);
extern "C" int openblas_get_num_threads();

namespace robench {
namespace {

/// The shipped card with dlib's float weights instead of the package's 8-bit ones.
ModelCard card_of_float_weights(DlibResnetFile& network, const test::ScratchFolder& folder) {
  const auto script = folder.path() / "float.pt";
  save_dlib_resnet_script(network.weights(), script);
  ModelCard card = find_model_card("dlib_resnet");
  card.backend = "torchscript";
  card.files.clear();
  card.local_files = {{script, sha256_of_file(script)}};
  return card;
}

std::vector<Image> chips_of(const std::vector<test::RealFace>& faces) {
  std::vector<Image> chips;
  for (const test::RealFace& face : faces) chips.push_back(face.dlib_chip);
  return chips;
}

double lowest_cosine(const EmbeddingMatrix& a, const EmbeddingMatrix& b) {
  double lowest = 1;
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    lowest = std::min(lowest, similarity(Comparison::cosine, a.row(i).data(), b.row(i).data(),
                                         static_cast<int>(a.cols())));
  return lowest;
}

}  // namespace

TEST_SUITE("backends") {
  TEST_CASE(
      "how many cores OpenBLAS sees cannot change a vector: a module's products run on one thread") {
    openblas_set_num_threads(2);
    CHECK(module_symbol("torch", "robench_make_dlib_resnet") != nullptr);
    CHECK(openblas_get_num_threads() == 1);
  }

  TEST_CASE("dlib_resnet rebuilt from dlib's float weights gives dlib's own vectors to 1e-5") {
    const auto data = test::test_data("agreement of dlib_resnet with dlib itself");
    if (!data) return;
    const auto network =
        open_dlib_resnet(*data / "models" / "dlib_face_recognition_resnet_model_v1.dat");
    const test::ScratchFolder folder;
    const ModelCard card = card_of_float_weights(*network, folder);
    const auto model = load_embedder(card);
    const std::vector<Image> chips = chips_of(test::real_faces(*data, 50));

    const EmbeddingMatrix expected = network->embed(chips);
    const EmbeddingMatrix found = model->embed(chips);
    const double difference = (expected - found).cwiseAbs().maxCoeff();
    MESSAGE("largest difference of a component over 50 real faces: " << difference);
    CHECK(expected.rowwise().norm().minCoeff() > 1);  // dlib's vectors are about 1.4 long
    CHECK(difference < 1e-5);

    SUBCASE("the batch does not matter") {
      EmbeddingMatrix single(32, card.dim);
      for (std::size_t i = 0; i < 32; ++i)
        single.row(static_cast<Eigen::Index>(i)) = model->embed(std::span(chips).subspan(i, 1));
      const EmbeddingMatrix batch = model->embed(std::span(chips).first(32));
      const double drift = 1 - lowest_cosine(single, batch);
      MESSAGE("batch of 1 against batch of 32: 1 - cosine at most " << drift);
      CHECK(drift < 1e-5);
      CHECK((single - batch).cwiseAbs().maxCoeff() < 1e-5);
    }
    SUBCASE("two loads give the same bytes") {
      CHECK(load_embedder(card)->embed(chips) == found);
      CHECK(model->embed(chips) == found);
    }
  }

  TEST_CASE("zoo: dlib_resnet of the package stays near to dlib itself, though its weights are 8-bit") {
    constexpr const char* kWhat = "8-bit weights of dlib_resnet against dlib itself";
    const auto data = test::test_data(kWhat);
    if (!data || !test::zoo_is_asked_for({"dlib_resnet"}, kWhat)) return;
    const ModelCard card = find_model_card("dlib_resnet");
    const auto network =
        open_dlib_resnet(*data / "models" / "dlib_face_recognition_resnet_model_v1.dat");
    const std::vector<Image> chips = chips_of(test::real_faces(*data, 20));
    const double cosine = lowest_cosine(network->embed(chips), load_embedder(card)->embed(chips));
    MESSAGE("lowest cosine over 20 real faces: " << cosine);
    CHECK(cosine > 0.99);
  }

  TEST_CASE("a .dat of something else is refused in one line") {
    const test::ScratchFolder folder;
    for (const std::string bytes : {"", "not dlib", std::string(5000, '\x7f').c_str()}) {
      try {
        static_cast<void>(open_dlib_resnet(folder.write("x.dat", bytes)));
        FAIL("accepted");
      } catch (const EnvironmentError& error) {
        CHECK(std::string(error.what()).find("is not dlib's face recognition network") !=
              std::string::npos);
        CHECK(std::string(error.what()).find('\n') == std::string::npos);
      }
    }
  }

  TEST_CASE("weights of something else are refused with the name of the first missing array") {
    const test::ScratchFolder folder;
    const auto manifest = folder.write(
        "w.json", R"([{"weights":[{"name":"fc","shape":[1,2],"dtype":"float32"}],"paths":["w.bin"]}])");
    const auto binary = folder.write("w.bin", std::string(8, '\0'));
    ModelCard card = find_model_card("dlib_resnet");
    card.files.clear();
    card.local_files = {{manifest, sha256_of_file(manifest)}, {binary, sha256_of_file(binary)}};
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(card)),
                         doctest::Contains("no array 'conv32_down/conv/filters'"), EnvironmentError);
    card.local_files.pop_back();
    CHECK_THROWS_WITH_AS(static_cast<void>(load_embedder(card)), doctest::Contains("reads two files"),
                         EnvironmentError);
  }
}

}  // namespace robench
