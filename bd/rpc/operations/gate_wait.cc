// gate_wait: more who wait at a gate.
#include <algorithm>

#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/rpc/gate.h"
#include "engine/base/text.h"
#include "engine/edit/update.h"

namespace bd {
namespace {

struct Args {
  std::string id;
  std::vector<std::string> waiters;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("waiters", self.waiters);
  }
};
struct Answer {
  int64_t added_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("added_count", self.added_count);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "gate wait args"));
  const Issue gate = TRY(FindGate(session, args.id));
  if (gate.IsClosed()) return Invalid(Cat("gate ", gate.id, " is already closed"));
  FieldChanges changes;
  changes.waiters = gate.waiters;
  Answer answer;
  for (const std::string& waiter : args.waiters) {
    if (std::find(changes.waiters->begin(), changes.waiters->end(), waiter) != changes.waiters->end())
      continue;
    changes.waiters->push_back(waiter);
    ++answer.added_count;
  }
  if (answer.added_count == 0) return ToJson(answer);
  EditContext context = session.Edit();
  TRY(During("failed to update gate: ", UpdateIssue(context, gate.id, changes)));
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_gate_wait;
const Operation kOperation_gate_wait = {"gate_wait", true, Run};

}  // namespace bd
