// The workspace's own files.
#include "bd/doctor/check.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/session/ignore_file.h"

namespace bd {

Check CheckIgnoreFile(const Seen& seen) {
  Check check{
      .name = "Gitignore", .message = "covers all files of this machine", .category = "Git Integration"};
  const Result<std::string> text = os::ReadFile(seen.workspace.IgnoreFile());
  if (!text && text.error().code == Code::kNotFound) {
    check.message = "there is none in .beads, so that is settled in another way";
    return check;
  }
  if (!text) {
    check.status = "warning";
    check.message = text.error().message;
    return check;
  }
  const std::vector<std::string> missing = MissingIgnores(*text);
  if (missing.empty()) return check;
  check.status = "warning";
  check.message = "does not cover all files of a daemon";
  check.detail = Cat("missing: ", Join(missing, ", "));
  check.fix = "bd doctor --fix";
  return check;
}

}  // namespace bd
