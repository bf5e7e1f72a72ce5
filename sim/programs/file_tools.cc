#include "sim/programs/file_tools.h"

#include <fcntl.h>

#include <algorithm>

#include "sim/calls/calls.h"

namespace sim {

namespace {
// Small, so that the middle of a file is a place where things happen.
constexpr size_t kChunk = 512;
}  // namespace

std::optional<std::string> ReadWhole(const std::string& path) {
  const int fd = sim_open(path.c_str(), O_RDONLY);
  if (fd < 0) return std::nullopt;
  std::string bytes;
  char chunk[4096];
  ssize_t got = 0;
  while ((got = sim_read(fd, chunk, sizeof chunk)) > 0) bytes.append(chunk, static_cast<size_t>(got));
  sim_close(fd);
  if (got < 0) return std::nullopt;
  return bytes;
}

bool WriteInPlace(const std::string& path, std::string_view bytes, int open_flags) {
  const int fd = sim_open(path.c_str(), O_WRONLY | O_CREAT | open_flags, 0644);
  if (fd < 0) return false;
  bool written = true;
  while (!bytes.empty() && written) {
    const ssize_t count = sim_write(fd, bytes.data(), std::min(bytes.size(), kChunk));
    written = count > 0;
    if (written) bytes.remove_prefix(static_cast<size_t>(count));
  }
  sim_close(fd);
  return written;
}

bool WriteByRename(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + "~";
  return WriteInPlace(temporary, bytes, O_TRUNC) && sim_rename(temporary.c_str(), path.c_str()) == 0;
}

}  // namespace sim
