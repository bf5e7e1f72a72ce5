// epic_status: epics with their progress.
#include "bd/epic_record.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const EpicsArgs args = TRY(ReadArgs<EpicsArgs>(request, "epic status args"));
  const std::vector<EpicRecord> records =
      ToEpicRecords(TRY(EpicProgresses(session.tx(), args.eligible_only)));
  if (records.empty() && !args.eligible_only) return Null();
  return PrintedJson([&](JsonWriter& out) { PrintEpics(out, records); });
}

}  // namespace

extern const Operation kOperation_epic_status;
const Operation kOperation_epic_status = {"epic_status", false, Run};

}  // namespace bd
