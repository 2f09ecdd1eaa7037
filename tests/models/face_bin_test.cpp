// SPDX-License-Identifier: Apache-2.0
// InsightFace's .bin files: what Python's pickle writes for two lists, and nothing else.
#include "models/face_bin.h"

#include <doctest/doctest.h>

#include "models/codec.h"
#include "perturb/error.h"
#include "perturb/random_stream.h"
#include "tests/models/scratch_folder.h"

namespace robench {
namespace {

/// A literal with the NUL bytes in it.
template <std::size_t N>
std::string raw(const char (&text)[N]) {
  return {text, N - 1};
}

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// The pickle of ([b'one', b'two2', b'3', b'four'], [True, False]) as each protocol writes it.
const std::string kProtocol2 =
    raw("\x80\x02]q\0(U\x03oneq\x01U\x04two2q\x02U\x01"
        "3q\x03U\x04"
        "fourq\x04"
        "e]q\x05(\x88\x89"
        "e\x86q\x06.");
const std::string kProtocol4 =
    raw("\x80\x04\x95\x25\0\0\0\0\0\0\0]\x94(C\x03one\x94"
        "C\x04two2\x94"
        "C\x01"
        "3\x94"
        "C\x04"
        "four\x94"
        "e]\x94(\x88\x89"
        "e\x86\x94.");
const std::string kProtocol1 =
    raw("(]q\0(U\x03oneq\x01U\x04two2q\x02U\x01"
        "3q\x03U\x04"
        "fourq\x04"
        "e]q\x05(I01\nI00\netq\x06.");

std::string complaint(const std::string& pickle) {
  try {
    static_cast<void>(parse_face_bin(bytes_of(pickle), "x.bin"));
  } catch (const ConfigError& error) {
    return error.diagnostics().front().message;
  }
  return "";
}

}  // namespace

TEST_SUITE("models") {
  TEST_CASE("face_bin: the same two lists from every protocol") {
    for (const std::string& pickle : {kProtocol1, kProtocol2, kProtocol4}) {
      CAPTURE(complaint(pickle));
      const FaceBin bin = parse_face_bin(bytes_of(pickle), "x.bin");
      REQUIRE(bin.pictures.size() == 4);
      CHECK(pickle.substr(bin.pictures[1].first, bin.pictures[1].size) == "two2");
      CHECK(pickle.substr(bin.pictures[3].first, bin.pictures[3].size) == "four");
      CHECK(bin.mated == std::vector<bool>{true, false});
    }
  }

  TEST_CASE("face_bin: a picture that is used twice is stored once") {
    const std::string pickle =
        raw("\x80\x02]q\0(U\x03oneq\x01h\x01"
            "e]q\x02\x88"
            "a\x86.");
    const FaceBin bin = parse_face_bin(bytes_of(pickle), "x.bin");
    CHECK(bin.pictures[0].first == bin.pictures[1].first);
  }

  TEST_CASE(
      "hostile face_bin: a pickle that would call something is refused with the byte and the opcode") {
    const std::pair<std::string, const char*> all[] = {
        {"cos\nsystem\n(S'id'\ntR.", "byte 0: the opcode 0x63 would load or call code"},
        {"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.",
         "byte 2: the opcode 0x8c is of no list"},
        {raw("\x80\x02]q\0(U\x01xq\x01"
             "cos\nsystem\n"),
         "byte 11: the opcode 0x63 would load or call code"},
        {"(ios\nsystem\n.", "the opcode 0x69 would load or call code"},
        {"\x80\x02P1\n.", "the opcode 0x50 would load or call code"},
        {"}.", "the opcode 0x7d is of no list"},
        {"", "the file ends in the middle"},
        {"PK\x03\x04", "the opcode 0x50 would load or call code"},
        {"\x80\x09].", "newer than 5"},
        {"].", "does not end as"},
        {"]]\x86.", "a tuple that is not"},
        {"(]]]t.", "a tuple of 3"},
        {"]\x88", "ends in the middle"},
        {"](\x88U\x01xe.", "neither of bytes alone nor of booleans alone"},
        {"](]e.", "neither of bytes alone nor of booleans alone"},
        {"]I7\na.", "a number that is no boolean"},
        {raw("]B\xff\xff\xff\xff"), "longer than the rest of the file"},
        {raw("]\x8e\xff\xff\xff\xff\xff\xff\xff\xff"), "longer than the rest of the file"},
        {raw("\x95\xff\xff\xff\xff\xff\xff\xff\xff"), "longer than the rest of the file"},
        {"]q\x01h\x01"
         "a.",
         "used again that is no picture"},
        {"e.", "the stack is empty"},
        {"(e.", "the stack is empty"},
        {"a.", "the stack is empty"},
        {raw("\x80\x02]U\x01xa]\x88"
             "a\x86."),
         "1 pictures and 1 booleans"},
        {"I" + std::string(100, '0'), "a line that is too long"},
    };
    for (const auto& [pickle, words] : all) {
      CAPTURE(words);
      CAPTURE(complaint(pickle));
      CHECK(complaint(pickle).find(words) != std::string::npos);
      CHECK(complaint(pickle).starts_with("x.bin: byte "));
    }
  }

  TEST_CASE("hostile face_bin: cut off anywhere, with bytes changed, and deep") {
    for (std::size_t length = 0; length < kProtocol4.size(); ++length)
      CHECK_FALSE(complaint(kProtocol4.substr(0, length)).empty());
    const RandomStream random(1, "hostile", "", "pickle", 0);
    for (std::uint64_t i = 0; i < 2000; ++i) {
      std::string changed = kProtocol2;
      const auto words = random.block(i);
      changed[words[0] % changed.size()] = static_cast<char>(words[1]);
      CHECK(complaint(changed).find('\n') == std::string::npos);
    }
    CHECK_FALSE(complaint(std::string(1'000'000, '(')).empty());
    CHECK_FALSE(complaint(std::string(1'000'000, ']')).empty());
  }

  TEST_CASE("face_bin: read_bytes() reads a picture of it, and says what is not there") {
    const test::ScratchFolder folder;
    const auto file = folder.write("x.bin", kProtocol4);
    CHECK(std::get<std::vector<std::uint8_t>>(read_bytes(path_in_face_bin(file, 1))) ==
          bytes_of("two2"));
    CHECK(std::get<std::string>(read_bytes(path_in_face_bin(file, 4))) == "the file holds 4 pictures");
    CHECK(std::get<std::string>(read_bytes(file / "one")) == "Not a directory");
    const auto other = folder.write("x.txt", kProtocol4);
    CHECK(std::get<std::string>(read_bytes(other / "000001")) == "Not a directory");
    const auto broken = folder.write("y.bin", "cos\nsystem\n");
    CHECK(std::get<std::string>(read_bytes(broken / "000001")).find("would load or call") !=
          std::string::npos);
  }
}

}  // namespace robench
