// SPDX-License-Identifier: Apache-2.0
#include "suites/privacy.h"

#include <fstream>
#include <iterator>
#include <random>

#include <fmt/format.h>

#include "models/digest.h"

namespace robench {
namespace {

constexpr std::size_t kIdDigits = 16;

std::string private_key(const Store& store) {
  const auto file = store.root() / "private_key";
  if (std::ifstream in(file); in) return {std::istreambuf_iterator<char>(in), {}};
  std::random_device entropy;
  std::string key;
  for (int i = 0; i < 8; ++i) key += fmt::format("{:08x}", entropy());
  write_file_atomically(file, key);
  return key;
}

}  // namespace

PrivateNames::PrivateNames(const Store& store) : key_(private_key(store)) {}

std::string PrivateNames::operator()(const std::string& name) const {
  if (name.empty()) return name;
  return KeyBuilder().add("key", key_).add("id", name).digest().substr(0, kIdDigits);
}

std::string plain_id(const std::string& id) {
  return KeyBuilder().add("id", id).digest().substr(0, kIdDigits);
}

void make_private(RunOutcomes& outcomes, const Store& store) {
  const PrivateNames hashed(store);
  for (std::string& id : outcomes.samples) id = hashed(id);
  outcomes.setting["data"] = hashed(outcomes.setting["data"]);
  outcomes.setting["ids"] = "keyed hashes of the store " + hashed("which key");
}

void make_private(RunRecord& run, const Store& store) {
  const PrivateNames hashed(store);
  run.is_private = true;
  run.data = hashed(run.data);
  for (SampleRecord& sample : run.samples) {
    sample.path = hashed(sample.path);
    sample.subject = hashed(sample.subject);
    // Reasons may quote a decoder's message with the file in it; the status says enough.
    sample.reason.clear();
  }
  run.provenance.erase("suite_text");
  run.provenance["data"] = "private";
  run.execution = nlohmann::json::object({{"private", true}});
}

}  // namespace robench
