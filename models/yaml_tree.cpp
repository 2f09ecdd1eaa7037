// SPDX-License-Identifier: Apache-2.0
#include "models/yaml_tree.h"

#include <map>
#include <sstream>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace robench {
namespace {

/// Builds the tree from yaml-cpp's events. Its node API would let duplicate keys pass and would
/// expand aliases, which a short text can use to ask for any amount of memory.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::vector<YamlFault>& faults) : faults_(faults) {}

  [[nodiscard]] YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(node_at(mark, YamlNode::Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fault(mark, "aliases (*name) are not supported");
    add(node_at(mark, YamlNode::Kind::null));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    const bool quoted = tag == "!";
    const bool null = !quoted && (value.empty() || value == "~" || value == "null");
    YamlNode node = node_at(mark, null ? YamlNode::Kind::null : YamlNode::Kind::scalar);
    node.text = value;
    node.quoted = quoted;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  static YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }
  void fault(const YAML::Mark& mark, std::string message) {
    faults_.push_back({mark.line + 1, mark.column + 1, std::move(message)});
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) fault(mark, "anchors (&name) are not supported");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    // "?" = plain, "!" = quoted, "" = none
    if (!tag.empty() && tag != "?" && tag != "!") fault(mark, "tags (!name) are not supported");
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    open_.push_back({node_at(mark, kind), {}, false});
  }
  void close() {
    YamlNode done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }
  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      parent.key = std::move(node);
      parent.has_key = true;
    } else {
      if (node.is_null()) {  // yaml-cpp gives it the place of whatever follows
        node.line = parent.key.line;
        node.column = parent.key.column;
      }
      parent.node.entries.push_back({std::move(parent.key), std::move(node)});
      parent.has_key = false;
    }
  }

  struct Open {
    YamlNode node;
    YamlNode key;
    bool has_key;
  };
  std::vector<YamlFault>& faults_;
  std::vector<Open> open_;
  YamlNode root_;
};

/// What yaml-cpp's terse messages mean to someone who wrote a suite.
std::string in_plain_words(const std::string& message) {
  static const std::map<std::string, std::string> kWords = {
      {YAML::ErrorMsg::MAP_VALUE,
       "a ':' where none can stand; check the indentation, or quote the text"},
      {YAML::ErrorMsg::MAP_KEY, "a key where none can stand; check the indentation"},
      {YAML::ErrorMsg::BLOCK_ENTRY,
       "a '- ' where none can stand; check the indentation and the brackets before it"},
      {YAML::ErrorMsg::END_OF_SEQ, "expected the next '- ' of the list; check the indentation"},
      {YAML::ErrorMsg::END_OF_MAP, "expected the next key of the map; check the indentation"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "expected ',' or ']': a '[' before this is not closed"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "expected ',' or '}': a '{' before this is not closed"},
      {YAML::ErrorMsg::FLOW_END, "a closing bracket without its opening one"},
  };
  const auto known = kWords.find(message);
  return "this is not YAML: " + (known != kWords.end() ? known->second : message);
}

}  // namespace

YamlNode parse_yaml_tree(const std::string& text, std::vector<YamlFault>& faults) {
  TreeBuilder tree(faults);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(tree)) {
      TreeBuilder rest(faults);
      if (parser.HandleNextDocument(rest)) {
        const YamlNode second = rest.take();
        faults.push_back({second.line, second.column, "only one YAML document per file"});
      }
    }
  } catch (const YAML::DeepRecursion& error) {
    faults.push_back({error.mark.line + 1, error.mark.column + 1, "nested too deeply"});
  } catch (const YAML::Exception& error) {
    faults.push_back({error.mark.line + 1, error.mark.column + 1, in_plain_words(error.msg)});
  }
  return tree.take();
}

}  // namespace robench
