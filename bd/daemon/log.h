// daemon.log: what a daemon did, for people. Lines as those of 0.49.6: time=... level=INFO msg="..."
// key=value
#pragma once

#include <string>
#include <string_view>

#include "engine/os/files.h"

namespace bd {

class DaemonLog {
 public:
  // A log that is too large is set aside once, as PATH.1. One that cannot be written is none: the daemon goes
  // on.
  explicit DaemonLog(std::string path);
  void Info(std::string_view message) { Write("INFO", message); }
  void Warn(std::string_view message) { Write("WARN", message); }

 private:
  void Write(std::string_view level, std::string_view message);
  std::string path_;
  os::Fd file_;
  int64_t size_ = 0;
};

}  // namespace bd
