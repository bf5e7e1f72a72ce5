// Replacing the shared file: a new version takes the place of the old one in one step, and what stood
// there is looked at afterwards.
//
//   temporary beside the target -> write -> time stamp in the past -> fsync
//   -> exchange the two names -> look at what came out -> fsync of the directory
//
// Invariants:
//  1. At every instant the path holds one complete version, old or new, or was missing before.
//  2. What came out is never deleted here: somebody (git writes in place) may still be writing into it.
//     It stays under a name of its own until the caller has compared it.
//  3. A missing target is created in a way that fails if it is not missing any more: who was faster wins.
//  4. The new file's time stamp lies in the past and is unique, so that any later write in place
//     shows, however coarse the clock of the file system is.
//  5. The temporary has the number of its inode in its name, what came out has another one.
// After a crash a file with the temporary name is left; LeftBehind finds it. What came out holds versions of
// lines that may be news. What was never put in place holds what the store had at some earlier moment: to
// take it in would bring back what was removed since.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd {

class Publication {
 public:
  // Creates the temporary beside `path` (a real path), with the mode of the present file.
  static Result<Publication> Begin(const std::string& path);
  Publication(Publication&&) noexcept;
  Publication& operator=(Publication&&) = delete;
  ~Publication();  // removes the temporary unless Finish got so far

  const os::Fd& file() const { return file_; }

  struct Outcome {
    os::FileInfo published;
    // What stood at the path; nothing if it was missing. Without a path where the file system has neither
    // exchange nor links: then only the open file is left of it.
    std::string kept_path;
    std::optional<os::FileInfo> kept;
    os::Fd kept_file;
  };
  // kReplaced: the target came into being or vanished meanwhile; nothing was published.
  Result<Outcome> Finish();

 private:
  Publication(std::string path, std::string temporary, os::Fd file);
  Result<bool> PutInPlace(Outcome& outcome);
  Result<bool> PutInGap();
  Result<bool> PutOver(Outcome& outcome);

  std::string path_, temporary_;
  os::Fd file_;
  bool owns_temporary_ = true;
};

bool WasNeverInPlace(const std::string& left_behind);
// Temporary names in the directory of `path`, except `known`.
Result<std::vector<std::string>> LeftBehind(const std::string& path, const std::string& known);

}  // namespace bd
