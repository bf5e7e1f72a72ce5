#include "engine/session/new_database.h"

#include <map>

#include "engine/base/text.h"
#include "engine/jsonl/reader.h"
#include "engine/os/clock.h"
#include "engine/os/path.h"
#include "engine/storage/settings.h"
#include "engine/types/id.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// The prefix that most issues of a file have; empty if it has none.
std::string PrefixInFile(const std::string& path) {
  Result<os::Fd> file = os::OpenRead(path);
  if (!file) return "";
  std::map<std::string, int64_t> counts;
  LineReader reader(*file);
  Line line;
  for (;;) {
    Result<bool> more = reader.Next(line);
    if (!more || !*more) break;
    std::string id(LeadingId(line.text));
    if (id.empty()) {
      Result<ParsedLine> parsed = ParseIssueLine(line.text);
      if (parsed) id = parsed->issue.id;
    }
    if (!id.empty()) ++counts[PrefixOf(id)];
  }
  std::string best;
  for (const auto& [prefix, count] : counts) {
    if (!prefix.empty() && (best.empty() || count > counts[best])) best = prefix;
  }
  return best;
}

}  // namespace

std::string ChoosePrefix(const Workspace& workspace, const Config& config, const std::string& wanted) {
  std::string prefix = wanted;
  if (prefix.empty()) prefix = config.Get("issue-prefix");
  if (prefix.empty()) prefix = PrefixInFile(workspace.shared_file);
  if (prefix.empty()) prefix = os::NameOf(os::DirectoryOf(workspace.directory));
  while (prefix.ends_with('-')) prefix.pop_back();
  return prefix.empty() ? "bd" : prefix;
}

Result<ImportReport> CreateDatabase(const Workspace& workspace, const Config& config,
                                    const NewDatabase& request) {
  const std::string prefix = ChoosePrefix(workspace, config, request.prefix);
  ImportReport report;
  TRY(Store::Create({workspace.database, request.lock_timeout_ms}, [&](Tx& tx) -> Status {
    TRY(SetConfig(tx, "issue_prefix", prefix));
    if (request.fill) TRY(request.fill(tx));
    if (!workspace.HasSharedFile()) return Ok();
    TakeInOptions take_in;
    take_in.now = os::Now();
    take_in.content_hash = true;
    take_in.progress = request.progress;
    report = TRY(TakeInSharedFile(tx, workspace.shared_file, take_in));
    return Ok();
  }));
  return report;
}

}  // namespace bd
