// JSON text: a writer with the escaping of the file format, and a reader for whole documents.
//
// The writer emits what Go's encoder emits with HTML escaping on: < > & as \u003c \u003e \u0026,
// U+2028 and U+2029 escaped, \n \r \t \b \f \" \\ short, other control characters as \u00xx in
// lower case, everything else raw; an invalid byte becomes \ufffd.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace bd {

// Parsers refuse deeper nesting, so that a document cannot exhaust the stack.
constexpr int kJsonDepthMax = 64;

// JSON text that is carried as it is (a value whose inside means nothing to us).
struct RawJson {
  std::string text;
  bool empty() const { return text.empty(); }
  friend bool operator==(const RawJson&, const RawJson&) = default;
};

class JsonWriter {
 public:
  enum class Form { kCompact, kIndented };  // indented: two blanks a level, as the command line prints
  explicit JsonWriter(std::string& out, Form form = Form::kCompact) : out_(out), form_(form) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  void Key(std::string_view key);
  void String(std::string_view value);
  void Int(int64_t value);
  void Double(double value);
  void Bool(bool value);
  void Null();
  // A valid JSON text: re-formed to this writer's form, its strings keep their escapes.
  void Raw(std::string_view json);

 private:
  void Begin(char open);
  void End(char close);
  void Element();  // what stands between the elements
  void NewLine();

  std::string& out_;
  Form form_;
  int depth_ = 0;
  bool first_ = true;  // nothing stands in the innermost array or object yet
  bool after_key_ = false;
};

void AppendJsonString(std::string& out, std::string_view value);
std::string JsonString(std::string_view value);
// The same value without blanks. The text must be valid.
std::string CompactJson(std::string_view json);
// Nothing if the text is one JSON value within the depth limit, else what is wrong with it.
std::optional<std::string> JsonProblem(std::string_view text);

// How deep arrays and objects are nested, brackets inside strings left out; the text need not be valid.
int JsonDepth(std::string_view json);

struct JsonNode;

// A value inside a JsonDocument; valid as long as that lives.
class JsonValue {
 public:
  bool IsNull() const;
  bool IsObject() const;
  bool IsArray() const;
  bool IsString() const;
  // The value if it has that type.
  std::optional<std::string> AsString() const;
  std::optional<int64_t> AsInt() const;  // also a number without fraction such as 2.0
  std::optional<double> AsDouble() const;
  std::optional<bool> AsBool() const;
  size_t size() const;
  JsonValue At(size_t index) const;
  std::optional<JsonValue> Find(std::string_view key) const;
  // In the order of the text.
  void ForEachMember(const std::function<void(const std::string&, JsonValue)>& visit) const;
  std::string Dump() const;  // compact; numbers as they were written
  const char* TypeName() const;

 private:
  friend class JsonDocument;
  explicit JsonValue(const JsonNode* node) : node_(node) {}
  const JsonNode* node_;
};

class JsonDocument {
 public:
  static Result<JsonDocument> Parse(std::string_view text);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();
  JsonValue root() const;

 private:
  explicit JsonDocument(std::unique_ptr<JsonNode> root);
  std::unique_ptr<JsonNode> root_;
};

}  // namespace bd
