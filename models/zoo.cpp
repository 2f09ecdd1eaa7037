// SPDX-License-Identifier: Apache-2.0
#include "models/zoo.h"

#include <cstdlib>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "models/child_process.h"
#include "models/digest.h"
#include "models/growing_folder.h"
#include "models/store.h"
#include "models/temporary_folder.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using Say = std::function<void(const std::string&)>;

std::string name_at_version(const PackageFile& file) { return file.package + "@" + file.version; }

/// The last line of npm's complaints that says something, without its prefix.
std::string last_complaint(const std::string& err) {
  std::istringstream lines(err);
  std::string found = "no reason given";
  for (std::string line; std::getline(lines, line);) {
    for (const char* prefix : {"npm ERR! ", "npm error "})
      if (line.starts_with(prefix)) line.erase(0, std::string_view(prefix).size());
    // Where npm keeps its log says nothing, and the log is gone with the temporary folder.
    if (!line.empty() && line.find("complete log") == std::string::npos &&
        line.find("debug-") == std::string::npos)
      found = line;
  }
  return found;
}

/// npm's error codes in our words.
[[noreturn]] void explain_failure(const std::string& package, const ChildResult& npm) {
  const std::string said = npm.err + npm.out;
  const auto mentions = [&](std::initializer_list<const char*> codes) {
    for (const char* code : codes)
      if (said.find(code) != std::string::npos) return true;
    return false;
  };
  if (mentions({"E404", "ETARGET", "E410"}))
    throw EnvironmentError(fmt::format("npm knows no package {}", package),
                           "was it withdrawn? the card pins this version");
  if (mentions({"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "ENETUNREACH",
                "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "ENOTCACHED"}))
    throw EnvironmentError(
        fmt::format("cannot fetch {}: no network, npm does not reach its registry", package),
        "fetch once where there is a network and copy the folder over");
  if (mentions({"ENOSPC"}))
    throw EnvironmentError(fmt::format("cannot fetch {}: the disk is full", package));
  throw EnvironmentError(fmt::format("cannot fetch {}: npm says: {}", package, last_complaint(npm.err)));
}

/// The package's tarball, in `folder`, its integrity checked.
fs::path packed_tarball(const PackageFile& package, const fs::path& folder) {
  // npm's cache and log stay in the temporary folder: HOME may be missing and is never touched.
  const std::map<std::string, std::string> environment{
      {"npm_config_cache", (folder / "npm-cache").string()},
      {"npm_config_update_notifier", "false"},
      {"npm_config_fetch_retries", "2"},
      {"npm_config_fetch_retry_mintimeout", "1000"},
      {"npm_config_fetch_retry_maxtimeout", "5000"},
  };
  const std::string name = name_at_version(package);
  const ChildResult npm = [&] {
    const GrowingFolder progress(folder);
    return run_child({"npm", "pack", name, "--json", "--ignore-scripts"}, folder, environment);
  }();
  if (!npm.found)
    throw EnvironmentError(fmt::format("cannot fetch {}: npm is not installed", name),
                           "on Debian: apt-get install npm");
  if (npm.exit_code != 0) explain_failure(name, npm);
  fs::path tarball;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".tgz") tarball = entry.path();
  if (tarball.empty()) throw EnvironmentError(fmt::format("npm pack {} wrote no tarball", name));
  const std::string integrity = npm_integrity_of_file(tarball);
  if (integrity != package.integrity)
    throw EnvironmentError(
        fmt::format("{} is not the tarball that is pinned: integrity is {}, expected {}", name,
                    integrity, package.integrity),
        "nothing was kept");
  return tarball;
}

/// Unpacks `files` of the tarball under `folder`/package and checks their hashes.
void unpack(const std::vector<PackageFile>& files, const fs::path& tarball, const fs::path& folder) {
  std::vector<std::string> arguments{"tar", "-xzf", tarball.string(), "--no-same-owner", "--"};
  for (const PackageFile& file : files) arguments.push_back("package/" + file.path);
  const ChildResult tar = run_child(arguments, folder);
  if (!tar.found) throw EnvironmentError("cannot unpack: tar is not installed");
  if (tar.exit_code != 0)
    throw EnvironmentError(
        fmt::format("cannot unpack {}: {}", name_at_version(files.front()), last_complaint(tar.err)));
  for (const PackageFile& file : files) {
    const std::string found = sha256_of_file(folder / "package" / file.path);
    if (found != file.sha256)
      throw EnvironmentError(
          fmt::format("{}: '{}' is not the file that is pinned: sha256 is {}, expected {}",
                      name_at_version(file), file.path, found, file.sha256),
          "nothing was kept");
  }
}

void put_into_place(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  fs::rename(from, to, error);
  if (error) throw EnvironmentError(fmt::format("cannot write '{}': {}", to.string(), error.message()));
}

/// `files` are all of one package.
void fetch_package(const std::vector<PackageFile>& files, const Say& say) {
  const PackageFile& package = files.front();
  // Beside the fetched files, so that a rename puts them into place.
  const TemporaryFolder temporary(model_folder(), ".fetch-", "ROBENCH_CACHE=DIR chooses another folder");
  say(fmt::format("fetching {} with npm pack (one tarball, no dependencies, no scripts)",
                  name_at_version(package)));
  const fs::path tarball = packed_tarball(package, temporary.path());
  say(fmt::format("  integrity as pinned; unpacking {} file{} of {:.0f} MB", files.size(),
                  files.size() == 1 ? "" : "s", static_cast<double>(fs::file_size(tarball)) / 1e6));
  unpack(files, tarball, temporary.path());
  for (const PackageFile& file : files) {
    put_into_place(temporary.path() / "package" / file.path, fetched_path(file));
    say(fmt::format("  {} (sha256 as pinned)", fetched_path(file).string()));
  }
}

}  // namespace

fs::path fetched_path(const PackageFile& file) {
  return model_folder() / name_at_version(file) / file.path;
}

bool is_fetched(const PackageFile& file) {
  const fs::path path = fetched_path(file);
  return fs::is_regular_file(path) && remembered_sha256_of_file(path) == file.sha256;
}

void fetch(const std::vector<PackageFile>& files, const Say& say) {
  std::map<std::string, std::vector<PackageFile>> missing;
  for (const PackageFile& file : files)
    if (!is_fetched(file)) missing[name_at_version(file)].push_back(file);
  for (const auto& [name, wanted] : missing) fetch_package(wanted, say);
}

std::vector<PackageFile> sample_photographs() {
  const PackageFile package{
      .package = "@vladmandic/face-api",
      .version = "1.7.15",
      .integrity =
          "sha512-WDMmK3CfNLo8jylWqMoQgf4nIst3M0fzx1dnac96wv/dvMTN4DxC/"
          "Pq1DGtduDk1lktCamQ3MIDXFnvrdHTXDw==",
      .path = "",
      .sha256 = "",
      .licence = "MIT (package); its README says that its author took the photographs",
  };
  const std::vector<std::pair<std::string, std::string>> photographs{
      {"demo/sample1.jpg", "8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51"},
      {"demo/sample2.jpg", "7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691"},
      {"demo/sample3.jpg", "8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936"},
      {"demo/sample4.jpg", "729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc"},
      {"demo/sample5.jpg", "6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938"},
      {"demo/sample6.jpg", "9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87"},
  };
  std::vector<PackageFile> files;
  for (const auto& [path, sha256] : photographs) {
    files.push_back(package);
    files.back().path = path;
    files.back().sha256 = sha256;
  }
  return files;
}

}  // namespace robench
