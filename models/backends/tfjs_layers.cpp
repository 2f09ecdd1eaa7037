// SPDX-License-Identifier: Apache-2.0
#include "models/backends/tfjs_layers.h"

#include <array>

#include <fmt/format.h>

namespace robench {
namespace {

bool is_same(const TfjsNode& node) {
  const std::string padding = node.text("padding");
  if (padding != "SAME" && padding != "VALID")
    TfjsDraft::refuse(node, "its padding is neither SAME nor VALID");
  if (node.text("data_format") == "NCHW")
    TfjsDraft::refuse(node, "the data format NCHW is not supported");
  return padding == "SAME";
}

/// The middle two of N, height, width, channels.
std::array<std::int64_t, 2> of_picture(const TfjsNode& node, const char* attribute) {
  const TfjsDraft::Integers all = node.integers_or(attribute, {1, 1, 1, 1});
  if (all.size() != 4 || all[1] < 1 || all[2] < 1 || all[1] > 1024 || all[2] > 1024)
    TfjsDraft::refuse(node, fmt::format("its {} are malformed", attribute));
  return {all[1], all[2]};
}

}  // namespace

void draft_convolution(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  const TfjsArray& filters = draft.constant(node, 1);
  if (x.rank != 4 || filters.shape.size() != 4) TfjsDraft::refuse(node, "shapes do not fit");
  const auto [sh, sw] = of_picture(node, "strides");
  const auto [dh, dw] = of_picture(node, "dilations");
  const std::int64_t reach_h = (filters.shape[0] - 1) * dh + 1,
                     reach_w = (filters.shape[1] - 1) * dw + 1;
  std::string picture = x.code;
  TfjsDraft::Integers padding{0, 0};
  if (!is_same(node)) {
    if (!x.padding.empty()) picture = x.unpadded, padding = x.padding;
  } else if (sh == 1 && sw == 1 && reach_h % 2 == 1 && reach_w % 2 == 1) {
    padding = {reach_h / 2, reach_w / 2};
  } else {
    picture =
        fmt::format("self.same_padding({}, {}, {}, {}, {}, 0.0)", picture, reach_h, reach_w, sh, sw);
  }
  const bool depthwise = node.op.find("Depthwise") != std::string::npos;
  at::Tensor weights = tensor_of(filters);  // height, width, in, out
  weights = depthwise
                ? weights.permute({2, 3, 0, 1}).reshape({-1, 1, filters.shape[0], filters.shape[1]})
                : weights.permute({3, 2, 0, 1});
  draft.set_fused(node, 4,
                  fmt::format("torch.conv2d({}, {}, None, [{}, {}], [{}, {}], [{}, {}], {})", picture,
                              draft.parameter(weights), sh, sw, padding[0], padding[1], dh, dw,
                              depthwise ? filters.shape[2] : 1));
}

void draft_matrix_product(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value a = draft.value(node, 0);
  const TfjsArray& b = draft.constant(node, 1);
  if (a.rank != 2 || b.shape.size() != 2 || node.flag("transpose_a"))
    TfjsDraft::refuse(node, "shapes do not fit");
  const at::Tensor matrix = tensor_of(b);
  draft.set_fused(node, 2,
                  fmt::format("torch.matmul({}, {})", a.code,
                              draft.parameter(node.flag("transpose_b") ? matrix.t() : matrix)));
}

void draft_batch_norm(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  const auto found = node.numbers.find("epsilon");
  const double epsilon = found == node.numbers.end() ? 1e-4 : found->second;
  const auto vector = [&](std::size_t index) {
    return tensor_of(draft.constant(node, index)).to(torch::kFloat64);
  };
  const at::Tensor gain = vector(1) / torch::sqrt(vector(4) + epsilon);
  const at::Tensor shift = vector(2) - vector(3) * gain;
  const TfjsDraft::Integers shape =
      x.rank == 4 ? TfjsDraft::Integers{1, -1, 1, 1} : TfjsDraft::Integers{1, -1};
  draft.set(node, x.rank,
            fmt::format("{} * {} + {}", x.code, draft.parameter(gain.to(torch::kFloat32).view(shape)),
                        draft.parameter(shift.to(torch::kFloat32).view(shape))));
}

void draft_prelu(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  draft.set(node, x.rank, fmt::format("torch.prelu({}, {})", x.code, draft.slopes(node, 1)));
}

void draft_pool(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  const auto [kh, kw] = of_picture(node, "ksize");
  const auto [sh, sw] = of_picture(node, "strides");
  const bool max = node.op == "MaxPool";
  const auto padded_picture = [&, kh = kh, kw = kw, sh = sh, sw = sw](const std::string& picture) {
    return is_same(node) ? fmt::format("self.same_padding({}, {}, {}, {}, {}, {})", picture, kh, kw, sh,
                                       sw, max ? "-3.0e38" : "0.0")
                         : picture;
  };
  const auto pooled = [&, kh = kh, kw = kw, sh = sh, sw = sw](const std::string& picture) {
    return fmt::format("torch.{}_pool2d({}, [{}, {}], [{}, {}])", max ? "max" : "avg",
                       padded_picture(picture), kh, kw, sh, sw);
  };
  // TensorFlow's mean is over the pixels that are there.
  const bool over_fewer = !max && is_same(node);
  draft.set(node, 4,
            over_fewer
                ? fmt::format("{} / {}", pooled(x.code), pooled("torch.ones_like(" + x.code + ")"))
                : pooled(x.code));
}

void draft_pad(TfjsDraft& draft, const TfjsNode& node) {
  const TfjsDraft::Value x = draft.value(node, 0);
  const TfjsDraft::Integers paddings = integers_of(draft.constant(node, 1));
  if (x.rank != 4 || paddings.size() != 8 || paddings[0] != 0 || paddings[1] != 0)
    TfjsDraft::refuse(node, "only height, width and channels of pictures are padded");
  for (const std::int64_t side : paddings)
    if (side < 0 || side > 4096) TfjsDraft::refuse(node, "its paddings are malformed");
  TfjsDraft::Value& padded =
      draft.set(node, 4,
                fmt::format("torch.constant_pad_nd({}, [{}, {}, {}, {}, {}, {}])", x.code, paddings[4],
                            paddings[5], paddings[2], paddings[3], paddings[6], paddings[7]));
  if (paddings[2] == paddings[3] && paddings[4] == paddings[5] && paddings[6] == 0 && paddings[7] == 0) {
    padded.unpadded = x.code;
    padded.padding = {paddings[2], paddings[4]};
  }
}

}  // namespace robench
