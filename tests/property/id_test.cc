// From what a person types to an issue, against a model over a plain list of ids; and the form of ids
// that are made.
#include "engine/types/id.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "engine/base/text.h"
#include "engine/edit/create.h"
#include "engine/edit/delete.h"
#include "engine/query/resolve.h"
#include "tests/property/generators.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

using Ids = std::set<std::string>;

// What the model answers: an id, or how the answer fails.
struct Answer {
  std::string id;
  std::optional<Code> failure;
};

std::string CodeOf(const std::string& id) { return id.substr(id.find('-') + 1); }

bool LooksPrefixed(const std::string& input) {
  const size_t hyphen = input.find('-');
  auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (hyphen == std::string::npos || hyphen == 0 || hyphen > 8 || hyphen + 1 == input.size()) return false;
  return std::all_of(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(hyphen), lower) &&
         lower(input[hyphen + 1]);
}

Answer Resolve(const Ids& live, const Ids& deleted, const std::string& prefix, const std::string& input) {
  std::string full = input;
  if (!input.starts_with(prefix + "-") && !LooksPrefixed(input)) full = prefix + "-" + input;
  for (const std::string& exact : {input, full}) {
    if (live.contains(exact)) return {exact, {}};
    if (deleted.contains(exact)) return {"", Code::kNotFound};
  }
  const std::string code = full.starts_with(prefix + "-") ? full.substr(prefix.size() + 1) : full;
  Ids equal, containing;
  for (const std::string& id : live) {
    if (CodeOf(id) == code) equal.insert(id);
    if (CodeOf(id).find(code) != std::string::npos) containing.insert(id);
  }
  const Ids& found = equal.empty() ? containing : equal;
  if (found.empty()) return {"", Code::kNotFound};
  if (found.size() > 1) return {"", Code::kInvalid};
  return {*found.begin(), {}};
}

std::string AnyCode() {
  std::string code = *arbitrary::Word();
  if (arbitrary::Chance(30)) code += "." + std::to_string(*rc::gen::inRange(1, 4));
  return code;
}

std::string AnyPrefix() { return *rc::gen::element<std::string>("p", "p", "p", "net", "my-app", "A"); }

void Insert(Tx& tx, const std::string& id, bool deleted) {
  Issue issue;
  issue.id = id;
  issue.title = "t";
  issue.created_at = issue.updated_at = TestNow();
  if (deleted) {
    issue.status = "tombstone";
    issue.deleted_at = TestNow();
  }
  Must(InsertIssueRow(tx, issue));
}

RC_GTEST_PROP(IdLaws, AnInputLeadsToTheIssueThatTheModelFinds, ()) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  const std::string prefix = *rc::gen::element<std::string>("p", "my-app");
  Must(SetConfig(tx, "issue_prefix", prefix));
  Ids live, deleted;
  for (int i = *rc::gen::inRange(0, 10); i > 0; --i) {
    const std::string id = AnyPrefix() + "-" + AnyCode();
    const bool gone = arbitrary::Chance(20);
    if (live.contains(id) || deleted.contains(id)) continue;
    (gone ? deleted : live).insert(id);
    Insert(tx, id, gone);
  }
  for (int i = 0; i < 10; ++i) {
    std::string input = AnyCode();
    if (arbitrary::Chance(50)) input = AnyPrefix() + "-" + input;
    if (arbitrary::Chance(10)) input.resize(*rc::gen::inRange<size_t>(0, input.size()));
    const Answer expected = Resolve(live, deleted, prefix, input);
    const Result<std::string> found = ResolveId(tx, input);
    RC_LOG() << "input " << input << std::endl;
    RC_ASSERT(found.has_value() == !expected.failure.has_value());
    if (found) {
      RC_ASSERT(*found == expected.id);
    } else {
      RC_ASSERT(found.error().code == *expected.failure);
    }
  }
}

RC_GTEST_PROP(IdLaws, ACodeHasItsLengthAndDependsOnEverythingThatItIsMadeOf, ()) {
  CodeSource source{*arbitrary::Text(), *arbitrary::Text(), *arbitrary::Text(), *arbitrary::AnyTime()};
  const int length = *rc::gen::inRange(kCodeLengthMin, kCodeLengthMax + 1);
  const std::string code = MakeCode(source, length, 0);
  RC_ASSERT(code.size() == static_cast<size_t>(length));
  RC_ASSERT(code.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string::npos);
  RC_ASSERT(MakeCode(source, length, 0) == code);
  const std::string longest = MakeCode(source, kCodeLengthMax, 0);
  source.title += "x";
  RC_ASSERT(MakeCode(source, kCodeLengthMax, 0) != longest);
}

RC_GTEST_PROP(IdLaws, AMadeIdIsFreeAndWellFormedAndKnowsItsPrefixAndParent, ()) {
  Store store = MemoryStore();
  Tx tx = Must(store.BeginWrite());
  EditContext context = EditAt(tx, TestNow());
  Ids ids;
  std::string last;
  for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
    NewIssue request;
    // Equal titles at one moment: codes collide.
    request.issue.title = *rc::gen::element<std::string>("a", "b");
    if (!last.empty() && DotsIn(last) < 3 && arbitrary::Chance(50)) request.parent = last;
    const std::string parent = request.parent;
    const std::string id = Must(CreateIssue(context, std::move(request))).id;
    RC_ASSERT(IsWellFormedId(id));
    // A top-level id follows from what the issue says: without a trace of the first it is made again.
    RC_ASSERT(ids.insert(id).second);
    RC_ASSERT(id.starts_with("bd-"));
    RC_ASSERT(SplitChildId(id).has_value() == !parent.empty());
    if (!parent.empty()) RC_ASSERT(SplitChildId(id)->parent == parent);
    // Numbers of deleted children are not given again.
    if (arbitrary::Chance(30)) {
      const bool hard = !parent.empty() && arbitrary::Chance(50);
      Must(ExecuteDelete(context, Must(PlanDelete(context, {id}, false)), {"x", hard}));
    } else {
      last = id;
    }
  }
}

}  // namespace
}  // namespace bd
