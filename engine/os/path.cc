#include "engine/os/path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd::os {

namespace {
constexpr int kLinksMax = 40;  // as the kernel's own limit
constexpr size_t kPathMax = 1 << 20;
}  // namespace

std::string JoinPath(std::string_view directory, std::string_view name) {
  if (name.starts_with('/') || directory.empty()) return std::string(name);
  return Cat(directory, directory.ends_with('/') ? "" : "/", name);
}

std::string DirectoryOf(std::string_view path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string NameOf(std::string_view path) {
  const size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string CleanPath(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string> parts;
  for (std::string& part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(std::move(part));
    }
  }
  std::string clean = (absolute ? "/" : "") + Join(parts, "/");
  return clean.empty() ? "." : clean;
}

Result<std::string> CurrentDirectory() {
  std::string buffer(4096, '\0');
  while (getcwd(buffer.data(), buffer.size()) == nullptr) {
    if (errno != ERANGE || buffer.size() >= kPathMax) {
      return SystemError(errno, "find", "the current directory");
    }
    buffer.resize(buffer.size() * 2);
  }
  buffer.resize(buffer.find('\0'));
  return buffer;
}

Result<std::string> AbsolutePath(std::string_view path) {
  if (path.starts_with('/')) return CleanPath(path);
  return CleanPath(JoinPath(TRY(CurrentDirectory()), path));
}

Result<std::string> RealPath(std::string_view path) {
  std::string rest = std::string(path);
  if (!path.starts_with('/')) rest = JoinPath(TRY(CurrentDirectory()), path);
  std::string resolved;
  int links = 0;
  for (size_t start = 0; start < rest.size();) {
    size_t end = rest.find('/', start);
    if (end == std::string::npos) end = rest.size();
    const std::string part = rest.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      resolved.resize(resolved.empty() ? 0 : resolved.find_last_of('/'));
      continue;
    }
    const std::string candidate = Cat(resolved, "/", part);
    char target[4096];
    const ssize_t length = readlink(candidate.c_str(), target, sizeof target);
    if (length < 0) {
      if (errno != EINVAL && errno != ENOENT) return SystemError(errno, "resolve", candidate);
      resolved = candidate;
      continue;
    }
    if (++links > kLinksMax) return Invalid(Cat("too many symbolic links: ", path));
    std::string_view link(target, static_cast<size_t>(length));
    if (link.starts_with('/')) resolved.clear();
    rest = Cat(link, "/", start < rest.size() ? rest.substr(start) : std::string());
    start = 0;
  }
  return resolved.empty() ? "/" : resolved;
}

}  // namespace bd::os
