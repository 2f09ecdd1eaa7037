// SPDX-License-Identifier: Apache-2.0
#include "models/face_bin.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <variant>

#include <fmt/format.h>

#include "models/codec.h"
#include "perturb/error.h"

namespace robench {
namespace {

using Range = FaceBin::Range;
using Bytes = std::vector<Range>;
using Booleans = std::vector<bool>;
struct Mark {};
struct EmptyList {};
/// The two lists, or their tuple.
struct Pair {
  Bytes pictures;
  Booleans mated;
};
using Value = std::variant<Mark, EmptyList, Range, bool, Bytes, Booleans, Pair>;

/// Python's opcodes (pickletools.py) that such a file needs; protocols 0 to 5.
enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kInteger = 'I',
  kBinaryString = 'T',
  kShortBinaryString = 'U',
  kBinaryBytes = 'B',
  kShortBinaryBytes = 'C',
  kBinaryBytes8 = 0x8e,
  kEmptyList = ']',
  kList = 'l',
  kAppend = 'a',
  kAppends = 'e',
  kTuple = 't',
  kTuple2 = 0x86,
  kTrue = 0x88,
  kFalse = 0x89,
  kPut = 'p',
  kBinaryPut = 'q',
  kLongBinaryPut = 'r',
  kBinaryGet = 'h',
  kLongBinaryGet = 'j',
  kMemoize = 0x94,
  kProtocol = 0x80,
  kFrame = 0x95,
};

/// Opcodes that would call or import something, for a message that says so.
bool would_run(std::uint8_t opcode) {
  constexpr std::uint8_t kRunning[] = {'c',  'R', 'i', 'o',  'b',  0x81, 0x92,
                                       0x93, 'P', 'Q', 0x82, 0x83, 0x84};
  return std::ranges::count(kRunning, opcode) > 0;
}

class Pickle {
 public:
  Pickle(std::span<const std::uint8_t> bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  FaceBin read() {
    for (;;) {
      opcode_at_ = at_;
      const std::uint8_t opcode = byte();
      if (opcode == kStop) break;
      step(opcode);
    }
    if (stack_.size() != 1 || !std::holds_alternative<Pair>(stack_.front()))
      refuse("it does not end as (list of pictures, list of booleans)");
    auto& [pictures, mated] = std::get<Pair>(stack_.front());
    if (mated.empty() || pictures.size() != 2 * mated.size())
      refuse(fmt::format("{} pictures and {} booleans; two pictures belong to each boolean",
                         pictures.size(), mated.size()));
    return {std::move(pictures), std::move(mated)};
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw ConfigError(
        fmt::format("{}: byte {}: {}", file_, opcode_at_, why),
        "only a pickle of (list of encoded pictures, list of booleans) is read; nothing in it "
        "is run");
  }

  void need(std::size_t count) const {
    if (bytes_.size() - at_ < count) refuse("the file ends in the middle");
  }

  std::uint8_t byte() {
    need(1);
    return bytes_[at_++];
  }

  /// Little-endian.
  std::uint64_t number(int width) {
    std::uint64_t value = 0;
    for (int i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(byte()) << (8 * i);
    return value;
  }

  Range range(std::uint64_t size) {
    if (size > bytes_.size() - at_) refuse("a picture is longer than the rest of the file");
    const Range found{at_, static_cast<std::size_t>(size)};
    at_ += found.size;
    return found;
  }

  std::string line() {
    std::string text;
    for (std::uint8_t letter = byte(); letter != '\n'; letter = byte()) {
      if (text.size() > 20) refuse("a line that is too long");
      text += static_cast<char>(letter);
    }
    return text;
  }

  void step(std::uint8_t opcode) {
    switch (opcode) {
      case kProtocol:
        if (byte() > 5) refuse("a protocol that is newer than 5");
        return;
      case kFrame:
        if (number(8) > bytes_.size() - at_) refuse("a frame is longer than the rest of the file");
        return;
      case kMark:
        stack_.emplace_back(Mark{});
        return;
      case kEmptyList:
        stack_.emplace_back(EmptyList{});
        return;
      case kShortBinaryString:
      case kShortBinaryBytes:
        stack_.emplace_back(range(number(1)));
        return;
      case kBinaryString:
      case kBinaryBytes:
        stack_.emplace_back(range(number(4)));
        return;
      case kBinaryBytes8:
        stack_.emplace_back(range(number(8)));
        return;
      case kTrue:
      case kFalse:
        stack_.emplace_back(opcode == kTrue);
        return;
      case kInteger:
        push_old_boolean();
        return;
      case kAppend: {
        Value last = pop();
        append(std::span(&last, 1));
        return;
      }
      case kAppends: {
        const std::vector<Value> items = pop_to_mark();
        append(items);
        return;
      }
      case kList: {
        const std::vector<Value> items = pop_to_mark();
        stack_.emplace_back(EmptyList{});
        append(items);
        return;
      }
      case kTuple: {
        std::vector<Value> items = pop_to_mark();
        if (items.size() != 2) refuse(fmt::format("a tuple of {}", items.size()));
        make_pair(items[0], items[1]);
        return;
      }
      case kTuple2: {
        Value second = pop();
        Value first = pop();
        make_pair(first, second);
        return;
      }
      default:
        remember(opcode);
    }
  }

  /// The memo: pictures may be used twice; lists are remembered by the file and never asked for.
  void remember(std::uint8_t opcode) {
    switch (opcode) {
      case kPut:
        put(line());
        return;
      case kBinaryPut:
        put(std::to_string(number(1)));
        return;
      case kLongBinaryPut:
        put(std::to_string(number(4)));
        return;
      case kMemoize:
        put(std::to_string(memoized_));
        return;
      case kBinaryGet:
        get(std::to_string(number(1)));
        return;
      case kLongBinaryGet:
        get(std::to_string(number(4)));
        return;
      default:
        refuse(would_run(opcode)
                   ? fmt::format("the opcode 0x{:02x} would load or call code", opcode)
                   : fmt::format("the opcode 0x{:02x} is of no list of bytes or booleans", opcode));
    }
  }

  void put(const std::string& name) {
    ++memoized_;
    if (stack_.empty()) refuse("nothing to remember");
    if (const auto* picture = std::get_if<Range>(&stack_.back())) memo_[name] = *picture;
  }

  void get(const std::string& name) {
    const auto found = memo_.find(name);
    if (found == memo_.end()) refuse("something is used again that is no picture");
    stack_.emplace_back(found->second);
  }

  void push_old_boolean() {
    const std::string text = line();
    if (text != "00" && text != "01") refuse("a number that is no boolean");
    stack_.emplace_back(text == "01");
  }

  Value pop() {
    if (stack_.empty()) refuse("the stack is empty");
    Value value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }

  std::vector<Value> pop_to_mark() {
    std::vector<Value> items;
    for (Value value = pop(); !std::holds_alternative<Mark>(value); value = pop())
      items.push_back(std::move(value));
    std::ranges::reverse(items);
    return items;
  }

  void append(std::span<const Value> items) {
    if (stack_.empty()) refuse("the stack is empty");
    for (const Value& item : items) append_one(stack_.back(), item);
  }

  void append_one(Value& list, const Value& item) {
    if (const auto* picture = std::get_if<Range>(&item)) {
      if (std::holds_alternative<EmptyList>(list)) list = Bytes{};
      if (auto* pictures = std::get_if<Bytes>(&list)) return pictures->push_back(*picture);
    } else if (const auto* flag = std::get_if<bool>(&item)) {
      if (std::holds_alternative<EmptyList>(list)) list = Booleans{};
      if (auto* flags = std::get_if<Booleans>(&list)) return flags->push_back(*flag);
    }
    refuse("a list that is neither of bytes alone nor of booleans alone");
  }

  void make_pair(Value& first, Value& second) {
    auto* pictures = std::get_if<Bytes>(&first);
    auto* mated = std::get_if<Booleans>(&second);
    if (pictures == nullptr || mated == nullptr)
      refuse("a tuple that is not (list of pictures, list of booleans)");
    stack_.emplace_back(Pair{std::move(*pictures), std::move(*mated)});
  }

  std::span<const std::uint8_t> bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t opcode_at_ = 0;
  std::vector<Value> stack_;
  std::map<std::string, Range> memo_;
  std::size_t memoized_ = 0;
};

}  // namespace

FaceBin parse_face_bin(std::span<const std::uint8_t> bytes, const std::string& file) {
  return Pickle(bytes, file).read();
}

std::shared_ptr<const FaceBin> read_face_bin(const std::filesystem::path& file) {
  struct Remembered {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type time;
    std::shared_ptr<const FaceBin> bin;
  };
  static std::mutex mutex;
  static std::map<std::filesystem::path, Remembered> all;
  const std::lock_guard lock(mutex);
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  const auto time = std::filesystem::last_write_time(file, error);
  Remembered& one = all[file];
  if (one.bin && one.size == size && one.time == time) return one.bin;
  const auto bytes = read_bytes(file);
  if (const auto* reason = std::get_if<std::string>(&bytes))
    throw ConfigError(fmt::format("{}: {}", file.string(), *reason));
  one = {size, time,
         std::make_shared<const FaceBin>(
             parse_face_bin(std::get<std::vector<std::uint8_t>>(bytes), file.string()))};
  return one.bin;
}

std::filesystem::path path_in_face_bin(const std::filesystem::path& file, std::size_t picture) {
  return file / fmt::format("{:06}", picture);
}

}  // namespace robench
