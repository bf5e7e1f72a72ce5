// blocked: what something holds up, with what it is.
#include "bd/blocked_record.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"

namespace bd {
namespace {

struct Args {
  std::string parent_id;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("parent_id", self.parent_id);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "blocked args"));
  const auto parent = args.parent_id.empty() ? std::nullopt : std::optional<std::string>(args.parent_id);
  const std::vector<BlockedRecord> rows = ToBlockedRecords(TRY(BlockedIssues(session.tx(), parent)));
  if (rows.empty()) return Null();
  return PrintedJson([&](JsonWriter& out) { PrintBlocked(out, rows); });
}

}  // namespace

extern const Operation kOperation_blocked;
const Operation kOperation_blocked = {"blocked", false, Run};

}  // namespace bd
