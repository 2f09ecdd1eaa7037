// SPDX-License-Identifier: Apache-2.0
// dlib's face recognition network in dlib itself. The one file that pays for dlib's dnn.h: 40 s and 2 GB
// of compiler.
#include "models/dlib_resnet_file.h"

#include <sstream>
#include <string>

#include <dlib/dnn.h>
#include <dlib/opencv.h>
#include <fmt/format.h>

#include "perturb/error.h"

namespace robench {
namespace {

using namespace dlib;  // NOLINT: the definition below reads as in dlib's example

// From dlib 19.24, examples/dnn_face_recognition_ex.cpp (Davis E. King, public domain).
template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename SUBNET>
using residual = add_prev1<block<N, BN, 1, tag1<SUBNET>>>;

template <template <int, template <typename> class, int, typename> class block, int N,
          template <typename> class BN, typename SUBNET>
using residual_down = add_prev2<avg_pool<2, 2, 2, 2, skip1<tag2<block<N, BN, 2, tag1<SUBNET>>>>>>;

template <int N, template <typename> class BN, int stride, typename SUBNET>
using block = BN<con<N, 3, 3, 1, 1, relu<BN<con<N, 3, 3, stride, stride, SUBNET>>>>>;

template <int N, typename SUBNET>
using ares = relu<residual<block, N, affine, SUBNET>>;
template <int N, typename SUBNET>
using ares_down = relu<residual_down<block, N, affine, SUBNET>>;

template <typename SUBNET>
using alevel0 = ares_down<256, SUBNET>;
template <typename SUBNET>
using alevel1 = ares<256, ares<256, ares_down<256, SUBNET>>>;
template <typename SUBNET>
using alevel2 = ares<128, ares<128, ares_down<128, SUBNET>>>;
template <typename SUBNET>
using alevel3 = ares<64, ares<64, ares<64, ares_down<64, SUBNET>>>>;
template <typename SUBNET>
using alevel4 = ares<32, ares<32, ares<32, SUBNET>>>;

using anet_type = loss_metric<fc_no_bias<
    128, avg_pool_everything<alevel0<alevel1<alevel2<alevel3<alevel4<
             max_pool<3, 3, 2, 2, relu<affine<con<32, 7, 7, 2, 2, input_rgb_image_sized<150>>>>>>>>>>>>>;

/// The parameters of the layers as the network is visited: from the output to the input.
struct Gathered {
  struct Convolution {
    long filters;
    long rows;
    std::vector<float> weights;  // filters x channels x rows x columns, then one bias per filter
  };
  std::vector<Convolution> convolutions;
  std::vector<std::vector<float>> affines;  // gains, then shifts
  std::vector<float> fully_connected;       // inputs x outputs
};

std::vector<float> numbers_of(const tensor& t) { return {t.begin(), t.end()}; }

struct Gatherer {
  Gathered* into;

  template <long F, long R, long C, int SY, int SX, int PY, int PX>
  void operator()(con_<F, R, C, SY, SX, PY, PX>& layer) const {
    into->convolutions.push_back({F, R, numbers_of(layer.get_layer_params())});
  }
  void operator()(affine_& layer) const {
    // A frozen layer shows no parameters; its serialised form does.
    std::stringstream stream;
    serialize(layer, stream);
    std::string version;
    resizable_tensor params;
    deserialize(version, stream);
    deserialize(params, stream);
    into->affines.push_back(numbers_of(params));
  }
  template <unsigned long N, fc_bias_mode B>
  void operator()(fc_<N, B>& layer) const {
    into->fully_connected = numbers_of(layer.get_layer_params());
  }
};

/// Names of the convolutions in the face-api package, from the input to the output.
std::vector<std::string> convolution_names() {
  std::vector<std::string> names{"conv32_down"};
  for (const char* block_name : {"conv32_1", "conv32_2", "conv32_3", "conv64_down", "conv64_1",
                                 "conv64_2", "conv64_3", "conv128_down", "conv128_1", "conv128_2",
                                 "conv256_down", "conv256_1", "conv256_2", "conv256_down_out"})
    for (const char* part : {"/conv1", "/conv2"}) names.push_back(block_name + std::string(part));
  return names;
}

/// Filters from dlib's order (out, in, row, column) to TFJS's (row, column, in, out).
std::vector<float> reordered(const Gathered::Convolution& convolution, long channels) {
  const long side = convolution.rows;
  std::vector<float> filters;
  for (long r = 0; r < side; ++r)
    for (long c = 0; c < side; ++c)
      for (long in = 0; in < channels; ++in)
        for (long out = 0; out < convolution.filters; ++out)
          filters.push_back(
              convolution
                  .weights[static_cast<std::size_t>(((out * channels + in) * side + r) * side + c)]);
  return filters;
}

class OpenFile : public DlibResnetFile {
 public:
  explicit OpenFile(const std::filesystem::path& dat) {
    try {
      deserialize(dat.string()) >> net_;
    } catch (const std::exception& error) {
      // dlib tells the whole type of the network, over many lines.
      const std::string whole = error.what();
      throw EnvironmentError(fmt::format("'{}' is not dlib's face recognition network: {}", dat.string(),
                                         whole.substr(0, whole.find('\n')).substr(0, 200)));
    }
  }

  EmbeddingMatrix embed(std::span<const Image> chips) override {
    if (chips.empty()) return EmbeddingMatrix(0, 128);
    std::vector<matrix<rgb_pixel>> batch(chips.size());
    for (std::size_t i = 0; i < chips.size(); ++i) {
      cv::Mat pixels = chips[i].bgr();
      assign_image(batch[i], cv_image<bgr_pixel>(pixels));
    }
    const std::vector<matrix<float, 0, 1>> found = net_(batch, batch.size());
    EmbeddingMatrix vectors(static_cast<Eigen::Index>(chips.size()), 128);
    for (std::size_t i = 0; i < chips.size(); ++i)
      for (long d = 0; d < 128; ++d) vectors(static_cast<Eigen::Index>(i), d) = found[i](d);
    return vectors;
  }

  TfjsWeights weights() override {
    Gathered gathered;
    visit_computational_layers(net_, Gatherer{&gathered});
    TfjsWeights weights;
    const std::vector<std::string> names = convolution_names();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Gathered::Convolution& convolution = gathered.convolutions.at(names.size() - 1 - i);
      const std::vector<float>& affine_layer = gathered.affines.at(names.size() - 1 - i);
      const long filters = convolution.filters;
      const auto split = static_cast<std::ptrdiff_t>(filters);
      const long channels = (static_cast<long>(convolution.weights.size()) - filters) /
                            (filters * convolution.rows * convolution.rows);
      weights[names[i] + "/conv/filters"] = {{convolution.rows, convolution.rows, channels, filters},
                                             reordered(convolution, channels)};
      weights[names[i] + "/conv/bias"] = {
          {filters}, {convolution.weights.end() - split, convolution.weights.end()}};
      weights[names[i] + "/scale/weights"] = {{filters},
                                              {affine_layer.begin(), affine_layer.begin() + split}};
      weights[names[i] + "/scale/biases"] = {{filters},
                                             {affine_layer.begin() + split, affine_layer.end()}};
    }
    weights["fc"] = {{256, 128}, gathered.fully_connected};
    return weights;
  }

 private:
  anet_type net_;
};

}  // namespace
}  // namespace robench

extern "C" robench::DlibResnetFile* robench_open_dlib_resnet(const std::filesystem::path& dat) {
  return new robench::OpenFile(dat);
}
