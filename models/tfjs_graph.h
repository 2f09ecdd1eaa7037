// SPDX-License-Identifier: Apache-2.0
// Graph models of TensorFlow.js: model.json and its binary files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/tfjs_weights.h"

namespace robench {

/// An operation of the graph on the results of others. Pictures are N x height x width x channels.
struct TfjsNode {
  std::string name;
  std::string op;                                             // TensorFlow's name, such as Conv2D
  std::vector<std::string> inputs;                            // names of nodes
  std::map<std::string, std::vector<std::int64_t>> integers;  // also booleans, as 0 and 1
  std::map<std::string, std::vector<std::string>> texts;
  std::map<std::string, double> numbers;

  /// The integers of an attribute; `otherwise` where the node has none.
  [[nodiscard]] std::vector<std::int64_t> integers_or(const std::string& attribute,
                                                      std::vector<std::int64_t> otherwise) const;
  /// Its text, if it is a single one; "" where there is none.
  [[nodiscard]] std::string text(const std::string& attribute) const;
  [[nodiscard]] bool flag(const std::string& attribute) const;
};

struct TfjsGraph {
  std::filesystem::path file;
  std::vector<TfjsNode> nodes;  // each after its inputs; constants are left out
  TfjsWeights constants;        // by name
  std::string input;            // the one placeholder
  int height = 0, width = 0;    // of the input; 0 = any
};

/// `files`: model.json, then the binary files in the order of its manifest.
/// Throws EnvironmentError: not a graph model, files that do not fit together, not exactly one input of
/// three channels, an input that no node has, nodes in a circle.
[[nodiscard]] TfjsGraph read_tfjs_graph(std::span<const std::filesystem::path> files);

/// The binary files that a model.json names, beside it, in order. Throws as above.
[[nodiscard]] std::vector<std::filesystem::path> tfjs_binaries(const std::filesystem::path& model_json);

/// Only what `output` needs; "" = the only node that no other node uses.
/// Throws EnvironmentError, which lists the outputs, when there is no such node or several.
[[nodiscard]] TfjsGraph part_for(const TfjsGraph& graph, const std::string& output);

}  // namespace robench
