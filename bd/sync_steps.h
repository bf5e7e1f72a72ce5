// What `bd sync` can do, a function each; the command picks one.
#pragma once

#include <string>
#include <vector>

#include "bd/command.h"

namespace bd {

struct SyncArgs {
  std::string action;   // a row of the table in commands/sync.cc
  std::string value;    // mode to set, strategy to resolve with
  std::string message;  // of the commit
  bool dry_run = false, full_export = false, pull = true, push = true;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("action", self.action);
    visit("value", self.value);
    visit("message", self.message);
    visit("dry_run", self.dry_run);
    visit("full_export", self.full_export);
    visit("pull", self.pull);
    visit("push", self.push);
  }
};

struct SyncBody {
  std::vector<std::string> lines;  // for people
  RawJson data;                    // the same for programs; empty: nothing is printed with --json
  std::vector<std::string> notes;
  bool problems = false;  // a check found some
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("lines", self.lines);
    visit("data", self.data, kOmitEmpty);
    visit("notes", self.notes);
    visit("problems", self.problems);
  }
  bool Prints(bool json) const { return json ? !data.text.empty() : !lines.empty(); }
  bool Fails() const { return problems; }
  std::string FailureLine() const { return ""; }
  void PrintJson(JsonWriter& out) const { out.Raw(data.text); }
};

Result<SyncBody> SyncExport(Session& session, const SyncArgs& args);
Result<SyncBody> SyncFlush(Session& session, const SyncArgs& args);  // the same without a word
Result<SyncBody> SyncSquash(Session& session, const SyncArgs& args);
Result<SyncBody> SyncImport(Session& session, const SyncArgs& args);
Result<SyncBody> SyncSetMode(Session& session, const SyncArgs& args);
Result<SyncBody> SyncResolve(Session& session, const SyncArgs& args);
Result<SyncBody> SyncStatus(Session& session, const SyncArgs& args);
Result<SyncBody> SyncCheck(Session& session, const SyncArgs& args);
Result<SyncBody> SyncFull(Session& session, const SyncArgs& args);  // with git
Result<SyncBody> SyncFromMain(Session& session, const SyncArgs& args);

// Writes what is pending; an error if that is not possible now, unlike after a command, where it can
// wait. `all`: every line anew. The file is made if there is none.
Result<PublishReport> ExportNow(Session& session, bool all);

// A document for SyncBody::data, written by `fill` between the braces.
template <typename Fill>
RawJson JsonObject(Fill fill) {
  RawJson json;
  JsonWriter out(json.text);
  out.BeginObject();
  fill(out);
  out.EndObject();
  return json;
}

}  // namespace bd
