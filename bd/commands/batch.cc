// bd batch: many commands in one transaction, one per line of standard input.
//
// A line is a JSON array: the words of a command as after `bd` (["create", "Title", "-p", "1"]).
// Without --atomic each line stands alone: one that fails leaves the others in place. With it nothing
// is done unless all succeed, and the first failure ends the run. There is one commit either way, so
// a batch of a thousand changes costs little more than one.
#include "bd/client.h"
#include "bd/command.h"
#include "bd/select.h"
#include "engine/base/text.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"atomic", kBool, "All or nothing"},
    {"file", kString, "Read the commands from a file instead of standard input", 'f'},
};

constexpr int64_t kInputBytesMax = int64_t{256} << 20;

struct Item {
  std::string command;
  RawJson args;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("command", self.command);
    visit("args", self.args);
  }
};

struct Args {
  std::vector<Item> items;
  bool atomic = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("items", self.items);
    visit("atomic", self.atomic);
  }
};

// The outcome of one line. `error` is empty if it succeeded.
struct ItemResult {
  std::string command;
  RawJson body;
  std::string error;
  std::vector<std::string> notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("command", self.command);
    visit("body", self.body, kOmitEmpty);
    visit("error", self.error, kOmitEmpty);
    visit("notes", self.notes, kOmitEmpty);
  }
};

struct Body {
  std::vector<ItemResult> results;
  bool rolled_back = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("results", self.results);
    visit("rolled_back", self.rolled_back);
  }
  std::vector<std::string> NotesFor(bool json) const;
  bool Fails() const;
  std::string FailureLine() const { return ""; }
  void PrintJson(JsonWriter& out) const;
};

// --- Client side: every line is prepared before anything is done

Error BadLine(size_t number, const std::string& why) {
  return Invalid(Cat("line ", number, ": ", why),
                 "nothing was done; correct the line and run the batch again");
}

Result<std::vector<std::string>> ReadWords(std::string_view line) {
  const JsonDocument document = TRY(JsonDocument::Parse(line));
  if (!document.root().IsArray())
    return Invalid("not a JSON array of words, such as [\"create\", \"Title\"]");
  std::vector<std::string> words;
  for (size_t i = 0; i < document.root().size(); ++i) {
    std::optional<std::string> word = document.root().At(i).AsString();
    if (!word) return Invalid(Cat("word ", i + 1, " is no string"));
    words.push_back(std::move(*word));
  }
  if (words.empty()) return Invalid("no words");
  return words;
}

Result<Item> PrepareLine(Invocation& invocation, std::string_view text) {
  const std::vector<std::string> words = TRY(ReadWords(text));
  const Selection selection = SelectCommand(words);
  if (selection.command == nullptr || selection.HasStrayWord()) {
    return Invalid(Cat("unknown command ", Quote(selection.unknown.empty() ? words[0] : selection.unknown)));
  }
  const Command& command = *selection.command;
  if (command.needs != Needs::kWrite && command.needs != Needs::kRead) {
    return Invalid(Cat("'", command.name, "' cannot be part of a batch"));
  }
  const CommandLine line = TRY(ParseCommandLine(selection));
  if (line.flags.Bool("help")) return Invalid("help cannot be part of a batch");
  Globals globals = invocation.globals;
  globals.json = true;  // whether an answer is text or JSON is decided for the whole batch
  Invocation one{std::string(command.name),
                 line.flags,
                 line.positionals,
                 globals,
                 invocation.config,
                 invocation.workspace,
                 line.flags.Has("actor") ? line.flags.Text("actor") : invocation.actor,
                 invocation.owner,
                 invocation.now,
                 invocation.terminal,
                 {}};
  std::unique_ptr<AnyArgs> args = TRY(command.handlers.prepare(one));
  Item item{std::string(command.name), {}};
  JsonWriter out(item.args.text);
  args->WriteWire(out);
  return item;
}

Result<Args> Prepare(Invocation& invocation) {
  const std::string file = invocation.flags.Text("file");
  const std::string input = TRY(file.empty() ? invocation.ReadInput() : os::ReadFile(file, kInputBytesMax));
  Args args;
  args.atomic = invocation.flags.Bool("atomic");
  size_t number = 0;
  for (const std::string& line : Split(input, '\n')) {
    ++number;
    if (Trim(line).empty()) continue;
    Result<Item> item = PrepareLine(invocation, line);
    if (!item) return BadLine(number, item.error().message);
    args.items.push_back(std::move(*item));
  }
  if (args.items.empty()) return Invalid("no commands", "give one JSON array of words per line");
  return args;
}

