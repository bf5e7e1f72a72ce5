// `bd import`: lines from any file or from standard input. All or nothing; what is taken over becomes
// dirty and is exported like any other change.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/jsonl/reader.h"
#include "engine/storage/store.h"
#include "engine/sync/shared_file.h"
#include "engine/types/vocabulary.h"

namespace bd {

enum class OrphanMode {
  kAllow,  // a child whose parent is missing is imported all the same
  kSkip,
  kStrict,     // the import fails
  kResurrect,  // fails too, unless the parent is known: there is no history to take it from
};
Result<OrphanMode> ParseOrphanMode(std::string_view word);  // empty: allow

struct ImportOptions {
  std::string name;  // of the file, for errors
  Time now;
  std::string actor;
  Vocabulary vocabulary;
  bool skip_existing = false;
  bool strict = false;  // an edge to a missing issue is an error
  bool rename = false;  // foreign prefixes become ours
  bool clear_duplicate_refs = false;
  bool keep_going = false;     // pass over lines that cannot be imported
  bool ignore_prefix = false;  // a dry run counts what has a foreign prefix too
  OrphanMode orphans = OrphanMode::kAllow;
  Progress progress;
};

struct ImportResult {
  int64_t created = 0, updated = 0, unchanged = 0, skipped = 0, deleted = 0;
  std::vector<std::string> collisions;     // known ids with other content
  std::map<std::string, int64_t> foreign;  // prefix to number of issues
  std::map<std::string, int64_t> foreign_tombstones;
  std::vector<std::string> remarks;  // what was odd, a line each
};

// The reader's lines into the open write transaction. kInvalid with the whole line that people see
// ("Error parsing line 3: ...", "Import failed: ..."); then the transaction must not be committed.
Result<ImportResult> ImportLines(Tx& tx, LineReader& reader, const ImportOptions& options);

}  // namespace bd
