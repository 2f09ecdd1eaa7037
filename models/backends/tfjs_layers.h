// SPDX-License-Identifier: Apache-2.0
// For the torch module only.
#pragma once

#include "models/backends/tfjs_draft.h"

namespace robench {

/// Operations with weights or windows, as lines of the draft: Conv2D, DepthwiseConv2dNative and their
/// fused forms, MatMul, FusedBatchNorm, Prelu, pools and Pad. Throw EnvironmentError as TfjsDraft does.
void draft_convolution(TfjsDraft& draft, const TfjsNode& node);
void draft_matrix_product(TfjsDraft& draft, const TfjsNode& node);
void draft_batch_norm(TfjsDraft& draft, const TfjsNode& node);
void draft_prelu(TfjsDraft& draft, const TfjsNode& node);
void draft_pool(TfjsDraft& draft, const TfjsNode& node);
void draft_pad(TfjsDraft& draft, const TfjsNode& node);

}  // namespace robench
