// A command is a value: its name, flags and help, and the functions that make it up.
//
//   Prepare (client)  flags and positionals -> Args; reads files and standard input where they are given
//   Run     (engine)  Session, Args -> Body; no streams, no environment
//   Print   (client)  Body -> text, or Body -> JSON
//
// Args and Body are plain structs that describe their members (base/fields.h), so that a request and
// its reply can be carried to another process and back.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bd/flags.h"
#include "bd/output.h"
#include "engine/base/fields.h"
#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/session/session.h"

namespace bd {

enum class Needs {
  kNothing,       // no workspace
  kPlace,         // a workspace is found, but its store is not opened: Run gets no session
  kPlaceIfThere,  // as kPlace where there is a workspace
  kRead,          // a read transaction around Run
  kWrite,         // a write transaction around Run; committed if it succeeds, exported afterwards
  kSession,       // Run begins and ends its own transactions
  kIfThere,       // as kSession where there is a workspace; else Run gets no session. Nothing is reported
};

// Settings of one invocation, merged from flags, environment and files.
struct Globals {
  bool json = false, quiet = false, verbose = false;
  bool read_only = false, sandbox = false, no_daemon = false;
  bool auto_export = true, auto_import = true, check_freshness = true, without_database = false;
  std::string database, actor, request_id;
  int64_t lock_timeout_ms = kLockTimeoutMs;
};

// What Prepare sees: all of it belongs to the client.
struct Invocation {
  std::string command_name;
  const FlagValues& flags;
  const std::vector<std::string>& arguments;
  const Globals& globals;
  const Config& config;
  const Workspace* workspace;  // null for commands that need none
  std::string actor;
  std::string owner;
  Time now;
  Terminal terminal;
  std::vector<std::string> notes;  // for standard error, before anything else happens

  // The only argument, or the words joined.
  std::string Joined() const;
  Result<std::string> ReadInput() const;  // standard input to its end
};

class AnyArgs {
 public:
  virtual ~AnyArgs() = default;
  // A command that usually writes only reads this time (a dry run, a preview).
  virtual bool ReadsOnly() const = 0;
  virtual void WriteWire(JsonWriter& out) const = 0;
};

class AnyBody {
 public:
  virtual ~AnyBody() = default;
  virtual void WriteWire(JsonWriter& out) const = 0;
  // Whether anything is printed at all.
  virtual bool Prints(bool json) const = 0;
  // What the answer says is a failure (a key that is not set): the exit code is 1, and without JSON
  // the line stands on standard error.
  virtual std::optional<std::string> Failure() const = 0;
  virtual int FailureCode() const = 0;
  // The answer is text whatever was asked for.
  virtual bool TextOnly() const = 0;
  // Lines for standard error that belong to the answer; some only to its text.
  virtual std::vector<std::string> Notes(bool json) const = 0;
  virtual void PrintJson(JsonWriter& out) const = 0;
  // With --json a part of an answer that goes on: lines instead of one JSON value.
  virtual std::optional<std::string> JsonLines() const = 0;
  virtual void PrintText(Output& out) const = 0;
};

struct Handlers {
  Result<std::unique_ptr<AnyArgs>> (*prepare)(Invocation&) = nullptr;
  Result<std::unique_ptr<AnyArgs>> (*read_args)(JsonValue) = nullptr;
  Result<std::unique_ptr<AnyBody>> (*run)(Session*, const AnyArgs&) = nullptr;
  Result<std::unique_ptr<AnyBody>> (*read_body)(JsonValue) = nullptr;
  // An answer that goes on (--follow): changes the arguments to ask for what comes after this part, in so
  // many milliseconds. Nothing: this was all.
  std::optional<int64_t> (*follow)(AnyArgs&, const AnyBody&) = nullptr;
};

// How many positionals a command takes.
struct Arity {
  int least = 0;
  int most = -1;  // -1: any number
};
inline constexpr Arity kAnyNumber{};
inline constexpr Arity kExactly(int n) { return {n, n}; }
inline constexpr Arity kAtLeast(int n) { return {n, -1}; }

struct Command {
  std::string_view name;  // with its group: "dep add"
  std::string_view summary;
  std::string_view arguments = "";  // as shown in usage: "[id...]"
  std::string_view help = "";       // longer text, examples
  std::string_view group = "";      // heading in the list of commands
  std::span<const Flag> flags = {};
  Arity arity = kAnyNumber;
  Needs needs = Needs::kNothing;
  std::span<const std::string_view> aliases = {};
  std::string_view write_name = "";  // how a read-only refusal calls it; empty: not refused
  bool json_errors = false;          // with --json, errors are an object on standard output
  bool usage_on_error = false;       // its own errors are followed by the usage text
  bool help_on_usage_error = false;  // a missing argument prints the help on standard output
  std::string_view deprecated = "";  // advice; the command is not listed
  bool hidden = false;
  bool is_group = false;         // has sub-commands; Handlers run it when none is named
  bool completes_ids = false;    // its positionals are ids of issues
  bool takes_any_words = false;  // flags among its words are not looked at
  Handlers handlers = {};
};

// All commands, sorted by name. Generated from the files in bd/commands.
std::span<const Command* const> AllCommands();
const Command* FindCommand(std::string_view name);

// --- Glue between typed functions and Handlers

struct NoArgs {
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor&, Self&) {}
};

