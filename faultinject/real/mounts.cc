#include "faultinject/real/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

namespace fault::real {

namespace {

struct Root {
  std::string path;
  int tree = -1;
};

std::string Wrong(const std::string& what) { return "mounts: " + what + ": " + strerror(errno); }

bool ReadOnly(int at, const char* path, unsigned flags) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  return mount_setattr(at, path, flags | AT_RECURSIVE, &attributes, sizeof attributes) == 0;
}

// A copy of what is mounted there, not yet attached; -1 with ENOENT if there is nothing.
int CopyTree(const std::string& path) {
  return open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

bool Attach(int tree, const std::string& path) {
  const bool done = move_mount(tree, "", AT_FDCWD, path.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
  const int error = errno;
  close(tree);
  errno = error;
  return done;
}

// Outer ones first: a root may lie in another.
std::string CopyRoots(const Profile& profile, const Places& places, std::vector<Root>& roots) {
  for (const std::string& root : profile.writable) roots.push_back({InPlace(root, places)});
  if (profile.elsewhere == 0 && roots.empty()) roots.push_back({places.workspace});
  std::sort(roots.begin(), roots.end(),
            [](const Root& a, const Root& b) { return a.path.size() < b.path.size(); });
  for (Root& root : roots) {
    root.tree = CopyTree(root.path);
    if (root.tree < 0 && errno != ENOENT) return Wrong(root.path);
  }
  return "";
}

std::string Protect(const std::string& path) {
  const int tree = CopyTree(path);
  if (tree < 0) return errno == ENOENT ? "" : Wrong(path);
  if (!ReadOnly(tree, "", AT_EMPTY_PATH)) return Wrong(path);
  return Attach(tree, path) ? "" : Wrong(path);
}

}  // namespace

bool NeedsMounts(const Profile& profile) {
  const bool protects = std::any_of(profile.protections.begin(), profile.protections.end(),
                                    [](const Protection& row) { return row.error == EROFS; });
  return protects || profile.elsewhere == EROFS || profile.own_home || profile.own_pids ||
         profile.apart == Profile::Apart::kRoots;
}

std::string ArrangeMounts(const Profile& profile, const Places& places) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return Wrong("/");
  char here[PATH_MAX];
  if (getcwd(here, sizeof here) == nullptr) return Wrong("the current directory");
  std::vector<Root> roots;
  if (profile.elsewhere == EROFS || profile.apart == Profile::Apart::kRoots) {
    if (std::string wrong = CopyRoots(profile, places, roots); !wrong.empty()) return wrong;
  }
  if (profile.elsewhere == EROFS && !ReadOnly(AT_FDCWD, "/", 0)) return Wrong("/ read-only");
  for (const Root& root : roots) {
    if (root.tree >= 0 && !Attach(root.tree, root.path)) return Wrong(root.path);
  }
  for (const Protection& row : profile.protections) {
    if (row.error != EROFS) continue;
    if (std::string wrong = Protect(InPlace(row.path, places)); !wrong.empty()) return wrong;
  }
  // Where we are is still the directory that is covered now.
  return chdir(here) == 0 ? "" : Wrong(here);
}

}  // namespace fault::real
