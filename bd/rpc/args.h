// How operations read their arguments and word their errors.
#pragma once

#include <map>

#include "bd/rpc/operation.h"
#include "engine/base/fields.h"

namespace bd {

// As FieldReader, but the letter case of keys does not count, the last of a name wins, and null is the same
// as a key that is missing.
class ArgsReader {
 public:
  explicit ArgsReader(JsonValue object) {
    object.ForEachMember([this](const std::string& name, JsonValue value) {
      if (!value.IsNull()) members_.insert_or_assign(Lower(name), value);
    });
  }
  template <typename T>
  void operator()(std::string_view key, T& value, Presence = Presence::kAlways) {
    auto found = members_.find(key);
    if (!status_ || found == members_.end()) return;
    status_ = ReadJson(found->second, value);
    if (!status_) status_.error().message = Cat("field '", key, "': ", status_.error().message);
  }
  Status status() const { return status_; }

 private:
  std::map<std::string, JsonValue, std::less<>> members_;
  Status status_ = Ok();
};

// `what` as errors name it: "create args".
template <typename T>
Result<T> ReadArgs(const RpcRequest& request, std::string_view what) {
  T args;
  auto refuse = [what](std::string_view problem) { return Invalid(Cat("invalid ", what, ": ", problem)); };
  if (!request.args) return refuse("the request has none");
  if (request.args->IsNull()) return args;
  if (!request.args->IsObject()) {
    return refuse(Cat("expected an object, got ", request.args->TypeName()));
  }
  ArgsReader visit(*request.args);
  T::Describe(visit, args);
  if (!visit.status()) return refuse(visit.status().error().message);
  return args;
}

// What was being done when the error came, in front of it; an error that is a whole line stays as it is.
template <typename R>
R During(std::string_view what, R result) {
  if (!result && !result.error().complete && !result.error().message.starts_with(what)) {
    result.error().message = Cat(what, result.error().message);
  }
  return result;
}

// RFC 3339 or YYYY-MM-DD; nothing if it is neither.
std::optional<Time> ReadMoment(std::string_view text);

// The only argument of many operations.
struct IdOfArgs {
  std::string id;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
  }
};

}  // namespace bd
