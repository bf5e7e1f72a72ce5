// Whole versions of the shared file, merged issue by issue: git's merge driver, and files in which git
// left conflict markers.
//
//   base      left       right        result
//   -         one side has it         that line
//   line      unchanged  gone         gone
//   line      changed    gone         the changed line: nothing that somebody wrote is lost
//   any       lines of both sides     the changed one; both changed: MergeIssues
//   two different issues under one id: both lines; the store gives the later one a new id
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/jsonl/reader.h"

namespace bd {

class FileVersion {
 public:
  // kInvalid `failed to parse line N: ...` for a line whose issue cannot be told.
  static Result<FileVersion> Read(LineReader& reader);
  Status Add(std::string_view text, int64_t number);

  const std::map<std::string, std::string, std::less<>>& lines() const { return lines_; }
  // Second issues under an id that is in lines().
  const std::vector<std::string>& others() const { return others_; }

 private:
  std::map<std::string, std::string, std::less<>> lines_;  // by id
  std::vector<std::string> others_;
};

// What wins where both sides changed an issue.
enum class MergeStrategy { kNewest, kOurs, kTheirs };

// Lines sorted by id. kInvalid for a changed line that cannot be read.
Result<std::vector<std::string>> MergeVersions(const FileVersion& base, const FileVersion& left,
                                               const FileVersion& right, MergeStrategy strategy);

// A file with conflict markers, taken apart. Lines outside of the markers belong to all three.
struct ConflictedFile {
  FileVersion base, left, right;
  int64_t conflicts = 0;
};
Result<ConflictedFile> ReadConflicts(LineReader& reader);
// Conflicts in a file; 0 if it has none or is not there.
Result<int64_t> CountConflicts(const std::string& path);

}  // namespace bd
