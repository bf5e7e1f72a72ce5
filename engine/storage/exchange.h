// What is known about the shared file: which file it was, which lines it had.
//
// The known lines are a set of 128-bit hashes: one packed blob in the order of the file as it was
// read last as a whole, and a table of what came and went since. A line whose hash is known needs no
// look: the store has taken it in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/storage/store.h"

namespace bd {

// The file that an exchange took out of the way. It is kept for one generation, because somebody may
// still be writing into it.
struct KeptFile {
  std::string name;  // in the directory of the file; empty: none
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
};

struct FileRecord {
  std::string path;
  uint64_t device = 0, inode = 0;
  int64_t size = 0, mtime_ns = 0, ctime_ns = 0;
  // The stamps can be believed: a later write is bound to show in them.
  bool trusted = false;
  // Bytes at the front that are lines sorted by id, each beginning with its id; -1: it is not sorted.
  // What follows are lines that were set aside.
  int64_t sorted_bytes = -1;
  KeptFile kept;

  bool Matches(const std::string& file_path, const os::FileInfo& info) const;
};

Result<std::optional<FileRecord>> LoadFileRecord(Tx& tx);
Status SaveFileRecord(Tx& tx, const FileRecord& record);
Status ForgetFileRecord(Tx& tx);

// A look-up over the known lines that is cheap when lines come in the order of the blob.
class LineSet {
 public:
  static Result<LineSet> Load(Tx& tx);

  // Whether the line is known; marks it seen.
  bool See(const Hash128& hash);
  // Whether it is known and was seen in this pass.
  bool WasSeen(const Hash128& hash);
  size_t known() const { return known_; }
  size_t unseen() const { return known_ - seen_; }
  std::vector<Hash128> Unseen() const;

 private:
  struct Entry {
    Hash128 hash;
    bool present = true, seen = false;
  };
  Entry* Find(const Hash128& hash);
  void BuildIndex();
  void AddToIndex(size_t entry);  // which must have room: at most three quarters are full
  bool Mark(Entry& entry);

  std::vector<Entry> entries_;   // the blob, then what was added later
  std::vector<uint32_t> index_;  // open addressing: entry number + 1
  size_t next_ = 0;              // the entry that comes if lines come in order
  size_t known_ = 0, seen_ = 0;
};

// The set becomes exactly these lines, in the order of the file.
Status ReplaceLineSet(Tx& tx, const std::vector<Hash128>& lines);
// A few lines came and went.
Status ChangeLineSet(Tx& tx, const std::vector<Hash128>& gone, const std::vector<Hash128>& come);

// A line that is not in canonical form is kept as it was, for as long as the issue does not change.
Status KeepVerbatim(Tx& tx, std::string_view id, std::string_view line, std::string_view canonical);
// The line to export: the kept one if it still says the same as the canonical one.
Result<std::string> ExportLine(Tx& tx, std::string_view id, std::string canonical);
Result<bool> HasVerbatimLines(Tx& tx);

// Lines of the file that could not be taken in; they stay in the file, behind the others.
struct RejectedLine {
  int64_t number = 0;  // where it stands; 0: it came with another version, and is not in the file yet
  std::string line;
  std::string reason;
};
Result<std::vector<RejectedLine>> RejectedLines(Tx& tx);
// Those that the file has now. Lines that are not in it yet stay, unless they are among these.
Status SetRejectedLines(Tx& tx, const std::vector<RejectedLine>& lines);
// One that is to be written into the file; nothing if it is there already.
Status SetLineAside(Tx& tx, const RejectedLine& line);
Result<std::vector<std::string>> UnwrittenRejectedLines(Tx& tx);
// A version is in place that may lack those of the file: what it turns out to lack is to be written.
Status DoubtRejectedLines(Tx& tx);
// A new version with these is in place.
Status NoteRejectedLinesWritten(Tx& tx, const std::vector<std::string>& lines);

}  // namespace bd
