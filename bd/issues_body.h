// The answer of commands that change issues: the issues as they are now.
#pragma once

#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/storage/issues.h"

namespace bd {

struct IssuesBody {
  std::vector<Issue> issues;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
  }
  // If nothing succeeded, nothing is printed, also as JSON.
  bool Prints(bool) const { return !issues.empty(); }
  void PrintJson(JsonWriter& out) const { PrintIssues(out, issues, shape::Plain()); }
};

// Resolves all ids; the first that cannot be resolved ends the command. `prefix` stands before its error.
Result<std::vector<std::string>> ResolveAll(Session& session, const std::vector<std::string>& typed,
                                            std::string_view prefix);
// The same, or the issue touched last if none is given.
Result<std::vector<std::string>> ResolveAllOrLast(Session& session, const std::vector<std::string>& typed,
                                                  std::string_view prefix);

// Adds an issue as it is in the open transaction.
Status AddIssue(Session& session, const std::string& id, IssuesBody& body);

// Runs `change` for one id so that a failure undoes it alone. False: it failed; the line was noted, with
// `Error VERB ID: ` in front unless the error is a whole line.
template <typename Change>
Result<bool> ForOne(Session& session, const std::string& id, std::string_view verb, Change change) {
  TRY(session.Savepoint());
  Status status = change();
  if (status) {
    TRY(session.ReleaseSavepoint());
    return true;
  }
  const Error& error = status.error();
  // The system's failures end the command; what is wrong with one issue concerns it alone.
  if (error.code == Code::kIo || error.code == Code::kBusy || error.code == Code::kReplaced ||
      error.code == Code::kCorrupt) {
    return error;
  }
  TRY(session.RollbackToSavepoint());
  session.Fail(error.complete ? error.message : Cat("Error ", verb, " ", id, ": ", error.message),
               error.hint);
  return false;
}

// The same for each; what was changed is in the answer, and the hook `update` is told of it.
template <typename Change>
Status UpdateEach(Session& session, const std::vector<std::string>& ids, std::string_view verb,
                  IssuesBody& body, Change change) {
  for (const std::string& id : ids) {
    if (!TRY(ForOne(session, id, verb, [&] { return change(id); }))) continue;
    TRY(AddIssue(session, id, body));
    session.QueueHook("update", id);
  }
  return Ok();
}

}  // namespace bd
