#include "engine/base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "engine/base/assert.h"
#include "engine/base/text.h"

namespace bd {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Whether a byte can stand in a JSON string as it is, without a look at its neighbours.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
  return plain;
}();

void AppendControl(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    default:
      out += "\\u00";
      out += kHexDigits[c >> 4];
      out += kHexDigits[c & 15];
  }
}

// Appends the character at `i`, escaped if need be, and returns its length.
size_t AppendCharacter(std::string& out, std::string_view text, size_t i) {
  const unsigned char c = static_cast<unsigned char>(text[i]);
  if (c < 0x80) {
    AppendControl(out, c);
    return 1;
  }
  const CodePoint point = DecodeUtf8(text, i);
  if (point.value == 0xfffd && point.length == 1) {
    out += "\\ufffd";
  } else if (point.value == 0x2028 || point.value == 0x2029) {
    out += point.value == 0x2028 ? "\\u2028" : "\\u2029";
  } else {
    out.append(text.substr(i, point.length));
  }
  return point.length;
}

// The end of the string literal that begins at `start`, past the closing quote.
size_t LiteralEnd(std::string_view json, size_t start) {
  size_t i = start + 1;
  while (i < json.size() && json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return std::min(i + 1, json.size());
}

// A literal keeps its escapes; only what the writer would never leave raw is escaped.
void AppendLiteral(std::string& out, std::string_view literal) {
  for (size_t i = 0; i < literal.size();) {
    const unsigned char c = static_cast<unsigned char>(literal[i]);
    if (c == '<' || c == '>' || c == '&' || c >= 0x80) {
      i += AppendCharacter(out, literal, i);
    } else {
      out += literal[i++];
    }
  }
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

int JsonDepth(std::string_view json) {
  int depth = 0, deepest = 0;
  for (size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      i = LiteralEnd(json, i);
      continue;
    }
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
    ++i;
  }
  return deepest;
}

void AppendJsonString(std::string& out, std::string_view value) {
  out.push_back('"');
  size_t start = 0;
  for (size_t i = 0; i < value.size();) {
    if (kPlain[static_cast<unsigned char>(value[i])]) {
      ++i;
      continue;
    }
    out.append(value.substr(start, i - start));
    i += AppendCharacter(out, value, i);
    start = i;
  }
  out.append(value.substr(start));
  out.push_back('"');
}

std::string JsonString(std::string_view value) {
  std::string out;
  AppendJsonString(out, value);
  return out;
}

void JsonWriter::NewLine() {
  if (form_ == Form::kCompact) return;
  out_.push_back('\n');
  out_.append(static_cast<size_t>(depth_) * 2, ' ');
}

void JsonWriter::Element() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_.push_back(',');
  NewLine();
  first_ = false;
}

void JsonWriter::Begin(char open) {
  Element();
  out_.push_back(open);
  ++depth_;
  first_ = true;
}

void JsonWriter::End(char close) {
  ASSERT(depth_ > 0);
  --depth_;
  if (!first_) NewLine();
  out_.push_back(close);
  first_ = false;
}

void JsonWriter::Key(std::string_view key) {
  Element();
  AppendJsonString(out_, key);
  out_ += form_ == Form::kCompact ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view value) {
  Element();
  AppendJsonString(out_, value);
}

void JsonWriter::Int(int64_t value) {
  Element();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void JsonWriter::Double(double value) {
  Element();
  char digits[40];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void JsonWriter::Bool(bool value) {
  Element();
  out_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  Element();
  out_ += "null";
}

void JsonWriter::Raw(std::string_view json) {
  for (size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (IsBlank(c) || c == ',') {
      ++i;
    } else if (c == '{' || c == '[') {
      Begin(c);
      ++i;
    } else if (c == '}' || c == ']') {
      End(c);
      ++i;
    } else if (c == ':') {
      out_ += form_ == Form::kCompact ? ":" : ": ";
      after_key_ = true;
      ++i;
    } else {
      size_t end = c == '"' ? LiteralEnd(json, i) : i;
      while (c != '"' && end < json.size() && !IsBlank(json[end]) &&
             std::string_view(",:]}").find(json[end]) == std::string_view::npos) {
        ++end;
      }
      Element();
      AppendLiteral(out_, json.substr(i, end - i));
      i = end;
    }
  }
}

std::string CompactJson(std::string_view json) {
  std::string out;
  JsonWriter(out).Raw(json);
  return out;
}

}  // namespace bd
