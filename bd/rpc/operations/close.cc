// close: an issue is finished; with suggest_next also what became ready.
#include "engine/edit/close.h"

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/query/ready.h"

namespace bd {
namespace {

struct Args {
  std::string id, reason, session;
  bool suggest_next = false, force = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("reason", self.reason);
    visit("session", self.session);
    visit("suggest_next", self.suggest_next);
    visit("force", self.force);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "close args"));
  EditContext context = session.Edit();
  Status closed = CloseIssue(context, args.id, {args.reason, args.session, args.force});
  if (!closed && closed.error().code == Code::kNotFound) {
    return NotFound(Cat("failed to close issue: issue not found: ", args.id));
  }
  TRY(During("failed to close issue: ", std::move(closed)));
  const RawJson issue = TRY(ChangedIssue(session.tx(), args.id));
  if (!args.suggest_next) return issue;
  const std::vector<Issue> unblocked = TRY(NewlyUnblocked(session.tx(), args.id));
  return PrintedJson([&](JsonWriter& out) {
    out.BeginObject();
    out.Key("closed");
    out.Raw(issue.text);
    if (!unblocked.empty()) {
      out.Key("unblocked");
      PrintIssues(out, unblocked, shape::Plain());
    }
    out.EndObject();
  });
}

}  // namespace

extern const Operation kOperation_close;
const Operation kOperation_close = {"close", true, Run};

}  // namespace bd
