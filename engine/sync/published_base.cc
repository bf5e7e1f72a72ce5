#include "engine/sync/published_base.h"

#include <algorithm>
#include <map>

#include "engine/base/mark.h"
#include "engine/jsonl/reader.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// The ids of `marks` that are dirty for another reason by now. `marks` is sorted.
Result<std::vector<std::string>> MarkedAgain(Tx& tx, const std::vector<DirtyMark>& marks) {
  std::vector<std::string> ids;
  for (DirtyMark& mark : TRY(DirtyMarks(tx))) {
    if (std::ranges::binary_search(marks, mark.issue_id, {}, &DirtyMark::issue_id)) {
      ids.push_back(std::move(mark.issue_id));
    }
  }
  return ids;
}

}  // namespace

Status RebaseMarkedAgain(Tx& tx, const std::vector<DirtyMark>& marks, const os::Fd& published,
                         const os::FileInfo& stamps) {
  const std::vector<std::string> ids = TRY(MarkedAgain(tx, marks));
  if (ids.empty()) return Ok();
  MARK("publish.marked_again");
  std::map<std::string, std::string> bases;
  LineReader reader(published);
  for (Line line; TRY(reader.Next(line));) {
    const std::string_view id = LeadingId(line.text);
    if (!std::ranges::binary_search(ids, id)) continue;
    bases[std::string(id)] = IssueLine(TRY(ParseIssue(line.text)));
  }
  const os::FileInfo now = TRY(os::Stat(published));
  if (now.size != stamps.size || now.mtime_ns != stamps.mtime_ns) return Ok();
  for (const auto& [id, line] : bases) TRY(SetBase(tx, id, line));
  return Ok();
}

}  // namespace bd
