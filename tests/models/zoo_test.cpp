// SPDX-License-Identifier: Apache-2.0
#include "models/zoo.h"

#include <doctest/doctest.h>

#include "models/child_process.h"
#include "models/digest.h"
#include "models/embedder.h"
#include "models/store.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"
#include "tests/support/text.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// A zoo of its own and, first in PATH, an `npm` that hands out a tarball made here.
class FakeRegistry {
 public:
  FakeRegistry() {
    folder_.write("package/model/weights.bin", "the weights");
    folder_.write("package/model/unwanted.bin", "something large");
    REQUIRE(run_child({"tar", "-czf", "made.tgz", "package"}, folder_.path()).exit_code == 0);
    const fs::path tarball = folder_.path() / "made.tgz";
    npm_does("echo \"$@\" > '" + (folder_.path() / "asked").string() + "'\ncp '" + tarball.string() +
             "' scope-thing-1.2.3.tgz\necho '[]'\n");
    file_ = {.package = "@scope/thing",
             .version = "1.2.3",
             .integrity = npm_integrity_of_file(tarball),
             .path = "model/weights.bin",
             .sha256 = sha256("the weights"),
             .licence = "MIT"};
  }

  /// Replaces the fake npm by one that runs `script`.
  void npm_does(const std::string& script) {
    const fs::path npm = folder_.write("bin/npm", "#!/bin/sh\n" + script);
    fs::permissions(npm, fs::perms::owner_all);
  }

  PackageFile& file() { return file_; }
  [[nodiscard]] std::vector<std::string> fetch_all() {
    std::vector<std::string> said;
    fetch({file_}, [&](const std::string& line) { said.push_back(line); });
    return said;
  }
  /// The complaint of a fetch that must fail and leave nothing behind.
  [[nodiscard]] std::string failure() {
    std::string complaint = "fetched";
    try {
      static_cast<void>(fetch_all());
    } catch (const EnvironmentError& error) {
      complaint = error.what();
    }
    for (const auto& entry : fs::recursive_directory_iterator(model_folder())) {
      CAPTURE(entry.path().string());
      CHECK_MESSAGE(false, "left behind");
    }
    CHECK(complaint.find('\n') == std::string::npos);
    return complaint;
  }
  [[nodiscard]] std::string asked() {
    std::ifstream stream(folder_.path() / "asked");
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] const test::ScratchFolder& folder() const { return folder_; }

 private:
  test::ScratchFolder folder_;
  test::ScopedVariable cache_{"ROBENCH_CACHE", (folder_.path() / "cache").string()};
  test::ScopedVariable path_{"PATH", (folder_.path() / "bin").string() + ":" + getenv("PATH")};
  PackageFile file_;
};

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("fetch brings just the files that are asked for, once") {
    FakeRegistry registry;
    CHECK_FALSE(is_fetched(registry.file()));
    const std::vector<std::string> said = registry.fetch_all();
    CHECK(is_fetched(registry.file()));
    CHECK(fetched_path(registry.file()) == model_folder() / "@scope/thing@1.2.3/model/weights.bin");
    CHECK(registry.asked() == "pack @scope/thing@1.2.3 --json --ignore-scripts\n");
    CHECK(said.size() == 3);
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(model_folder()))
      files += entry.is_regular_file();
    CHECK(files == 1);

    registry.npm_does("exit 1");
    CHECK(registry.fetch_all().empty());  // nothing is missing: npm is not asked
  }

  TEST_CASE("a damaged file is fetched again") {
    FakeRegistry registry;
    static_cast<void>(registry.fetch_all());
    std::ofstream(fetched_path(registry.file())) << "damaged";
    CHECK_FALSE(is_fetched(registry.file()));
    static_cast<void>(registry.fetch_all());
    CHECK(is_fetched(registry.file()));
  }

  TEST_CASE("several files of one package cost one npm pack") {
    FakeRegistry registry;
    PackageFile other = registry.file();
    other.path = "model/unwanted.bin";
    other.sha256 = sha256("something large");
    std::vector<std::string> said;
    fetch({registry.file(), other}, [&](const std::string& line) { said.push_back(line); });
    CHECK(said.size() == 4);
    CHECK(is_fetched(registry.file()));
    CHECK(is_fetched(other));
  }

  TEST_CASE("another tarball than the pinned one is refused") {
    FakeRegistry registry;
    registry.file().integrity = "sha512-" + std::string(86, 'A') + "==";
    CHECK(contains(registry.failure(), "@scope/thing@1.2.3 is not the tarball that is pinned"));
  }

  TEST_CASE("another file than the pinned one is refused") {
    FakeRegistry registry;
    registry.file().sha256 = std::string(64, 'a');
    CHECK(contains(registry.failure(), "'model/weights.bin' is not the file that is pinned: sha256 is " +
                                           sha256("the weights")));
  }

  TEST_CASE("a file that the package does not hold") {
    FakeRegistry registry;
    registry.file().path = "model/absent.bin";
    CHECK(contains(registry.failure(), "cannot unpack @scope/thing@1.2.3"));
  }

  TEST_CASE("npm's failures in one clear line") {
    FakeRegistry registry;
    registry.npm_does("echo 'npm ERR! code E404' >&2; echo 'npm ERR! 404 Not Found' >&2; exit 1");
    CHECK(contains(registry.failure(), "npm knows no package @scope/thing@1.2.3"));
    registry.npm_does("echo 'npm ERR! code EAI_AGAIN' >&2; exit 1");
    CHECK(contains(registry.failure(), "no network"));
    registry.npm_does(
        "echo 'npm ERR! code EBADENGINE' >&2; echo 'npm ERR! Not compatible' >&2; "
        "echo 'npm ERR!     /x/2026-debug-0.log' >&2; exit 1");
    CHECK(contains(registry.failure(), "npm says: Not compatible"));
    registry.npm_does("exit 0");
    CHECK(contains(registry.failure(), "wrote no tarball"));
  }

  TEST_CASE("without npm: how to get it") {
    FakeRegistry registry;
    const test::ScopedVariable nowhere("PATH", (registry.folder().path() / "empty").string());
    CHECK(contains(registry.failure(), "npm is not installed"));
  }

  TEST_CASE("npm works without a HOME, in a folder of its own") {
    FakeRegistry registry;
    const test::ScopedVariable home("HOME", "");
    registry.npm_does("echo \"npm ERR! cache=$npm_config_cache\" >&2; exit 1");
    CHECK(contains(registry.failure(), "cache=" + (model_folder() / ".fetch-").string()));
  }

  TEST_CASE("a model that is not fetched says how to get it") {
    FakeRegistry registry;
    const ModelCard card = find_model_card("faceplugin");
    try {
      static_cast<void>(load_embedder(card));
      FAIL("loaded");
    } catch (const EnvironmentError& error) {
      CHECK(contains(error.what(), "robench models fetch faceplugin"));
    }
    CHECK_THROWS_AS(static_cast<void>(model_hash(card)), EnvironmentError);
  }

  TEST_CASE("the sample photographs: six, pinned, of the package that dlib_resnet needs anyway") {
    const std::vector<PackageFile> photographs = sample_photographs();
    const PackageFile weights = find_model_card("dlib_resnet").files.at(0);
    CHECK(photographs.size() == 6);
    for (const PackageFile& file : photographs) {
      CHECK(file.package == weights.package);
      CHECK(file.version == weights.version);
      CHECK(file.integrity == weights.integrity);
      CHECK(file.sha256.size() == 64);
    }
  }
}

}  // namespace robench
