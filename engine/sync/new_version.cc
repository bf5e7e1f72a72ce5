#include "engine/sync/new_version.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/jsonl/reader.h"
#include "engine/storage/dirty.h"
#include "engine/storage/exchange.h"
#include "engine/storage/issues.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

constexpr int64_t kSearchBlock = 4096;
constexpr size_t kWriteBuffer = 1 << 20;

// Finds lines by id in the sorted front of a file, by halving the range of bytes.
class SortedLines {
 public:
  SortedLines(const os::Fd& file, int64_t bytes) : file_(file), bytes_(bytes) {}

  struct Place {
    int64_t begin = 0, end = 0;  // of the line; equal if the id is not there: where it belongs
    std::string line;            // without line feed
  };

  // The place of an id that is not smaller than the ids asked for before.
  Result<Place> Find(std::string_view id) {
    int64_t low = low_, high = bytes_;  // line starts; the place lies in [low, high]
    while (low < high) {
      const Place middle = TRY(LineAt(low + (high - low) / 2, low, high));
      const std::string_view found = LeadingId(middle.line);
      if (found.empty()) return Error{Code::kReplaced, "the file is not sorted any more", "", false};
      if (found == id) {
        low_ = middle.end;
        return middle;
      }
      if (found < id) {
        low = middle.end;
      } else {
        high = middle.begin;
      }
    }
    low_ = low;
    return Place{low, low, ""};
  }

 private:
  // The line that covers `at`, within [low, high), which are starts of lines.
  Result<Place> LineAt(int64_t at, int64_t low, int64_t high) {
    int64_t begin = at;
    std::string block;
    while (begin > low) {
      const int64_t from = std::max(low, begin - kSearchBlock);
      block = TRY(Read(from, begin - from));
      const size_t feed = block.find_last_of('\n');
      if (feed != std::string::npos) {
        begin = from + static_cast<int64_t>(feed) + 1;
        break;
      }
      begin = from;
    }
    std::string line;
    int64_t end = begin;
    for (;;) {
      if (end >= high) return Error{Code::kReplaced, "a line of the file has no end", "", false};
      block = TRY(Read(end, std::min(kSearchBlock, high - end)));
      const size_t feed = block.find('\n');
      line.append(block.substr(0, feed));
      if (feed != std::string::npos) {
        return Place{begin, end + static_cast<int64_t>(feed) + 1, std::move(line)};
      }
      end += static_cast<int64_t>(block.size());
    }
  }

  Result<std::string> Read(int64_t offset, int64_t count) {
    std::string bytes(static_cast<size_t>(count), '\0');
    const size_t got = TRY(os::ReadAt(file_, bytes.data(), bytes.size(), offset));
    if (got != bytes.size()) return Error{Code::kReplaced, "the file became shorter", "", false};
    return bytes;
  }

  const os::Fd& file_;
  int64_t bytes_;
  int64_t low_ = 0;
};

class FullWriter : public IssueVisitor {
 public:
  FullWriter(Tx& tx, const os::Fd& to, bool verbatim, int64_t total, const Progress& progress)
      : tx_(tx), to_(to), verbatim_(verbatim), total_(total), progress_(progress) {}

  Status Visit(const Issue& issue) override {
    if (issue.ephemeral && !TRY(IsExported(tx_, issue))) return Ok();
    std::string line = IssueLine(issue);
    if (verbatim_) line = TRY(ExportLine(tx_, issue.id, std::move(line)));
    TRY(Write(line));
    if (progress_ && hashes_.size() % 4096 == 0) progress_(static_cast<int64_t>(hashes_.size()), total_);
    return Ok();
  }
  Status Write(std::string_view line) {
    hashes_.push_back(HashLine(line));
    const std::string_view id = LeadingId(line);
    findable_ = findable_ && id > last_id_;
    if (findable_) last_id_ = id;
    buffer_.append(line);
    buffer_.push_back('\n');
    written_ += static_cast<int64_t>(line.size()) + 1;
    return buffer_.size() < kWriteBuffer ? Ok() : Flush();
  }
  Status Flush() {
    Status status = os::Write(to_, buffer_);
    buffer_.clear();
    return status;
  }
  // As FileRecord::sorted_bytes: with lines that do not begin with their id there is nothing to halve.
  int64_t SortedBytes() const { return findable_ ? written_ : -1; }
  std::vector<Hash128> TakeHashes() { return std::move(hashes_); }

 private:
  Tx& tx_;
  const os::Fd& to_;
  bool verbatim_;
  int64_t total_;
  const Progress& progress_;
  std::string buffer_;
  int64_t written_ = 0;
  bool findable_ = true;
  std::string last_id_;
  std::vector<Hash128> hashes_;
};

}  // namespace

Result<NewVersion> WriteChangedVersion(const os::Fd& before, const FileRecord& record,
                                       const LineChanges& changes, const os::Fd& to) {
  SortedLines lines(before, record.sorted_bytes);
  NewVersion version;
  int64_t copied = 0;
  version.sorted_bytes = record.sorted_bytes;
  for (const auto& [id, line] : changes) {
    const SortedLines::Place place = TRY(lines.Find(id));
    TRY(os::CopyRange(before, copied, place.begin - copied, to));
    copied = place.end;
    version.sorted_bytes -= place.end - place.begin;
    if (place.end > place.begin) version.gone.push_back(HashLine(place.line));
    if (!line) continue;
    TRY(os::Write(to, Cat(*line, "\n")));
    version.sorted_bytes += static_cast<int64_t>(line->size()) + 1;
    version.come.push_back(HashLine(*line));
  }
  TRY(os::CopyRange(before, copied, record.size - copied, to));
  return version;
}

Result<NewVersion> WriteFullVersion(Tx& tx, const os::Fd& to, const Progress& progress) {
  const int64_t total = progress ? TRY(QueryInt(tx.db(), "SELECT count(*) FROM issues")) : 0;
  FullWriter writer(tx, to, TRY(HasVerbatimLines(tx)), total, progress);
  TRY(ForEachIssue(tx, writer));
  NewVersion version;
  version.sorted_bytes = writer.SortedBytes();
  // What could not be understood is kept where a person finds it; it is no known line.
  std::vector<Hash128> hashes = writer.TakeHashes();
  for (const RejectedLine& rejected : TRY(RejectedLines(tx))) TRY(writer.Write(rejected.line));
  TRY(writer.Flush());
  version.all = std::move(hashes);
  return version;
}

}  // namespace bd
