// SPDX-License-Identifier: Apache-2.0
// A layer in the place of OpenCV's "Convolution" (OpenCV's tutorial "Custom deep learning layers
// support" describes overriding). It is OpenCV's own layer but for the forward pass of narrow depthwise
// maps.
#include "models/backends/narrow_depthwise.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <vector>

#include <opencv2/dnn.hpp>
#include <opencv2/dnn/all_layers.hpp>

namespace robench {
namespace {

using cv::dnn::ActivationLayer;
using cv::dnn::BaseConvolutionLayer;
using cv::dnn::LayerParams;
using cv::dnn::MatShape;

constexpr int kFastInOpenCv = 18;  // columns

/// One plane with a border of one zero, rows one after the other, and room for taps beyond its end.
class PaddedPlane {
 public:
  PaddedPlane(int height, int width)
      : height_(height), width_(width), values_(static_cast<std::size_t>((height + 2) * stride() + 2)) {}

  void read(const float* plane) {
    for (int y = 0; y < height_; ++y)
      std::copy_n(plane + y * width_, width_, values_.data() + (y + 1) * stride() + 1);
  }

  /// 3 x 3 correlation at every place of the padded rows: `sums[y * stride() + x]`. The two places after
  /// each row's end hold nothing of use; running over them keeps one long loop instead of short ones.
  void correlate(const float* taps, float bias, std::vector<float>& sums) const {
    const int count = height_ * stride();
    sums.assign(static_cast<std::size_t>(count), bias);
    for (int row = 0; row < 3; ++row) {
      const float* from = values_.data() + row * stride();
      const float a = taps[3 * row], b = taps[3 * row + 1], c = taps[3 * row + 2];
      float* to = sums.data();
      for (int i = 0; i < count; ++i) to[i] += a * from[i] + b * from[i + 1] + c * from[i + 2];
    }
  }

  [[nodiscard]] int stride() const { return width_ + 2; }

 private:
  int height_, width_;
  std::vector<float> values_;
};

class NarrowDepthwise : public cv::dnn::Layer {
 public:
  NarrowDepthwise(const LayerParams& params, cv::Ptr<BaseConvolutionLayer> general)
      : Layer(params), general_(std::move(general)), step_(static_cast<int>(general_->strides[0])) {}

  bool getMemoryShapes(const std::vector<MatShape>& inputs, const int outputs,
                       std::vector<MatShape>& shapes, std::vector<MatShape>& internals) const override {
    return general_->getMemoryShapes(inputs, outputs, shapes, internals);
  }

  bool setActivation(const cv::Ptr<ActivationLayer>& layer) override {
    const bool fused = general_->setActivation(layer);
    if (fused || layer.empty()) activation_ = layer;
    return fused;
  }

  void finalize(cv::InputArrayOfArrays inputs, cv::OutputArrayOfArrays outputs) override {
    general_->finalize(inputs, outputs);
  }

  void forward(cv::InputArrayOfArrays inputs, cv::OutputArrayOfArrays outputs,
               cv::OutputArrayOfArrays internals) override {
    std::vector<cv::Mat> in, out;
    inputs.getMatVector(in);
    if (in.front().size[3] >= kFastInOpenCv) return general_->forward(inputs, outputs, internals);
    outputs.getMatVector(out);
    convolve(in.front(), out.front());
  }

 private:
  void convolve(const cv::Mat& in, cv::Mat& out) const {
    const int channels = in.size[1];
    const int plane = out.size[2] * out.size[3];
    const cv::Mat weights = blobs[0].reshape(1, channels);
    PaddedPlane padded(in.size[2], in.size[3]);
    std::vector<float> sums;
    for (int image = 0; image < in.size[0]; ++image)
      for (int channel = 0; channel < channels; ++channel) {
        padded.read(in.ptr<float>(image, channel));
        const float bias = blobs.size() > 1 ? blobs[1].ptr<float>()[channel] : 0.0F;
        padded.correlate(weights.ptr<float>(channel), bias, sums);
        float* to = out.ptr<float>(image, channel);
        for (int y = 0; y < out.size[2]; ++y)
          for (int x = 0; x < out.size[3]; ++x)
            *to++ = sums[static_cast<std::size_t>(step_ * (y * padded.stride() + x))];
        if (activation_) {
          float* first = out.ptr<float>(image, channel);
          activation_->forwardSlice(first, first, plane, static_cast<std::size_t>(plane), channel,
                                    channel + 1);
        }
      }
  }

  cv::Ptr<BaseConvolutionLayer> general_;
  int step_;
  cv::Ptr<ActivationLayer> activation_;
};

bool all_equal(const std::vector<std::size_t>& values, std::size_t to) {
  return values.size() == 2 && values[0] == to && values[1] == to;
}

/// 3 x 3, one filter per channel, a border of one, step 1 or 2: what networks of the MobileNet kind
/// hold.
bool is_depthwise(const LayerParams& params, const BaseConvolutionLayer& layer) {
  if (params.blobs.empty() || params.blobs[0].dims != 4 || params.blobs[0].type() != CV_32F)
    return false;
  const auto& shape = params.blobs[0].size;
  return shape[1] == 1 && shape[0] == params.get<int>("group", 1) && layer.padMode.empty() &&
         all_equal(layer.kernel_size, 3) && all_equal(layer.dilations, 1) &&
         all_equal(layer.pads_begin, 1) && all_equal(layer.pads_end, 1) &&
         (all_equal(layer.strides, 1) || all_equal(layer.strides, 2));
}

cv::Ptr<cv::dnn::Layer> make_convolution(LayerParams& params) {
  cv::Ptr<BaseConvolutionLayer> general = cv::dnn::ConvolutionLayer::create(params);
  if (!is_depthwise(params, *general)) return general;
  return cv::makePtr<NarrowDepthwise>(params, general);
}

}  // namespace

void use_narrow_depthwise() {
  static std::once_flag once;
  std::call_once(once, [] { cv::dnn::LayerFactory::registerLayer("Convolution", make_convolution); });
}

}  // namespace robench