// --- Engine side

Result<ItemResult> RunItem(Session& session, const Item& item) {
  const Command* command = FindCommand(item.command);
  if (command == nullptr) return Invalid(Cat("unknown command ", Quote(item.command)));
  const JsonDocument document = TRY(JsonDocument::Parse(item.args.text));
  const std::unique_ptr<AnyArgs> args = TRY(command->handlers.read_args(document.root()));
  ItemResult result;
  result.command = item.command;
  TRY(session.Savepoint("command"));
  Result<std::unique_ptr<AnyBody>> body = command->handlers.run(&session, *args);
  const std::vector<std::string> failures = session.TakeFailures();
  if (body) {
    JsonWriter out(result.body.text);
    (*body)->WriteWire(out);
    result.error = Join(failures, "\n");
    if (std::optional<std::string> failure = (*body)->Failure(); failure && result.error.empty()) {
      result.error = failure->empty() ? "failed" : *failure;
    }
  } else {
    result.error =
        Cat(body.error().message, body.error().hint.empty() ? "" : Cat(" (", body.error().hint, ")"));
  }
  // A command that failed as a whole, or only looks, leaves nothing behind.
  const bool keeps = body.has_value() && !args->ReadsOnly();
  TRY(keeps ? session.ReleaseSavepoint("command") : session.RollbackToSavepoint("command"));
  result.notes = session.TakeNotes();
  return result;
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  TRY(session.Savepoint("batch"));
  for (const Item& item : args.items) {
    body.results.push_back(TRY(RunItem(session, item)));
    if (!args.atomic || body.results.back().error.empty()) continue;
    TRY(session.RollbackToSavepoint("batch"));
    session.ForgetEffects();
    body.rolled_back = true;
    return body;
  }
  TRY(session.ReleaseSavepoint("batch"));
  return body;
}

// --- The answer

bool Body::Fails() const {
  for (const ItemResult& result : results) {
    if (!result.error.empty()) return true;
  }
  return false;
}

std::vector<std::string> Body::NotesFor(bool json) const {
  std::vector<std::string> lines;
  for (size_t i = 0; i < results.size(); ++i) {
    for (const std::string& note : results[i].notes) lines.push_back(note);
    if (!json && !results[i].error.empty())
      lines.push_back(Cat("Error: command ", i + 1, ": ", results[i].error));
  }
  if (rolled_back)
    lines.push_back(Cat("Nothing was done: command ", results.size(), " failed and --atomic was given"));
  return lines;
}

std::unique_ptr<AnyBody> ReadItemBody(const ItemResult& result) {
  const Command* command = FindCommand(result.command);
  if (command == nullptr || result.body.empty()) return nullptr;
  Result<JsonDocument> document = JsonDocument::Parse(result.body.text);
  if (!document) return nullptr;
  Result<std::unique_ptr<AnyBody>> body = command->handlers.read_body(document->root());
  return body ? std::move(*body) : nullptr;
}

void Body::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  out.Key("results");
  out.BeginArray();
  for (const ItemResult& result : results) {
    out.BeginObject();
    out.Key("success");
    out.Bool(result.error.empty() && !rolled_back);
    const std::unique_ptr<AnyBody> body = rolled_back ? nullptr : ReadItemBody(result);
    if (body && body->Prints(true)) {
      out.Key("data");
      body->PrintJson(out);
    }
    if (!result.error.empty()) {
      out.Key("error");
      out.String(result.error);
    }
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

void Print(const Body& body, Output& out) {
  if (body.rolled_back) return;
  for (const ItemResult& result : body.results) {
    const std::unique_ptr<AnyBody> one = ReadItemBody(result);
    if (one && one->Prints(false)) one->PrintText(out);
  }
}

}  // namespace

extern const Command kCommand_batch = {
    .name = "batch",
    .summary = "Run many commands in one transaction",
    .help = R"(
Reads one command per line from standard input: a JSON array of its words, as after "bd".

  printf '%s\n' '["create","First","-p","1"]' '["close","api-a3f","-r","done"]' | bd batch

A command that fails leaves the others in place; with --atomic nothing is done unless all succeed.
With --json: {"results": [{"success", "data", "error"}, ...]}, in the order of the lines.)",
    .group = "Working With Issues",
    .flags = kFlags,
    .arity = {0, 0},
    .needs = Needs::kWrite,
    .write_name = "batch",
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
