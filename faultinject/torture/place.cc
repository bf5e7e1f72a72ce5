#include "faultinject/torture/place.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "faultinject/real/means.h"
#include "faultinject/real/namespaces.h"

namespace fault::torture {

namespace {

using bd::Cat;

constexpr const char* kDiskSize = "size=96m";
constexpr uint32_t kPrivate = 0700;
// Variables that would lead a command elsewhere.
constexpr const char* kUnset[] = {"BEADS_DIR",      "BEADS_DB",       "BD_DB",   "BD_SOCKET",
                                  "BD_ACTOR",       "GIT_DIR",        "BD_JSON", "GIT_WORK_TREE",
                                  "GIT_INDEX_FILE", "BEADS_NO_DAEMON"};

// A small file system that only this process, and what it starts, can see.
std::string MountDisk(const std::string& directory) {
  const real::Means means = real::LookForMeans();
  if (!means.no_namespaces.empty()) return means.no_namespaces;
  const int flags = CLONE_NEWNS | (means.user_namespace ? CLONE_NEWUSER : 0);
  if (std::string wrong = real::EnterNamespaces(flags); !wrong.empty()) return wrong;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("torture", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, kDiskSize) != 0) {
    return Cat("mount: ", bd::os::ErrorText(errno));
  }
  return "";
}

// Another program's end.
bd::Status RunOther(std::vector<std::string> words, const std::string& directory = "") {
  bd::os::ProcessOptions options;
  options.arguments = std::move(words);
  options.directory = directory;
  const bd::os::ProcessResult result = TRY(bd::os::RunProcess(options));
  if (result.exit_code == 0) return bd::Ok();
  return bd::Error{bd::Code::kIo, Cat(options.arguments[0], ": ", result.errors), "", false};
}

}  // namespace

bd::Result<Place> Place::Make(const std::string& program) {
  Place place;
  place.program_ = program;
  const std::string tmp = bd::os::GetEnv("TMPDIR");
  place.root_ = Cat(tmp.empty() ? "/tmp" : tmp, "/bd-torture.XXXXXX");
  if (mkdtemp(place.root_.data()) == nullptr) return bd::os::SystemError(errno, "make", place.root_);
  place.no_disk_ = MountDisk(place.root_);
  TRY(bd::os::MakeDirectory(place.Workspace(), kPrivate));
  TRY(bd::os::MakeDirectory(place.root_ + "/home", kPrivate));
  TRY(RunOther({"git", "init", "-q"}, place.Workspace()));
  const bd::os::ProcessResult made = TRY(place.Run({"init", "-p", "t", "-q"}));
  if (made.exit_code != 0) return bd::Error{bd::Code::kIo, Cat("bd init: ", made.errors), "", false};
  return place;
}

void Place::Remove() {
  (void)RunOther({"rm", "-rf", "--", Workspace(), root_ + "/home", Ballast()});
  if (no_disk_.empty()) (void)umount2(root_.c_str(), MNT_DETACH);
  (void)bd::os::RemoveDirectory(root_);
}

bd::os::EnvironmentChanges Place::Environment(bool auto_start) const {
  bd::os::EnvironmentChanges changes = {{"HOME", root_ + "/home"},
                                        {"BEADS_AUTO_START_DAEMON", auto_start ? "true" : "false"},
                                        {"BEADS_ACTOR", "torture"},
                                        {"GIT_CONFIG_NOSYSTEM", "1"}};
  for (const char* name : kUnset) changes.emplace_back(name, std::nullopt);
  return changes;
}

bd::Result<bd::os::ProcessResult> Place::Run(const std::vector<std::string>& words) const {
  bd::os::ProcessOptions options;
  options.arguments = {program_};
  options.arguments.insert(options.arguments.end(), words.begin(), words.end());
  options.directory = Workspace();
  options.environment = Environment(false);
  options.output_max = 256 << 20;
  return bd::os::RunProcess(options);
}

void Place::FillDisk(int64_t free) const {
  const bd::Result<bd::os::Fd> ballast = bd::os::OpenAppend(Ballast(), kPrivate);
  struct statvfs space {};
  if (!ballast || statvfs(root_.c_str(), &space) != 0) return;
  const auto left = static_cast<int64_t>(space.f_bavail * space.f_frsize) - free;
  if (left > 0) (void)posix_fallocate(ballast->get(), 0, left);
}

void Place::EmptyDisk() const { (void)bd::os::Unlink(Ballast()); }

std::string Place::Keep() const {
  const std::string kept = root_ + ".failed";
  (void)RunOther({"cp", "-a", "--", Workspace(), kept});
  return kept;
}

}  // namespace fault::torture
