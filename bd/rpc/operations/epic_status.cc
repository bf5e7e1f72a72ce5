// epic_status: epics with their progress.
#include "bd/epic_record.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"

namespace bd {
namespace {

struct Args {
  bool eligible_only = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("eligible_only", self.eligible_only);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "epic status args"));
  const std::vector<EpicRecord> records =
      ToEpicRecords(TRY(EpicProgresses(session.tx(), args.eligible_only)));
  if (records.empty() && !args.eligible_only) return Null();
  return PrintedJson([&](JsonWriter& out) { PrintEpics(out, records); });
}

}  // namespace

extern const Operation kOperation_epic_status;
const Operation kOperation_epic_status = {"epic_status", false, Run};

}  // namespace bd
