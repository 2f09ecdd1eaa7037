// SPDX-License-Identifier: Apache-2.0
#include "models/tfjs_graph.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "perturb/error.h"

namespace robench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw EnvironmentError(fmt::format("cannot read the model '{}': {}", file.string(), why));
}

/// Texts of attributes are kept in base64.
std::string decoded(const std::string& base64) {
  static const std::string kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char digit : base64) {
    const auto value = kDigits.find(digit);
    if (value == std::string::npos) break;  // '='
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += static_cast<char>(bits >> count & 0xFF);
  }
  return text;
}

/// JSON of protocol buffers writes 64-bit integers as texts.
std::int64_t integer_of(const Json& value) {
  return value.is_string() ? std::stoll(value.get<std::string>()) : value.get<std::int64_t>();
}

void read_attribute(TfjsNode& node, const std::string& key, const Json& value) {
  if (value.contains("b")) node.integers[key] = {value["b"].get<bool>() ? 1 : 0};
  if (value.contains("i")) node.integers[key] = {integer_of(value["i"])};
  if (value.contains("f")) node.numbers[key] = value["f"].get<double>();
  if (value.contains("s")) node.texts[key] = {decoded(value["s"].get<std::string>())};
  if (!value.contains("list")) return;
  if (value["list"].contains("i"))
    for (const Json& item : value["list"]["i"]) node.integers[key].push_back(integer_of(item));
  if (value["list"].contains("s"))
    for (const Json& item : value["list"]["s"])
      node.texts[key].push_back(decoded(item.get<std::string>()));
}

/// "name:0" is the first result of a node, and "^name" only an order of execution.
void read_inputs(TfjsNode& node, const Json& names, const fs::path& file) {
  for (const Json& item : names) {
    auto name = item.get<std::string>();
    if (name.starts_with('^')) continue;
    const auto colon = name.rfind(':');
    if (colon != std::string::npos && name.substr(colon) != ":0")
      refuse(file, fmt::format("'{}' uses '{}': second results are not supported", node.name, name));
    node.inputs.push_back(name.substr(0, colon));
  }
}

/// Height and width of the placeholder; what is not fixed is 0.
void read_input_shape(TfjsGraph& graph, const Json& node) {
  if (!graph.input.empty()) refuse(graph.file, "it has more than one input");
  graph.input = node.at("name").get<std::string>();
  const Json& shape = node.at("attr").at("shape").at("shape");
  std::vector<std::int64_t> sides;
  if (shape.contains("dim"))
    for (const Json& side : shape["dim"]) sides.push_back(integer_of(side.at("size")));
  if (sides.size() != 4 || sides[3] != 3)
    refuse(graph.file, fmt::format("its input '{}' is not N x height x width x 3", graph.input));
  const auto side_of = [](std::int64_t side) {
    return side > 0 && side < 65536 ? static_cast<int>(side) : 0;
  };
  graph.height = side_of(sides[1]);
  graph.width = side_of(sides[2]);
}

TfjsNode read_node(TfjsGraph& graph, const Json& node_json) {
  TfjsNode node;
  node.name = node_json.at("name").get<std::string>();
  node.op = node_json.at("op").get<std::string>();
  if (node.op == "Placeholder") read_input_shape(graph, node_json);
  if (node_json.contains("input")) read_inputs(node, node_json["input"], graph.file);
  if (node_json.contains("attr"))
    for (const auto& [key, value] : node_json["attr"].items()) read_attribute(node, key, value);
  return node;
}

/// Kahn's algorithm; in the file's order where the graph leaves a choice.
void sort_by_need(TfjsGraph& graph) {
  std::map<std::string, std::vector<std::size_t>> users;
  std::vector<std::size_t> missing(graph.nodes.size());
  std::set<std::string> names;
  for (const TfjsNode& node : graph.nodes)
    if (!names.insert(node.name).second) refuse(graph.file, fmt::format("two nodes '{}'", node.name));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string& input : graph.nodes[i].inputs) {
      if (graph.constants.contains(input)) continue;
      if (!names.contains(input))
        refuse(graph.file,
               fmt::format("'{}' needs '{}', which is not there", graph.nodes[i].name, input));
      users[input].push_back(i);
      ++missing[i];
    }
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (missing[i] == 0) ready.insert(i);
  std::vector<TfjsNode> sorted;
  while (!ready.empty()) {
    const std::size_t next = *ready.begin();
    ready.erase(ready.begin());
    for (const std::size_t user : users[graph.nodes[next].name])
      if (--missing[user] == 0) ready.insert(user);
    sorted.push_back(graph.nodes[next]);
  }
  if (sorted.size() != graph.nodes.size()) refuse(graph.file, "its nodes go in a circle");
  graph.nodes = std::move(sorted);
}

