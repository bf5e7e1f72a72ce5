#include "engine/sync/other_version.h"

#include <utility>

#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/jsonl/reader.h"
#include "engine/storage/dirty.h"
#include "engine/storage/issues.h"
#include "engine/sync/take_in.h"
#include "engine/sync/understood.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// Not cut off, and no block of zeros that a loss of power left.
bool IsWhole(const Line& line) {
  return line.ended && line.text.find('\0') == std::string_view::npos && !IsConflictMarker(line.text);
}

}  // namespace

Result<ImportReport> TakeInOtherVersion(Tx& tx, const os::Fd& file, OtherVersion kind, const Time& now) {
  LineSet known = TRY(LineSet::Load(tx));
  TakeIn take_in(tx, kind == OtherVersion::kOld ? TakeIn::Source::kOldVersion : TakeIn::Source::kOtherVersion,
                 now);
  ImportReport report;
  LineReader reader(file);
  Line line;
  while (TRY(reader.Next(line))) {
    const std::string_view text = WithoutByteOrderMark(line);
    if (Trim(text).empty() || known.See(HashLine(line.text))) continue;
    Understood understood = Understand(text);
    if (!understood.issue) {
      if (IsWhole(line)) TRY(SetLineAside(tx, {0, std::string(text), understood.reason}));
      continue;
    }
    ++report.lines;
    Result<TakenIn> outcome = take_in.Line(*understood.issue, text);
    if (!outcome && outcome.error().code == Code::kConflict) continue;
    report.Count(TRY(std::move(outcome)));
  }
  TRY(take_in.Finish());
  return report;
}

Status MarkWhatDiffers(Tx& tx, const os::Fd& own_version, const os::FileInfo& stamps, const Time& now) {
  TRY(DoubtRejectedLines(tx));
  LineSet known = TRY(LineSet::Load(tx));
  std::vector<Issue> differing;
  LineReader reader(own_version);
  for (Line line; TRY(reader.Next(line));) {
    if (known.See(HashLine(line.text))) continue;
    Understood understood = Understand(line.text);
    if (!understood.issue) continue;
    const std::optional<Issue> present = TRY(FindIssue(tx, understood.issue->id));
    if (present && IssueLine(*present) != IssueLine(*understood.issue))
      differing.push_back(std::move(*understood.issue));
  }
  const os::FileInfo read = TRY(os::Stat(own_version));
  if (read.size != stamps.size || read.mtime_ns != stamps.mtime_ns) return Ok();
  for (const Issue& issue : differing) TRY(MarkDirtyWithBase(tx, issue.id, IssueLine(issue), now));
  return Ok();
}

Result<ImportReport> TakeInOtherVersion(Tx& tx, const std::string& path, OtherVersion kind, const Time& now) {
  return TakeInOtherVersion(tx, TRY(os::OpenRead(path)), kind, now);
}

}  // namespace bd
