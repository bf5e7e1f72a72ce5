#include "engine/sync/import_report.h"

#include "engine/base/text.h"

namespace bd {

void ImportReport::Count(TakenIn outcome) {
  switch (outcome) {
    case TakenIn::kCreated: ++created; break;
    case TakenIn::kUpdated: ++updated; break;
    case TakenIn::kMerged:
      ++updated;
      ++merged;
      break;
    case TakenIn::kKeptNewer: ++kept_newer; break;
    case TakenIn::kRenumbered:
      ++created;
      ++renumbered;
      break;
    case TakenIn::kUnchanged:
    case TakenIn::kSkipped: ++unchanged; break;
  }
}

std::vector<std::string> ImportReport::Remarks() const {
  std::vector<std::string> remarks;
  auto add = [&remarks](int64_t count, std::string_view one, std::string_view many) {
    if (count > 0) remarks.push_back(Cat(count, " ", count == 1 ? one : many));
  };
  add(kept_newer, "line is older than what the store has; the newer version is kept and will be exported",
      "lines are older than what the store has; the newer versions are kept and will be exported");
  add(merged, "issue was changed on both sides and merged", "issues were changed on both sides and merged");
  add(renumbered, "issue had the id of another one and got a new one",
      "issues had ids of others and got new ones");
  add(missing, "issue is missing from the file and will be exported again",
      "issues are missing from the file and will be exported again");
  add(repaired, "line has bytes that are not UTF-8; they read as U+FFFD",
      "lines have bytes that are not UTF-8; they read as U+FFFD");
  for (const RejectedLine& line : rejected) {
    remarks.push_back(Cat("line ", line.number, " was set aside (it stays in the file): ", line.reason));
  }
  return remarks;
}

}  // namespace bd
