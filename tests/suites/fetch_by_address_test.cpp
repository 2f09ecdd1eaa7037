// SPDX-License-Identifier: Apache-2.0
// `robench models fetch NAME --weights ADDRESS` where what answers is not what is wanted.
#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "models/digest.h"
#include "tests/suites/program.h"
#include "tests/suites/scripted_server.h"

using robench_test::ProgramResult;
using robench_test::ScriptedServer;
using robench_test::Workplace;

namespace {

namespace fs = std::filesystem;

constexpr const char* kPinnedCard = "omz_face_reid_0095";  // its card pins a hash
constexpr const char* kUnpinnedCard = "sface";             // its card does not

std::string moved_to(const std::string& address) {
  return "HTTP/1.0 302 Found\r\nLocation: " + address + "\r\nContent-Length: 0\r\n\r\n";
}

std::string http_page(const std::string& body, std::size_t announced) {
  return "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(announced) + "\r\n\r\n" + body;
}

ProgramResult fetch_from(const Workplace& place, const std::string& card, const std::string& address) {
  return place.run({"models", "fetch", card, "--weights", address});
}

void check_no_weights_kept(const Workplace& place) {
  if (!fs::exists(place.path() / "cache")) return;
  for (const auto& entry : fs::recursive_directory_iterator(place.path() / "cache"))
    CHECK_MESSAGE(!entry.is_regular_file(), entry.path().string());
}

/// One error line with these words, exit code 3, and nothing kept.
void check_fetch_refused(const Workplace& place, const std::string& card, const std::string& address,
                         const std::string& words) {
  CAPTURE(address);
  const ProgramResult run = fetch_from(place, card, address);
  CAPTURE(run.err);
  CHECK(run.exit_code == 3);
  CHECK(run.err.find(words) != std::string::npos);
  REQUIRE(run.err.find("robench: ") != std::string::npos);
  const std::string lines = run.err.substr(run.err.find("robench: "));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 1);
  check_no_weights_kept(place);
}

}  // namespace

TEST_SUITE("suites") {
  TEST_CASE("models fetch ADDRESS: what is not the file is refused in one line, nothing kept") {
    const Workplace place;
    place.write("secret.txt", "not for the net");
    const std::string file = "file://" + place.path().string();
    // Nothing listens on port 1; a loop leads to itself.
    const ScriptedServer server({{"/page", http_page("<html>log in first</html>", 25)},
                                 {"/cut", http_page("the beginning", 1000)},
                                 {"/empty", http_page("", 0)},
                                 {"/nowhere", moved_to("http://127.0.0.1:1/model.onnx")},
                                 {"/gone", moved_to("/no-such-file")},
                                 {"/loop", moved_to("/loop")},
                                 {"/local", moved_to(file + "/secret.txt")},
                                 {"/garbage", std::string("\0\xff\r\n\r\nno HTTP", 13)}});
    place.write("wrong.onnx", "another file");
    const auto at = [&](const char* path) { return server.address(path); };
    check_fetch_refused(place, kPinnedCard, at("/page"), "is not the file that is pinned: sha256 is ");
    check_fetch_refused(place, kPinnedCard, file + "/wrong.onnx",
                        "is not the file that is pinned: sha256 is ");
    check_fetch_refused(place, kPinnedCard, at("/empty"), "");
    for (const char* card : {kPinnedCard, kUnpinnedCard}) {
      check_fetch_refused(place, card, at("/cut"), "the connection broke off");
      check_fetch_refused(place, card, at("/absent"), "is not to be had");
      check_fetch_refused(place, card, at("/gone"), "is not to be had");
      check_fetch_refused(place, card, at("/nowhere"), "no network");
      check_fetch_refused(place, card, at("/loop"), "cannot fetch");
      check_fetch_refused(place, card, at("/local"), "cannot fetch");
      check_fetch_refused(place, card, at("/garbage"), "cannot fetch");
      check_fetch_refused(place, card, file + "/absent.onnx", "there is no file at file://");
      check_fetch_refused(place, card, "gopher://127.0.0.1:1/x", "cannot fetch");
      check_fetch_refused(place, card, "http://", "cannot fetch");
    }
    CHECK(fetch_from(place, "dlib_resnet", at("/page")).exit_code == 2);
    check_no_weights_kept(place);
  }

  TEST_CASE("models fetch ADDRESS: what a card without a hash is given is kept, and its hash printed") {
    const Workplace place;
    const ScriptedServer server(
        {{"/model.onnx", http_page("weights", 7)}, {"/moved", moved_to("/model.onnx")}});
    const ProgramResult run = fetch_from(place, kUnpinnedCard, server.address("/moved"));
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.err.find(robench::sha256("weights")) != std::string::npos);
    CHECK(run.err.find("the card pins no hash") != std::string::npos);
  }
}
