#include "engine/daemon/progress_file.h"

#include <algorithm>
#include <cstring>

#include "engine/os/clock.h"

namespace bd {

namespace {

constexpr std::string_view kStalled = "stalled\n";
constexpr int64_t kWordAt = sizeof(uint64_t);

}  // namespace

ProgressFile::ProgressFile(const DaemonPlace& place) {
  // The word of the daemon before this one goes with it.
  (void)os::OverwriteFile(place.Progress(), std::string(kWordAt + kStalled.size(), '\0'), 0600);
  if (Result<os::Fd> file = os::OpenReadWrite(place.Progress(), 0600)) file_ = std::move(*file);
}

void ProgressFile::GuardAgainstStall(const os::StallLimits& limits) {
  guard_.emplace(limits, file_, kWordAt, kStalled);
}

void ProgressFile::Move() {
  ++count_;
  char bytes[sizeof count_];
  memcpy(bytes, &count_, sizeof count_);
  // Without it clients lose patience sooner, which harms nobody.
  if (file_) (void)os::WriteAt(file_, {bytes, sizeof bytes}, 0);
  if (guard_) guard_->Alive();
}

uint64_t ProgressFile::Read(const DaemonPlace& place) {
  uint64_t count = 0;
  Result<os::Fd> file = os::OpenRead(place.Progress());
  if (file) (void)os::ReadAt(*file, reinterpret_cast<char*>(&count), sizeof count, 0);
  return count;
}

int64_t ProgressFile::StoodMs(const DaemonPlace& place) {
  Result<os::FileInfo> file = os::Stat(place.Progress());
  return file ? std::max<int64_t>(0, (os::WallNanos() - file->mtime_ns) / 1'000'000) : 0;
}

void ProgressFile::NoteStall(const DaemonPlace& place) {
  if (Result<os::Fd> file = os::OpenReadWrite(place.Progress(), 0600)) {
    (void)os::WriteAt(*file, kStalled, kWordAt);
  }
}

bool ProgressFile::IsStalled(const DaemonPlace& place) {
  char word[kStalled.size()] = {};
  Result<os::Fd> file = os::OpenRead(place.Progress());
  if (!file || !os::ReadAt(*file, word, sizeof word, kWordAt)) return false;
  return std::string_view(word, sizeof word) == kStalled;
}

}  // namespace bd
