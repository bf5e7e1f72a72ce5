#include "bd/daemon/log.h"

#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd {

namespace {
constexpr int64_t kSizeMax = 10 << 20;
}  // namespace

DaemonLog::DaemonLog(std::string path) : path_(std::move(path)) {
  if (Result<os::Fd> file = os::OpenAppend(path_, 0600)) file_ = std::move(*file);
  if (Result<os::FileInfo> info = os::Stat(path_)) size_ = info->size;
}

void DaemonLog::Write(std::string_view level, std::string_view message) {
  if (size_ > kSizeMax) {
    (void)os::Rename(path_, path_ + ".1");
    *this = DaemonLog(path_);
  }
  const std::string line =
      Cat("time=", FormatTime(os::Now()), " level=", level, " msg=", Quote(message), "\n");
  size_ += static_cast<int64_t>(line.size());
  if (file_) (void)os::Write(file_, line);
}

}  // namespace bd
