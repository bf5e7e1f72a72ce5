#include "engine/jsonl/reader.h"

#include <algorithm>
#include <cstring>

#include "engine/base/text.h"

namespace bd {

namespace {
constexpr size_t kBufferBytes = 256 << 10;
}  // namespace

LineReader::LineReader(const os::Fd& file, int64_t offset)
    : file_(&file), buffer_(kBufferBytes, '\0'), read_offset_(offset), offset_(offset) {}

LineReader LineReader::FromStream(int fd) {
  LineReader reader;
  reader.stream_ = fd;
  reader.buffer_.resize(kBufferBytes);
  return reader;
}

Result<size_t> LineReader::Fill(char* to, size_t count) {
  if (file_ == nullptr) return os::Read(stream_, to, count);
  const size_t got = TRY(os::ReadAt(*file_, to, count, read_offset_));
  read_offset_ += static_cast<int64_t>(got);
  return got;
}

Result<bool> LineReader::Next(Line& line) {
  size_t searched = begin_;
  for (;;) {
    const void* found = end_ > searched ? memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr;
    const bool last = found == nullptr && at_end_;
    const size_t stop = found ? static_cast<size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
    if (static_cast<int64_t>(stop - begin_) > kLineBytesMax) {
      return Invalid(Cat("line ", number_ + 1, " is longer than ", kLineBytesMax >> 20, " MiB"));
    }
    if (found != nullptr || (last && end_ > begin_)) {
      line.text = std::string_view(buffer_).substr(begin_, stop - begin_);
      line.number = ++number_;
      line.offset = offset_;
      line.ended = found != nullptr;
      line.pieced = begin_ < last_read_;
      const size_t taken = stop - begin_ + (found ? 1 : 0);
      begin_ += taken;
      offset_ += static_cast<int64_t>(taken);
      return true;
    }
    if (last) return false;
    searched = end_;
    if (begin_ > 0) {
      memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      searched -= begin_;
      end_ -= begin_;
      last_read_ -= std::min(last_read_, begin_);
      begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    const size_t got = TRY(Fill(buffer_.data() + end_, buffer_.size() - end_));
    if (got == 0) {
      at_end_ = true;
    } else {
      last_read_ = end_;
    }
    end_ += got;
  }
}

Result<bool> LineReader::IsStillThere(const Line& line) const {
  if (file_ == nullptr) return true;
  std::string now(line.text.size(), '\0');
  const size_t got = TRY(os::ReadAt(*file_, now.data(), now.size(), line.offset));
  return std::string_view(now).substr(0, got) == line.text;
}

std::string_view LeadingId(std::string_view line) {
  constexpr std::string_view kBegin = "{\"id\":\"";
  if (!line.starts_with(kBegin)) return {};
  line.remove_prefix(kBegin.size());
  const void* quote = memchr(line.data(), '"', line.size());
  if (quote == nullptr) return {};
  std::string_view id = line.substr(0, static_cast<size_t>(static_cast<const char*>(quote) - line.data()));
  return id.find('\\') == std::string_view::npos ? id : std::string_view();
}

bool IsConflictMarker(std::string_view line) {
  line = Trim(line);
  return line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") || line.starts_with("||||||| ") ||
         line == "=======" || line == "<<<<<<<" || line == ">>>>>>>" || line == "|||||||";
}

}  // namespace bd
