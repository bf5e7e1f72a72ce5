// Reading JSON: RapidJSON's reader feeds a small tree of our own, which keeps numbers as they are written
// (a double cannot hold all of them), so that what is read and given on is the same.
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/base/assert.h"
#include "engine/base/json.h"
#include "engine/base/json_again.h"
#include "engine/base/text.h"

namespace bd {

struct JsonNode {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool truth = false;
  std::string text;  // of a number as written, of a string decoded
  std::vector<JsonNode> children;
  std::vector<std::string> keys;  // of an object, one per child
};

namespace {

using Kind = JsonNode::Kind;

// The depth is checked before, so that the parser's recursion is bounded.
constexpr unsigned kParseFlags =
    rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

class TreeBuilder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, TreeBuilder> {
 public:
  TreeBuilder(JsonNode& root, NumberSource numbers) : root_(root), numbers_(std::move(numbers)) {}

  bool Null() { return Add({}); }
  bool Bool(bool truth) { return Add({Kind::kBool, truth, {}, {}, {}}); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    return Add({Kind::kNumber, false, std::string(numbers_.Next({text, length})), {}, {}});
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return Add({Kind::kString, false, {text, length}, {}, {}});
  }
  bool StartObject() { return Open(Kind::kObject); }
  bool StartArray() { return Open(Kind::kArray); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool EndArray(rapidjson::SizeType) { return Close(); }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    open_.back().keys.emplace_back(text, length);
    return true;
  }

 private:
  bool Add(JsonNode node) {
    (open_.empty() ? root_ : open_.back().children.emplace_back()) = std::move(node);
    return true;
  }
  bool Open(Kind kind) {
    open_.push_back({kind, false, {}, {}, {}});
    return true;
  }
  bool Close() {
    JsonNode node = std::move(open_.back());
    open_.pop_back();
    return Add(std::move(node));
  }

  JsonNode& root_;
  NumberSource numbers_;
  std::vector<JsonNode> open_;
};

struct Accepter : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Accepter> {};

template <typename Handler>
rapidjson::ParseErrorCode ReadOnce(std::string_view text, Handler& handler) {
  // A zero byte ends the text for the reader; in JSON it has no place anywhere.
  if (text.find('\0') != std::string_view::npos) return rapidjson::kParseErrorValueInvalid;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  return reader.Parse<kParseFlags>(stream, handler).Code();
}

// `make_handler` makes one for the numbers it is given.
template <typename MakeHandler>
bool Read(std::string_view text, const MakeHandler& make_handler) {
  std::string copy(text);
  MendSurrogates(copy);
  auto handler = make_handler(NumberSource());
  rapidjson::ParseErrorCode problem = ReadOnce(copy, handler);
  if (problem == rapidjson::kParseErrorNumberTooBig) {
    auto again = make_handler(TakeOutNumbers(copy));
    problem = ReadOnce(copy, again);
  }
  return problem == rapidjson::kParseErrorNone;
}

void Append(std::string& out, const JsonNode& node) {
  switch (node.kind) {
    case Kind::kNull: out += "null"; return;
    case Kind::kBool: out += node.truth ? "true" : "false"; return;
    case Kind::kNumber: out += node.text; return;
    case Kind::kString: AppendJsonString(out, node.text); return;
    case Kind::kArray:
    case Kind::kObject: break;
  }
  const bool object = node.kind == Kind::kObject;
  out += object ? '{' : '[';
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out += ',';
    if (object) {
      AppendJsonString(out, node.keys[i]);
      out += ':';
    }
    Append(out, node.children[i]);
  }
  out += object ? '}' : ']';
}

}  // namespace

std::optional<std::string> JsonProblem(std::string_view text) {
  if (JsonDepth(text) > kJsonDepthMax) return Cat("nested deeper than ", kJsonDepthMax, " levels");
  if (Read(text, [](NumberSource) { return Accepter(); })) return std::nullopt;
  return "not valid JSON";
}

bool JsonValue::IsNull() const { return node_->kind == Kind::kNull; }
bool JsonValue::IsObject() const { return node_->kind == Kind::kObject; }
bool JsonValue::IsArray() const { return node_->kind == Kind::kArray; }
bool JsonValue::IsString() const { return node_->kind == Kind::kString; }

std::optional<std::string> JsonValue::AsString() const {
  if (!IsString()) return std::nullopt;
  return node_->text;
}

std::optional<int64_t> JsonValue::AsInt() const {
  if (node_->kind != Kind::kNumber) return std::nullopt;
  const std::string& text = node_->text;
  int64_t whole = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (problem == std::errc() && end == text.data() + text.size()) return whole;
  const std::optional<double> value = AsDouble();
  if (!value || *value != std::floor(*value) || std::fabs(*value) > 9e15) return std::nullopt;
  return static_cast<int64_t>(*value);
}

std::optional<double> JsonValue::AsDouble() const {
  if (node_->kind != Kind::kNumber) return std::nullopt;
  double value = 0;
  const auto [end, problem] =
      std::from_chars(node_->text.data(), node_->text.data() + node_->text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  return value;
}

std::optional<bool> JsonValue::AsBool() const {
  if (node_->kind != Kind::kBool) return std::nullopt;
  return node_->truth;
}

size_t JsonValue::size() const { return node_->children.size(); }

JsonValue JsonValue::At(size_t index) const {
  ASSERT(IsArray() && index < size());
  return JsonValue(&node_->children[index]);
}

std::optional<JsonValue> JsonValue::Find(std::string_view key) const {
  // Of a key that is given twice the last one counts.
  for (size_t i = node_->keys.size(); i-- > 0;) {
    if (node_->keys[i] == key) return JsonValue(&node_->children[i]);
  }
  return std::nullopt;
}

void JsonValue::ForEachMember(const std::function<void(const std::string&, JsonValue)>& visit) const {
  for (size_t i = 0; i < node_->keys.size(); ++i) visit(node_->keys[i], JsonValue(&node_->children[i]));
}

std::string JsonValue::Dump() const {
  std::string out;
  Append(out, *node_);
  return out;
}

const char* JsonValue::TypeName() const {
  switch (node_->kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return "boolean";
    case Kind::kNumber: return "number";
    case Kind::kString: return "string";
    case Kind::kArray: return "array";
    case Kind::kObject: return "object";
  }
  return "";
}

JsonDocument::JsonDocument(std::unique_ptr<JsonNode> root) : root_(std::move(root)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;
JsonValue JsonDocument::root() const { return JsonValue(root_.get()); }

Result<JsonDocument> JsonDocument::Parse(std::string_view text) {
  if (JsonDepth(text) > kJsonDepthMax) {
    return Invalid(Cat("JSON is nested deeper than ", kJsonDepthMax, " levels"));
  }
  auto root = std::make_unique<JsonNode>();
  const bool read = Read(text, [&](NumberSource numbers) { return TreeBuilder(*root, std::move(numbers)); });
  if (!read) return Invalid("not valid JSON");
  return JsonDocument(std::move(root));
}

}  // namespace bd
