// SPDX-License-Identifier: Apache-2.0
#include "models/download.h"

#include <fmt/format.h>

#include "models/child_process.h"
#include "models/digest.h"
#include "models/growing_folder.h"
#include "models/temporary_folder.h"
#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;

/// curl's exit codes (man curl, EXIT CODES).
enum CurlCode {
  kNoHost = 6,
  kNoConnection = 7,
  kPartial = 18,
  kHttpError = 22,
  kWriteError = 23,
  kTimeout = 28,
  kNoRange = 33,
  kNoFile = 37,
};

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  const auto last = text.rfind('\n');
  return last == std::string::npos ? text : text.substr(last + 1);
}

[[noreturn]] void explain(const std::string& address, const fs::path& file, const ChildResult& curl) {
  const std::string by_hand =
      fmt::format("or bring the file by other means, put it to {} and run this again", file.string());
  const std::string said = without_line_end(curl.err);
  switch (curl.exit_code) {
    case kNoHost:
    case kNoConnection:
    case kTimeout:
      throw EnvironmentError(fmt::format("no network: {} cannot be reached ({})", address, said),
                             by_hand);
    case kPartial:
      throw EnvironmentError(fmt::format("the connection broke off while fetching {}", address),
                             "run this again: what was kept of it is gone on with");
    case kHttpError:
      throw EnvironmentError(fmt::format("{} is not to be had ({})", address, said), by_hand);
    case kWriteError:
      throw EnvironmentError(fmt::format("cannot write '{}.part' ({})", file.string(), said),
                             "is the disk full?");
    case kNoFile:
      throw EnvironmentError(fmt::format("there is no file at {}", address));
    default:
      throw EnvironmentError(fmt::format("cannot fetch {}: {}", address, said), by_hand);
  }
}

ChildResult run_curl(const std::string& address, const fs::path& part) {
  // curl's own output must not lie among the user's files.
  const fs::path folder = fs::absolute(part).parent_path();
  const TemporaryFolder output(folder, ".fetch-", "is the folder writable?");
  const GrowingFolder progress(folder);
  ChildResult curl =
      run_child({"curl", "--fail", "--location", "--silent", "--show-error", "--proto",
                 "=https,http,file", "--connect-timeout", "20", "--speed-limit", "1", "--speed-time",
                 "60", "--continue-at", "-", "--output", fs::absolute(part).string(), "--", address},
                output.path());
  if (!curl.found)
    throw EnvironmentError(fmt::format("cannot fetch {}: curl is not installed", address),
                           "on Debian: apt-get install curl");
  return curl;
}

}  // namespace

std::string download(const std::string& address, const std::string& sha256, const fs::path& file,
                     const std::function<void(const std::string&)>& say) {
  if (fs::is_regular_file(file)) {
    const std::string found = sha256_of_file(file);
    if (!sha256.empty() && found == sha256) {
      say(fmt::format("{} is there already (sha256 as pinned)", file.string()));
      return found;
    }
  }
  fs::create_directories(fs::absolute(file).parent_path());
  const fs::path part = file.string() + ".part";
  const bool resumed = fs::exists(part);
  const bool complete = resumed && !sha256.empty() && sha256_of_file(part) == sha256;
  say(fmt::format("{} {}", resumed ? "going on with" : "fetching", address));
  if (!complete) {
    ChildResult curl = run_curl(address, part);
    // A server that cannot begin in the middle, or a part that is as long as the whole and wrong.
    if (resumed && (curl.exit_code == kNoRange || curl.exit_code == kHttpError)) {
      say("  the server cannot go on in the middle: from the beginning");
      fs::remove(part);
      curl = run_curl(address, part);
    }
    if (curl.exit_code != 0) explain(address, file, curl);
  }
  const std::string found = sha256_of_file(part);
  if (!sha256.empty() && found != sha256) {
    fs::remove(part);
    if (resumed) return download(address, sha256, file, say);  // what was left was of another file
    throw EnvironmentError(fmt::format("{} is not the file that is pinned: sha256 is {}, expected {}",
                                       address, found, sha256),
                           "nothing was kept");
  }
  fs::rename(part, file);
  say(fmt::format("  {} (sha256 {})", file.string(), sha256.empty() ? found : "as pinned"));
  return found;
}

}  // namespace robench