inline Result<NoArgs> PrepareNothing(Invocation&) { return NoArgs{}; }

// The issues that a command is about, as they were typed.
struct IdArgs {
  std::vector<std::string> ids;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
  }
};
inline Result<IdArgs> PrepareIds(Invocation& invocation) { return IdArgs{invocation.arguments}; }

template <typename Args>
struct ArgsHolder final : AnyArgs {
  explicit ArgsHolder(Args given) : value(std::move(given)) {}
  bool ReadsOnly() const override {
    if constexpr (requires { value.ReadsOnly(); }) {
      return value.ReadsOnly();
    } else {
      return false;
    }
  }
  void WriteWire(JsonWriter& out) const override { WriteJson(out, value); }
  Args value;
};

// Args may have Follow(const Body&), see Handlers::follow. A Body may have Prints(bool json),
// PrintJson(JsonWriter&), JsonLines(), Fails() with FailureLine() and kFailureCode,
// a member `notes`, NotesFor(bool json), and a constant kTextOnly; else it always prints, as described,
// and is no failure.
template <typename Body, auto Print>
struct BodyHolder final : AnyBody {
  explicit BodyHolder(Body given) : value(std::move(given)) {}
  void WriteWire(JsonWriter& out) const override { WriteJson(out, value); }
  bool Prints(bool json) const override {
    if constexpr (requires { value.Prints(json); }) {
      return value.Prints(json);
    } else {
      return true;
    }
  }
  std::optional<std::string> Failure() const override {
    if constexpr (requires { value.Fails(); }) {
      if (value.Fails()) return value.FailureLine();
    }
    return std::nullopt;
  }
  int FailureCode() const override {
    if constexpr (requires { Body::kFailureCode; }) return Body::kFailureCode;
    return 1;
  }
  bool TextOnly() const override {
    return requires { Body::kTextOnly; };
  }
  std::vector<std::string> Notes(bool json) const override {
    if constexpr (requires { value.NotesFor(json); }) return value.NotesFor(json);
    if constexpr (requires { value.notes; }) return value.notes;
    (void)json;
    return {};
  }
  void PrintJson(JsonWriter& out) const override {
    if constexpr (requires { value.PrintJson(out); }) {
      value.PrintJson(out);
    } else {
      WriteJson(out, value);
    }
  }
  std::optional<std::string> JsonLines() const override {
    if constexpr (requires { value.JsonLines(); }) return value.JsonLines();
    return std::nullopt;
  }
  void PrintText(Output& out) const override { Print(value, out); }
  Body value;
};

template <typename Args, typename Body, auto Prepare, auto Run, auto Print>
constexpr Handlers Handle() {
  Handlers handlers;
  handlers.prepare = [](Invocation& invocation) -> Result<std::unique_ptr<AnyArgs>> {
    return std::unique_ptr<AnyArgs>(
        std::make_unique<ArgsHolder<Args>>(TRY(Result<Args>(Prepare(invocation)))));
  };
  handlers.read_args = [](JsonValue json) -> Result<std::unique_ptr<AnyArgs>> {
    Args args;
    TRY(ReadJson(json, args));
    return std::unique_ptr<AnyArgs>(std::make_unique<ArgsHolder<Args>>(std::move(args)));
  };
  handlers.run = [](Session* session, const AnyArgs& any) -> Result<std::unique_ptr<AnyBody>> {
    const Args& args = static_cast<const ArgsHolder<Args>&>(any).value;
    if constexpr (requires { Run(*session, args); }) {
      return std::unique_ptr<AnyBody>(
          std::make_unique<BodyHolder<Body, Print>>(TRY(Result<Body>(Run(*session, args)))));
    } else if constexpr (requires { Run(session, args); }) {
      return std::unique_ptr<AnyBody>(
          std::make_unique<BodyHolder<Body, Print>>(TRY(Result<Body>(Run(session, args)))));
    } else {
      (void)session;
      return std::unique_ptr<AnyBody>(
          std::make_unique<BodyHolder<Body, Print>>(TRY(Result<Body>(Run(args)))));
    }
  };
  if constexpr (requires(Args args, const Body& body) { args.Follow(body); }) {
    handlers.follow = [](AnyArgs& any, const AnyBody& body) -> std::optional<int64_t> {
      return static_cast<ArgsHolder<Args>&>(any).value.Follow(
          static_cast<const BodyHolder<Body, Print>&>(body).value);
    };
  }
  handlers.read_body = [](JsonValue json) -> Result<std::unique_ptr<AnyBody>> {
    Body body;
    TRY(ReadJson(json, body));
    return std::unique_ptr<AnyBody>(std::make_unique<BodyHolder<Body, Print>>(std::move(body)));
  };
  return handlers;
}

}  // namespace bd
