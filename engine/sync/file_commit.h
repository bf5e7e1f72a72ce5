// A commit of some files as they are now, and of nothing else, git by git: have they changed, add, commit.
// Who runs the gits, and whether he waits for them, is another's business.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/sync/git_sync.h"

namespace bd {

class FileCommit {
 public:
  FileCommit(const GitSyncOptions& options, std::vector<std::string> files, const Time& now);

  // What the next git is told; nothing: it is over.
  std::optional<std::vector<std::string>> Next() const;
  // What came of it. After an error it is over, too.
  Status Take(const os::ProcessResult& result);
  bool has_committed() const { return has_committed_; }

 private:
  enum class Step { kLook, kAdd, kCommit, kOver } step_ = Step::kLook;
  GitSyncOptions options_;
  std::vector<std::string> files_;
  bool has_committed_ = false;
};

// How git is asked whether files have changed since the last commit: it says nothing if they have not.
std::vector<std::string> WordsToLook(const std::vector<std::string>& files);
// Its output, if it did what it was told.
Result<std::string> OutputOf(const std::vector<std::string>& words, const os::ProcessResult& result,
                             std::string_view action);

}  // namespace bd
