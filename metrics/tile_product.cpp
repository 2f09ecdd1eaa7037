// SPDX-License-Identifier: Apache-2.0
#include "metrics/tile_product.h"

#include <algorithm>
#include <cstring>
#include <vector>

#if defined(__GNUC__) && defined(__x86_64__)
#define ROBENCH_AVX2_KERNEL
#include <immintrin.h>
#endif

namespace robench {
namespace {

#ifdef ROBENCH_AVX2_KERNEL

/// Twelve sums of eight, two probes and one reference fill the sixteen registers of AVX2.
constexpr Eigen::Index kAcross = 16;
constexpr Eigen::Index kDown = 6;

/// Probes 16 by 16, component by component; missing ones are 0.
std::vector<float> interleaved(const Eigen::Ref<const EmbeddingMatrix>& probes) {
  const Eigen::Index dim = probes.cols();
  const Eigen::Index panels = (probes.rows() + kAcross - 1) / kAcross;
  std::vector<float> packed(static_cast<std::size_t>(panels * dim * kAcross), 0.0F);
  for (Eigen::Index p = 0; p < probes.rows(); ++p) {
    float* to = packed.data() + p / kAcross * dim * kAcross + p % kAcross;
    const float* from = probes.row(p).data();
    for (Eigen::Index k = 0; k < dim; ++k) to[k * kAcross] = from[k];
  }
  return packed;
}

using Block = float[kDown][kAcross];

/// Six references with sixteen probes.
[[gnu::target("avx2,fma")]] void product_of_block(const float* const (&reference)[kDown],
                                                  const float* panel, Eigen::Index dim, Block& out) {
  __m256 low[kDown];
  __m256 high[kDown];
#pragma GCC unroll 6
  for (int i = 0; i < kDown; ++i) low[i] = high[i] = _mm256_setzero_ps();
  for (Eigen::Index k = 0; k < dim; ++k, panel += kAcross) {
    const __m256 probes_low = _mm256_loadu_ps(panel);
    const __m256 probes_high = _mm256_loadu_ps(panel + 8);
#pragma GCC unroll 6
    for (int i = 0; i < kDown; ++i) {
      const __m256 each = _mm256_broadcast_ss(reference[i] + k);
      low[i] = _mm256_fmadd_ps(each, probes_low, low[i]);
      high[i] = _mm256_fmadd_ps(each, probes_high, high[i]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < kDown; ++i) {
    _mm256_storeu_ps(out[i], low[i]);
    _mm256_storeu_ps(out[i] + 8, high[i]);
  }
}

void product_by_kernel(const Eigen::Ref<const EmbeddingMatrix>& references,
                       const Eigen::Ref<const EmbeddingMatrix>& probes, EmbeddingMatrix& out) {
  const std::vector<float> packed = interleaved(probes);
  const Eigen::Index dim = references.cols();
  for (Eigen::Index column = 0; column < probes.rows(); column += kAcross) {
    const float* panel = packed.data() + column * dim;
    const Eigen::Index across = std::min(kAcross, probes.rows() - column);
    for (Eigen::Index row = 0; row < references.rows(); row += kDown) {
      const Eigen::Index down = std::min(kDown, references.rows() - row);
      const float* reference[kDown];
      for (Eigen::Index i = 0; i < kDown; ++i)
        reference[i] = references.row(row + std::min(i, down - 1)).data();
      Block products;
      product_of_block(reference, panel, dim, products);
      for (Eigen::Index i = 0; i < down; ++i)
        std::memcpy(out.row(row + i).data() + column, products[i], across * sizeof(float));
    }
  }
}
#endif

}  // namespace

void tile_product(const Eigen::Ref<const EmbeddingMatrix>& references,
                  const Eigen::Ref<const EmbeddingMatrix>& probes, EmbeddingMatrix& out) {
  out.resize(references.rows(), probes.rows());
#ifdef ROBENCH_AVX2_KERNEL
  static const bool kHasKernel = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (kHasKernel) return product_by_kernel(references, probes, out);
#endif
  out.noalias() = references * probes.transpose();
}

}  // namespace robench
