// SPDX-License-Identifier: Apache-2.0
#include "models/digest.h"

#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// One running hash of OpenSSL.
class Hasher {
 public:
  explicit Hasher(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    ROBENCH_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
  }
  void add(const void* bytes, std::size_t count) {
    ROBENCH_ASSERT(EVP_DigestUpdate(context_.get(), bytes, count) == 1);
  }
  [[nodiscard]] std::vector<std::uint8_t> finish() {
    std::vector<std::uint8_t> hash(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    ROBENCH_ASSERT(EVP_DigestFinal_ex(context_.get(), hash.data(), &length) == 1);
    hash.resize(length);
    return hash;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string hexadecimal(const std::vector<std::uint8_t>& bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::vector<std::uint8_t> hash_of_file(const fs::path& path, const EVP_MD* algorithm) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream || fs::is_directory(path))
    throw EnvironmentError(fmt::format("cannot read '{}'", path.string()));
  Hasher hasher(algorithm);
  std::vector<char> buffer(1 << 16);
  while (stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hasher.add(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) throw EnvironmentError(fmt::format("reading '{}' failed", path.string()));
  return hasher.finish();
}

}  // namespace

std::string base64(const std::vector<std::uint8_t>& bytes) {
  // EVP_EncodeBlock writes 4 characters per 3 bytes and a terminating zero.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string sha256(std::string_view bytes) {
  Hasher hasher(EVP_sha256());
  hasher.add(bytes.data(), bytes.size());
  return hexadecimal(hasher.finish());
}

std::string sha256(std::span<const std::uint8_t> bytes) {
  return sha256(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string sha256_integrity(std::string_view bytes) {
  Hasher hasher(EVP_sha256());
  hasher.add(bytes.data(), bytes.size());
  return "sha256-" + base64(hasher.finish());
}

std::string sha256_of_file(const fs::path& path) {
  return hexadecimal(hash_of_file(path, EVP_sha256()));
}

std::string remembered_sha256_of_file(const fs::path& path) {
  struct Known {
    std::uintmax_t size;
    fs::file_time_type changed;
    std::string hash;
  };
  static std::mutex mutex;
  static std::map<fs::path, Known> known;

  std::error_code error;
  const fs::path whole = fs::absolute(path);
  const std::uintmax_t size = fs::file_size(whole, error);
  const fs::file_time_type changed = fs::last_write_time(whole, error);
  const std::lock_guard lock(mutex);
  const auto found = known.find(whole);
  if (!error && found != known.end() && found->second.size == size && found->second.changed == changed)
    return found->second.hash;
  std::string hash = sha256_of_file(whole);
  known[whole] = {size, changed, hash};
  return hash;
}

std::string npm_integrity_of_file(const fs::path& path) {
  return "sha512-" + base64(hash_of_file(path, EVP_sha512()));
}

KeyBuilder& KeyBuilder::add(std::string_view name, std::string_view value) {
  text_ += fmt::format("{}:{}={}:{}\n", name.size(), name, value.size(), value);
  return *this;
}

std::string KeyBuilder::digest() const { return sha256(text_); }

}  // namespace robench
