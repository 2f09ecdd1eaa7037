// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace robench::codecs {

/// While one lives, what its thread writes to std::cerr is dropped; other threads' messages pass. OpenCV
/// has no other way to stop its complaints about broken pictures.
class MutedCerr {
 public:
  MutedCerr();
  ~MutedCerr();
  MutedCerr(const MutedCerr&) = delete;
  MutedCerr& operator=(const MutedCerr&) = delete;
};

}  // namespace robench::codecs
