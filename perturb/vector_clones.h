// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Before the definition of a function with a hot loop: compiled for AVX2 as well, and the processor
/// chooses when the program is loaded. AVX2 does not bring fused multiply-add along, so both give the
/// same bits. Sanitizers cannot instrument the choice and get the plain function.
#if defined(__x86_64__) && defined(__ELF__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define ROBENCH_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ROBENCH_VECTOR_CLONES
#endif
