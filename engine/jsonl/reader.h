// Reading JSONL: line by line, in bounded memory, without a look at what the lines mean.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/os/files.h"

namespace bd {

constexpr int64_t kLineBytesMax = int64_t{64} << 20;

struct Line {
  std::string_view text;  // without the line feed; valid until the next call
  int64_t number = 0;     // counts from 1
  int64_t offset = 0;     // of its first byte
  bool ended = false;     // a line feed follows
  bool pieced = false;    // more than one read got it: a write may have come between them
};

class LineReader {
 public:
  // Reads at explicit offsets; the descriptor's own position does not matter and does not move.
  explicit LineReader(const os::Fd& file, int64_t offset = 0);
  // Standard input and pipes: reads as it comes.
  static LineReader FromStream(int fd);

  // False at the end. kInvalid for a line over kLineBytesMax.
  Result<bool> Next(Line& line);
  // Whether the file still has this line where it was. Of a file that is written while it is read, a line in
  // pieces may be of two versions, and in neither of them.
  Result<bool> IsStillThere(const Line& line) const;
  int64_t offset() const { return offset_; }  // bytes given out, with line feeds

 private:
  LineReader() = default;
  Result<size_t> Fill(char* to, size_t count);

  const os::Fd* file_ = nullptr;
  int stream_ = -1;
  std::string buffer_;
  size_t begin_ = 0, end_ = 0;  // what is read and not given out
  size_t last_read_ = 0;        // where in it the last read begins
  int64_t read_offset_ = 0;     // in the file, behind the buffer
  int64_t offset_ = 0;
  int64_t number_ = 0;
  bool at_end_ = false;
};

// The id at the beginning of a line in the usual form {"id":"...; empty if it does not begin so.
std::string_view LeadingId(std::string_view line);

// A line that git writes around a conflict: <<<<<<<, |||||||, =======, >>>>>>>.
bool IsConflictMarker(std::string_view line);

}  // namespace bd
