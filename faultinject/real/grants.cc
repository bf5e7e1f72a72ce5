#include "faultinject/real/grants.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "faultinject/real/assess.h"

namespace fault::real {

namespace {

// As the kernel has it since ABI 6; the headers of the distribution may be older.
struct Ruleset {
  uint64_t files = 0, network = 0, scoped = 0;
};
constexpr uint64_t kTruncate = uint64_t{1} << 14;  // ABI 3
constexpr uint64_t kScopeSignals = uint64_t{1} << 1;
constexpr uint64_t kWriting =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | kTruncate;

std::string Wrong(const std::string& what) { return "Landlock: " + what + ": " + strerror(errno); }

std::string Grant(int ruleset, const std::string& path, uint64_t rights) {
  const int directory = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (directory < 0) return errno == ENOENT ? "" : Wrong(path);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = directory;
  const long done = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  const std::string wrong = done == 0 ? "" : Wrong(path);
  close(directory);
  return wrong;
}

bool MayMakeSockets(const Profile& profile) {
  for (const Rule& rule : profile.denials) {
    if (rule.op == "bind" && HowToDeny(profile, rule) == How::kLandlock) return false;
  }
  return true;
}

std::string GrantAll(int ruleset, const Profile& profile, const Places& places) {
  uint64_t rights = kWriting;
  if (profile.apart == Profile::Apart::kDirectories) rights &= ~uint64_t{LANDLOCK_ACCESS_FS_REFER};
  if (!MayMakeSockets(profile)) rights &= ~uint64_t{LANDLOCK_ACCESS_FS_MAKE_SOCK};
  for (const std::string& root : profile.writable) {
    if (std::string wrong = Grant(ruleset, InPlace(root, places), rights); !wrong.empty()) return wrong;
  }
  // Every sandbox has /dev/null and a terminal.
  return Grant(ruleset, "/dev", LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate);
}

}  // namespace

std::string GrantRoots(const Profile& profile, const Places& places) {
  Ruleset wanted;
  if (profile.elsewhere == EACCES) wanted.files = kWriting;
  if (profile.signal_outside != 0 && HowToSignal(profile) == How::kLandlock) wanted.scoped = kScopeSignals;
  if (wanted.files == 0 && wanted.scoped == 0) return "";
  const size_t size = wanted.scoped != 0 ? sizeof wanted : sizeof wanted.files;
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &wanted, size, 0));
  if (ruleset < 0) return Wrong("ruleset");
  std::string wrong;
  if (wanted.files != 0) wrong = GrantAll(ruleset, profile, places);
  if (wrong.empty() && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) wrong = Wrong("restrict");
  close(ruleset);
  return wrong;
}

}  // namespace fault::real
