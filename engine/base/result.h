// Errors of the world are values: Result<T> is a T or an Error, TRY passes the error on.
// The member names follow std::expected, which g++ 12 offers only in C++23 mode.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace bd {

// A code exists only where a caller reacts to it; the text says everything else.
enum class Code {
  kNotFound,
  kInvalid,         // the user's input is wrong
  kUsage,           // as kInvalid, and the usage text helps
  kConflict,        // exists already, or somebody else was first
  kBusy,            // a lock was not obtained in time
  kCorrupt,         // what was read is damaged; never concluded from one reading
  kDenied,          // permission, read-only file system, sandbox
  kIo,              // the system failed: disk full, I/O error
  kNewer,           // made by a newer version; nothing was touched
  kRefused,         // nobody listens at the other end
  kReplaced,        // the store was replaced under us; open it anew and try again
  kUnknownOutcome,  // the change may or may not have been made; to be looked at, not blindly repeated
};

struct Error {
  Code code = Code::kIo;
  std::string message;    // what failed and why, without "Error: " and without a full stop
  std::string hint;       // the next safe step; may be empty
  bool complete = false;  // the message is the whole line: nothing is put in front of it
};

inline Error Invalid(std::string message, std::string hint = "") {
  return {Code::kInvalid, std::move(message), std::move(hint), false};
}
inline Error NotFound(std::string message) { return {Code::kNotFound, std::move(message), "", false}; }

struct Unit {};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() & { return *std::get_if<1>(&state_); }
  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Unit>;
inline Status Ok() { return Unit{}; }

// The value if there is one; else the enclosing function returns the error. Not within `new`, and not
// behind other members in the braces of an object: g++ 12 would not destroy what is made of it so far.
#define TRY(expression) BD_TRY_NAMED(BD_TRY_NAME(__COUNTER__), expression)
#define BD_TRY_NAME(number) BD_TRY_JOIN(try_result_, number)
#define BD_TRY_JOIN(a, b) a##b
#define BD_TRY_NAMED(name, expression)                     \
  __extension__({                                          \
    auto name = (expression);                              \
    if (!name.has_value()) return std::move(name).error(); \
    std::move(name).value();                               \
  })

}  // namespace bd
