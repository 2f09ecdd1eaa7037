// SPDX-License-Identifier: Apache-2.0
#include "models/codecs/muted_cerr.h"

#include <iostream>
#include <streambuf>

namespace robench::codecs {
namespace {

thread_local bool muted = false;

/// Stands before std::cerr's own buffer. Has none itself, so that nothing is delayed.
class Filter final : public std::streambuf {
 public:
  explicit Filter(std::streambuf* target) : target_(target) {}

 protected:
  int_type overflow(int_type character) override {
    return muted ? traits_type::not_eof(character)
                 : target_->sputc(traits_type::to_char_type(character));
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    return muted ? count : target_->sputn(text, count);
  }
  int sync() override { return muted ? 0 : target_->pubsync(); }

 private:
  std::streambuf* target_;
};

/// Put in place once and never removed: std::cerr outlives every static object.
void install_filter() {
  [[maybe_unused]] static const auto* const replaced = std::cerr.rdbuf(new Filter(std::cerr.rdbuf()));
}

}  // namespace

MutedCerr::MutedCerr() {
  install_filter();
  muted = true;
}

MutedCerr::~MutedCerr() { muted = false; }

}  // namespace robench::codecs
