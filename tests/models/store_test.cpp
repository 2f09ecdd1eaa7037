// SPDX-License-Identifier: Apache-2.0
#include "models/store.h"

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/digest.h"
#include "perturb/error.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

const std::string kKey = sha256("a key");

EmbeddingTable table_of(int rows, float first) {
  EmbeddingTable table;
  table.vectors.resize(rows, 3);
  for (int i = 0; i < rows * 3; ++i) table.vectors.data()[i] = first + static_cast<float>(i) / 3;
  table.status.assign(static_cast<std::size_t>(rows), Status::ok);
  return table;
}

fs::path stored(const fs::path& root, const std::string& extension) {
  return root / kKey.substr(0, 2) / (kKey.substr(2) + extension);
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

AcquiredFace face_with(float x, float y) {
  AcquiredFace acquired;
  acquired.face.box = {1.0 / 3, -2.5, 1e-7, 12345.678901234567};
  acquired.face.detection_confidence = 0.1 + 0.2;
  acquired.face.fallback_box = true;
  for (std::size_t i = 0; i < 68; ++i)
    acquired.face.landmarks.points[i] = {x * static_cast<float>(i + 1), y / static_cast<float>(i + 1)};
  return acquired;
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

/// Files in a folder and below.
int file_count(const fs::path& folder) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

TEST_SUITE("models") {
  TEST_CASE("store: embeddings come back exactly") {
    const test::ScratchFolder folder;
    const Store store(folder.path() / "cache");
    CHECK_FALSE(store.load_embeddings(kKey));
    CHECK_FALSE(store.has_embeddings(kKey));
    EmbeddingTable table = table_of(5, 1.0F);
    table.status = {Status::ok, Status::undecodable, Status::no_face, Status::several_faces,
                    Status::non_finite_embedding};
    store.save_embeddings(kKey, table);
    CHECK(store.has_embeddings(kKey));
    const auto read = store.load_embeddings(kKey);
    REQUIRE(read);
    CHECK(read->vectors == table.vectors);
    CHECK(read->status == table.status);
    CHECK_FALSE(store.has_embeddings(sha256("another key")));
    store.save_embeddings(sha256("empty"), EmbeddingTable{});
    CHECK(store.load_embeddings(sha256("empty"))->size() == 0);
  }

  TEST_CASE("store: further columns come back, and tables without them are written as before") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    EmbeddingTable table = table_of(3, 1.0F);
    store.save_embeddings(kKey, table);
    CHECK(contents(stored(folder.path(), ".json")).find("\"format\":1") != std::string::npos);
    CHECK(store.load_embeddings(kKey)->intruder.empty());
    table.intruder = {2, EmbeddingTable::kNoIntruder, 0};
    table.covered_fraction = {0.25F, EmbeddingTable::kNotMeasured, 1.0F / 3};
    table.calibration_residual = {0.001F, -0.002F, 0};
    table.brightness = {0.5F, 0.25F, 1};
    table.sharpness = {0.125F, EmbeddingTable::kNotMeasured, 0};
    store.save_embeddings(kKey, table);
    const auto read = store.load_embeddings(kKey);
    REQUIRE(read);
    CHECK(read->intruder == table.intruder);
    CHECK(read->covered_fraction[0] == 0.25F);
    CHECK(std::isnan(read->covered_fraction[1]));
    CHECK(read->covered_fraction[2] == 1.0F / 3);
    CHECK(read->calibration_residual == table.calibration_residual);
    CHECK(read->brightness == table.brightness);
    CHECK(read->sharpness[0] == 0.125F);
    CHECK(std::isnan(read->sharpness[1]));
    CHECK(contents(stored(folder.path(), ".json")).find("\"format\":2") != std::string::npos);
  }

  TEST_CASE("store: a column that does not fit the rows reads as absent") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    EmbeddingTable table = table_of(3, 1.0F);
    table.intruder = {2, 1};
    store.save_embeddings(kKey, table);
    CHECK_FALSE(store.load_embeddings(kKey));
  }

  TEST_CASE("a table takes over rows and their columns") {
    EmbeddingTable all = table_of(5, 0.0F);
    EmbeddingTable part = table_of(2, 7.0F);
    part.status[1] = Status::no_face;
    all.set_rows(1, part);
    CHECK(all.intruder.empty());
    part.intruder = {4, EmbeddingTable::kNoIntruder};
    all.set_rows(3, part);
    CHECK(all.vectors.row(3) == part.vectors.row(0));
    CHECK(all.status[4] == Status::no_face);
    CHECK(all.intruder == std::vector<std::int64_t>{-1, -1, -1, 4, -1});
    CHECK(all.covered_fraction.empty());
  }

  TEST_CASE("store: a damaged, half-written or mixed pair reads as absent and can be written again") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    const fs::path npy = stored(folder.path(), ".npy"), side_car = stored(folder.path(), ".json");
    store.save_embeddings(kKey, table_of(4, 1.0F));
    const std::string good_npy = contents(npy), good_json = contents(side_car);
    REQUIRE(store.load_embeddings(kKey));

    SUBCASE("killed before the side-car") { fs::remove(side_car); }
    SUBCASE("array lost") { fs::remove(npy); }
    SUBCASE("array shortened") { overwrite(npy, good_npy.substr(0, good_npy.size() / 2)); }
    SUBCASE("one bit flipped") {
      std::string flipped = good_npy;
      flipped.back() = static_cast<char>(flipped.back() ^ 1);
      overwrite(npy, flipped);
    }
    SUBCASE("array of another table") { overwrite(npy, npy_bytes(table_of(4, 2.0F).vectors)); }
    SUBCASE("side-car empty") { overwrite(side_car, ""); }
    SUBCASE("side-car cut") { overwrite(side_car, good_json.substr(0, good_json.size() - 5)); }
    SUBCASE("side-car is other JSON") { overwrite(side_car, "[1, 2, \"ok\"]"); }
    SUBCASE("side-car of another type") {
      overwrite(side_car, R"({"format":1,"npy_sha256":7,"status":"ok"})");
    }
    SUBCASE("a status too few") {
      std::string text = good_json;
      text.erase(text.find("\"ok\","), 5);
      overwrite(side_car, text);
    }
    SUBCASE("an unknown status") {
      std::string text = good_json;
      text.replace(text.find("\"ok\""), 4, "\"oh\"");
      overwrite(side_car, text);
    }
    SUBCASE("a later format") {
      std::string text = good_json;
      text.replace(text.find("\"format\":1"), 10, "\"format\":3");
      overwrite(side_car, text);
    }
    CHECK_FALSE(store.load_embeddings(kKey));
    CHECK_FALSE(store.has_embeddings(kKey));
    store.save_embeddings(kKey, table_of(4, 1.0F));
    CHECK(store.load_embeddings(kKey));
  }

  TEST_CASE("store: acquired faces come back exactly") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    std::vector<AcquiredFace> faces = {face_with(0.1F, 1e-20F), face_with(16777217.0F, 3.4e38F),
                                       face_with(-1.0F / 3, 123.456F)};
    faces.push_back({Status::undecodable, "broken \"JPEG\": \xff\n", {}});
    faces.push_back({Status::no_face, "no face found", {}});
    store.save_faces(kKey, faces);
    const auto read = store.load_faces(kKey);
    REQUIRE(read);
    REQUIRE(read->size() == faces.size());
    for (std::size_t i = 0; i < 3; ++i) {
      const Face& a = (*read)[i].face;
      const Face& b = faces[i].face;
      CHECK((*read)[i].status == Status::ok);
      CHECK(a.box == b.box);
      CHECK(a.detection_confidence == b.detection_confidence);
      CHECK(a.fallback_box == b.fallback_box);
      CHECK(a.landmarks.points == b.landmarks.points);
    }
    CHECK((*read)[3].status == Status::undecodable);
    CHECK((*read)[3].reason ==
          "broken \"JPEG\": \xef\xbf\xbd\n");  // not UTF-8: the replacement character
    CHECK((*read)[4].reason == "no face found");
    store.save_faces(sha256("none"), {});
    CHECK(store.load_faces(sha256("none"))->empty());
  }

  TEST_CASE("store: changed faces read as absent") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    const fs::path file = stored(folder.path(), ".faces.json");
    store.save_faces(kKey, {face_with(1.5F, 2.5F)});
    const std::string good = contents(file);
    REQUIRE(store.load_faces(kKey));
    for (std::size_t length = 0; length + 2 < good.size(); length += 7) {
      overwrite(file, good.substr(0, length));
      CHECK_FALSE(store.load_faces(kKey));
    }
    std::string changed = good;
    changed.replace(changed.find("1.5"), 3, "1.6");
    overwrite(file, changed);
    CHECK_FALSE(store.load_faces(kKey));
    overwrite(file, R"({"format":1,"sha256":"x","faces":[{"status":"ok"}]})");
    CHECK_FALSE(store.load_faces(kKey));
  }

  TEST_CASE("store: only the owner can read it") {
    const test::ScratchFolder folder;
    const mode_t old_mask = umask(0);
    const Store store(folder.path() / "a" / "b" / "cache");
    store.save_embeddings(kKey, table_of(2, 0));
    store.save_faces(kKey, {});
    umask(old_mask);
    const fs::path root = folder.path() / "a" / "b" / "cache";
    CHECK(mode_of(root) == 0700);
    CHECK(mode_of(root / kKey.substr(0, 2)) == 0700);
    for (const char* extension : {".npy", ".json", ".faces.json"})
      CHECK(mode_of(stored(root, extension)) == 0600);
  }

  TEST_CASE("store: a folder that cannot be made is an EnvironmentError") {
    const test::ScratchFolder folder;
    overwrite(folder.path() / "file", "x");
    CHECK_THROWS_AS(Store(folder.path() / "file"), EnvironmentError);
    CHECK_THROWS_AS(Store(folder.path() / "file" / "below"), EnvironmentError);
  }

  TEST_CASE("store: several threads write and read the same keys") {
    const test::ScratchFolder folder;
    const Store store(folder.path());
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const int n = i % 5;
          const std::string key = sha256(std::to_string(n));
          store.save_embeddings(key, table_of(n + 1, static_cast<float>(n)));
          const auto read = store.load_embeddings(key);
          if (!read || read->vectors != table_of(n + 1, static_cast<float>(n)).vectors) ++wrong[t];
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
    CHECK(file_count(folder.path()) == 10);  // five pairs and nothing temporary
  }

  TEST_CASE("write_file_atomically: replaces whole files and leaves nothing behind") {
    const test::ScratchFolder folder;
    write_file_atomically(folder.path() / "a.txt", "first");
    write_file_atomically(folder.path() / "a.txt", "2nd");
    CHECK(contents(folder.path() / "a.txt") == "2nd");
    CHECK_THROWS_AS(write_file_atomically(folder.path() / "missing" / "a.txt", "x"), EnvironmentError);
    fs::create_directory(folder.path() / "folder");
    CHECK_THROWS_AS(write_file_atomically(folder.path() / "folder", "x"), EnvironmentError);
    CHECK(file_count(folder.path()) == 1);
  }

  TEST_CASE("write_file_atomically: what cannot be written whole leaves the old file") {
    const test::ScratchFolder folder;
    write_file_atomically(folder.path() / "a.txt", "old");
    rlimit old_limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, old_limit.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::string message;
    try {
      write_file_atomically(folder.path() / "a.txt", std::string(5000, 'x'));
    } catch (const EnvironmentError& error) {
      message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &old_limit);
    std::signal(SIGXFSZ, old_handler);
    CHECK(message.find("file size limit reached while writing") != message.npos);
    CHECK(contents(folder.path() / "a.txt") == "old");
    CHECK(file_count(folder.path()) == 1);
  }

  TEST_CASE("store: a full disk is named") {
    const test::ScratchFolder folder;
    if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
      MESSAGE("SKIPPED: a full disk (mounting a small tmpfs needs root)");
      return;
    }
    std::string message;
    bool absent = false;
    try {
      const Store store(folder.path() / "cache");
      try {
        store.save_embeddings(kKey, table_of(100000, 0));
      } catch (const EnvironmentError& error) {
        message = error.what();
      }
      absent = !store.has_embeddings(kKey);
    } catch (...) {
      umount(folder.path().c_str());
      throw;
    }
    const int files = file_count(folder.path());
    umount(folder.path().c_str());
    CHECK(message.find("disk full while writing ") != message.npos);
    CHECK(absent);
    CHECK(files == 0);
  }

  TEST_CASE("cache_folder: ROBENCH_CACHE, then XDG_CACHE_HOME, then HOME") {
    const test::ScopedVariable own("ROBENCH_CACHE", "/own"), xdg("XDG_CACHE_HOME", "/xdg"),
        home("HOME", "/home/me");
    CHECK(cache_folder() == "/own");
    CHECK(model_folder() == "/own/models");
    const test::ScopedVariable no_own("ROBENCH_CACHE", "");
    CHECK(cache_folder() == "/xdg/robench");
    const test::ScopedVariable relative_xdg("XDG_CACHE_HOME", "relative");
    CHECK(cache_folder() == "/home/me/.cache/robench");
    const test::ScopedVariable no_xdg("XDG_CACHE_HOME", "");
    CHECK(cache_folder() == "/home/me/.cache/robench");
    const test::ScopedVariable no_home("HOME", "");
    CHECK_THROWS_WITH_AS((void)cache_folder(), doctest::Contains("ROBENCH_CACHE"), EnvironmentError);
  }
}

}  // namespace
}  // namespace robench