Json parsed(const fs::path& file) {
  try {
    return Json::parse(file_bytes(file));
  } catch (const Json::exception&) {
    refuse(file, "it is not JSON");
  }
}

/// Runs `read` on a model.json; what JSON lacks or has of another type becomes one line.
template <typename Read>
auto with_model_json(const fs::path& file, Read read) {
  const Json model = parsed(file);
  try {
    if (!model.is_object() || !model.contains("modelTopology") || !model.contains("weightsManifest") ||
        !model["modelTopology"].contains("node"))
      refuse(file, "it is not a graph model of TensorFlow.js (no modelTopology.node, weightsManifest)");
    return read(model);
  } catch (const Json::exception& error) {
    refuse(file, error.what());
  } catch (const std::logic_error& error) {  // of std::stoll
    refuse(file, fmt::format("a number is malformed ({})", error.what()));
  }
}

}  // namespace

std::vector<std::int64_t> TfjsNode::integers_or(const std::string& attribute,
                                                std::vector<std::int64_t> otherwise) const {
  const auto found = integers.find(attribute);
  return found == integers.end() || found->second.empty() ? std::move(otherwise) : found->second;
}

std::string TfjsNode::text(const std::string& attribute) const {
  const auto found = texts.find(attribute);
  return found == texts.end() || found->second.size() != 1 ? "" : found->second.front();
}

bool TfjsNode::flag(const std::string& attribute) const {
  return integers_or(attribute, {0}).front() != 0;
}

std::vector<fs::path> tfjs_binaries(const fs::path& model_json) {
  return with_model_json(model_json, [&](const Json& json) {
    std::vector<fs::path> files;
    for (const Json& group : json["weightsManifest"])
      for (const Json& path : group.at("paths")) {
        // Beside the model only: a foreign file must not name other places of this machine.
        files.push_back(model_json.parent_path() / fs::path(path.get<std::string>()).filename());
      }
    return files;
  });
}

TfjsGraph read_tfjs_graph(std::span<const fs::path> files) {
  ROBENCH_ASSERT(!files.empty());
  std::string bytes;
  for (const fs::path& binary : files.subspan(1)) bytes += file_bytes(binary);
  return with_model_json(files.front(), [&](const Json& json) {
    TfjsGraph graph;
    graph.file = files.front();
    graph.constants = parse_tfjs_weights(json["weightsManifest"], bytes, graph.file);
    for (const Json& node : json["modelTopology"]["node"]) {
      TfjsNode read = read_node(graph, node);
      if (read.op != "Const")
        graph.nodes.push_back(std::move(read));
      else if (!graph.constants.contains(read.name))
        refuse(graph.file, fmt::format("the weights of '{}' are missing", read.name));
    }
    if (graph.input.empty()) refuse(graph.file, "it has no input");
    sort_by_need(graph);
    return graph;
  });
}

TfjsGraph part_for(const TfjsGraph& graph, const std::string& output) {
  std::set<std::string> used;
  for (const TfjsNode& node : graph.nodes) used.insert(node.inputs.begin(), node.inputs.end());
  std::vector<std::string> ends;
  for (const TfjsNode& node : graph.nodes)
    if (!used.contains(node.name)) ends.push_back(node.name);
  const bool is_node =
      std::ranges::any_of(graph.nodes, [&](const TfjsNode& node) { return node.name == output; });
  if (output.empty() ? ends.size() != 1 : !is_node)
    throw EnvironmentError(output.empty()
                               ? fmt::format("the model '{}' has {} outputs: {}", graph.file.string(),
                                             ends.size(), fmt::join(ends, ", "))
                               : fmt::format("the model '{}' has no node '{}'; its outputs are {}",
                                             graph.file.string(), output, fmt::join(ends, ", ")),
                           "name one with `output: { name: NODE }`");
  TfjsGraph part = graph;
  part.nodes.clear();
  std::set<std::string> needed{output.empty() ? ends.front() : output};
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (!needed.contains(node->name)) continue;
    needed.insert(node->inputs.begin(), node->inputs.end());
    part.nodes.push_back(*node);
  }
  std::reverse(part.nodes.begin(), part.nodes.end());
  return part;
}

}  // namespace robench
