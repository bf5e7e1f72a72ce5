#include "bd/import_shared.h"

#include "engine/base/text.h"

namespace bd {

Result<ImportResult> ImportShared(Session& session) {
  TakeInOptions take_in;
  take_in.now = session.Now();
  take_in.content_hash = true;
  take_in.progress = session.options().progress;
  ImportReport report = TRY(TakeInSharedFile(session.tx(), session.workspace().shared_file, take_in));
  ImportResult result;
  result.created = report.created;
  result.updated = report.updated;
  result.unchanged = report.unchanged + report.kept_newer;
  result.remarks = report.Remarks();
  return result;
}

std::string ImportCounts(const ImportResult& result) {
  std::string line = Cat("Import complete: ", result.created, " created, ", result.updated, " updated");
  if (result.deleted > 0) line += Cat(", ", result.deleted, " deleted");
  if (result.unchanged > 0) line += Cat(", ", result.unchanged, " unchanged");
  if (result.skipped > 0) line += Cat(", ", result.skipped, " skipped");
  return line;
}

}  // namespace bd
