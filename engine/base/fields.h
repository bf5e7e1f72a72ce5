// One description of a struct's members serves JSON in both directions. A struct says
//
//   using DescribedTag = void;
//   template <typename Visitor, typename Self>
//   static void Describe(Visitor& visit, Self& self) {
//     visit("ids", self.ids);
//     visit("reason", self.reason, kOmitEmpty);
//   }
//
// and can be written with WriteJson and read with ReadJson. Requests, replies and records of
// commands are such structs. Types with a JSON form of their own overload WriteJson and ReadJson.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/base/time.h"

namespace bd {

enum class Presence {
  kAlways,
  kOmitEmpty,  // left out when empty, zero, false or absent
};
inline constexpr Presence kOmitEmpty = Presence::kOmitEmpty;

inline void WriteJson(JsonWriter& out, const std::string& value) { out.String(value); }
inline void WriteJson(JsonWriter& out, bool value) { out.Bool(value); }
inline void WriteJson(JsonWriter& out, int value) { out.Int(value); }
inline void WriteJson(JsonWriter& out, int64_t value) { out.Int(value); }
inline void WriteJson(JsonWriter& out, double value) { out.Double(value); }
inline void WriteJson(JsonWriter& out, const RawJson& value) { out.Raw(value.text); }
inline void WriteJson(JsonWriter& out, const Time& value) { out.String(FormatTime(value)); }
template <typename T>
requires requires { typename T::DescribedTag; }
void WriteJson(JsonWriter& out, const T& value);
template <typename T>
void WriteJson(JsonWriter& out, const std::optional<T>& value) {
  if (value) {
    WriteJson(out, *value);
  } else {
    out.Null();
  }
}
template <typename T>
void WriteJson(JsonWriter& out, const std::vector<T>& values) {
  out.BeginArray();
  for (const T& value : values) WriteJson(out, value);
  out.EndArray();
}
template <typename T>
void WriteJson(JsonWriter& out, const std::map<std::string, T>& values) {
  out.BeginObject();
  for (const auto& [key, value] : values) {
    out.Key(key);
    WriteJson(out, value);
  }
  out.EndObject();
}

inline bool IsEmptyField(const std::string& value) { return value.empty(); }
inline bool IsEmptyField(bool value) { return !value; }
inline bool IsEmptyField(int value) { return value == 0; }
inline bool IsEmptyField(int64_t value) { return value == 0; }
inline bool IsEmptyField(double value) { return value == 0; }
inline bool IsEmptyField(const RawJson& value) { return value.empty(); }
template <typename T>
bool IsEmptyField(const std::optional<T>& value) {
  return !value.has_value();
}
template <typename T>
bool IsEmptyField(const std::vector<T>& value) {
  return value.empty();
}
template <typename K, typename T>
bool IsEmptyField(const std::map<K, T>& value) {
  return value.empty();
}

class FieldWriter {
 public:
  explicit FieldWriter(JsonWriter& out) : out_(out) {}
  template <typename T>
  void operator()(std::string_view key, const T& value, Presence presence = Presence::kAlways) {
    if constexpr (requires { IsEmptyField(value); }) {
      if (presence == Presence::kOmitEmpty && IsEmptyField(value)) return;
    }
    out_.Key(key);
    WriteJson(out_, value);
  }

 private:
  JsonWriter& out_;
};

template <typename T>
requires requires { typename T::DescribedTag; }
void WriteJson(JsonWriter& out, const T& value) {
  out.BeginObject();
  FieldWriter visit(out);
  T::Describe(visit, value);
  out.EndObject();
}

namespace fields_internal {
inline Status WrongType(std::string_view wanted, JsonValue value) {
  return Invalid(Cat("expected ", wanted, ", got ", value.TypeName()));
}
}  // namespace fields_internal

inline Status ReadJson(JsonValue json, std::string& value) {
  auto text = json.AsString();
  if (!text) return fields_internal::WrongType("a string", json);
  value = std::move(*text);
  return Ok();
}
inline Status ReadJson(JsonValue json, bool& value) {
  auto flag = json.AsBool();
  if (!flag) return fields_internal::WrongType("true or false", json);
  value = *flag;
  return Ok();
}
inline Status ReadJson(JsonValue json, int64_t& value) {
  auto number = json.AsInt();
  if (!number) return fields_internal::WrongType("an integer", json);
  value = *number;
  return Ok();
}
inline Status ReadJson(JsonValue json, int& value) {
  int64_t number = 0;
  TRY(ReadJson(json, number));
  if (number != static_cast<int>(number)) return Invalid("number is out of range");
  value = static_cast<int>(number);
  return Ok();
}
inline Status ReadJson(JsonValue json, double& value) {
  auto number = json.AsDouble();
  if (!number) return fields_internal::WrongType("a number", json);
  value = *number;
  return Ok();
}
inline Status ReadJson(JsonValue json, RawJson& value) {
  value.text = json.Dump();
  return Ok();
}
inline Status ReadJson(JsonValue json, Time& value) {
  auto text = json.AsString();
  auto time = text ? ParseTime(*text) : std::nullopt;
  if (!time) return fields_internal::WrongType("a time", json);
  value = *time;
  return Ok();
}
template <typename T>
requires requires { typename T::DescribedTag; }
Status ReadJson(JsonValue json, T& value);
template <typename T>
Status ReadJson(JsonValue json, std::optional<T>& value) {
  if (json.IsNull()) {
    value.reset();
    return Ok();
  }
  return ReadJson(json, value.emplace());
}
template <typename T>
Status ReadJson(JsonValue json, std::vector<T>& values) {
  values.clear();
  if (json.IsNull()) return Ok();
  if (!json.IsArray()) return fields_internal::WrongType("an array", json);
  for (size_t i = 0; i < json.size(); ++i) TRY(ReadJson(json.At(i), values.emplace_back()));
  return Ok();
}
template <typename T>
Status ReadJson(JsonValue json, std::map<std::string, T>& values) {
  values.clear();
  if (!json.IsObject()) return fields_internal::WrongType("an object", json);
  Status status = Ok();
  json.ForEachMember([&](const std::string& key, JsonValue member) {
    if (status) status = ReadJson(member, values[key]);
  });
  return status;
}

// Members that the object lacks keep their value; members that we do not know are ignored.
class FieldReader {
 public:
  explicit FieldReader(JsonValue object) : object_(object) {}
  template <typename T>
  void operator()(std::string_view key, T& value, Presence = Presence::kAlways) {
    if (!status_) return;
    auto member = object_.Find(key);
    if (!member) return;
    status_ = ReadJson(*member, value);
    if (!status_) status_.error().message = Cat("field '", key, "': ", status_.error().message);
  }
  Status status() const { return status_; }

 private:
  JsonValue object_;
  Status status_ = Ok();
};

template <typename T>
requires requires { typename T::DescribedTag; }
Status ReadJson(JsonValue json, T& value) {
  if (!json.IsObject()) return fields_internal::WrongType("an object", json);
  FieldReader visit(json);
  T::Describe(visit, value);
  return visit.status();
}

}  // namespace bd
