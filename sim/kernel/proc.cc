// /proc, as far as somebody looks at it: who a process is, and which run of the machine this is.
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

std::string StatText(int number, const Process& process) {
  // Of the 22 fields that somebody reads, those between the parent and the start are not told.
  std::string text = std::to_string(number) + " (bd) S " + std::to_string(process.parent);
  for (int field = 5; field < 22; ++field) text += " 0";
  return text + " " + std::to_string(process.start_ticks) + " 0 0\n";
}

std::string BootText(int boot) {
  char text[64];
  snprintf(text, sizeof text, "b0070000-0000-4000-8000-%012d\n", boot);
  return text;
}

}  // namespace

Outcome Kernel::ResolveProc(const Process& process, std::string_view path, InodeRef& inode) const {
  std::string text;
  uint64_t id = 1;
  std::string_view rest = path.substr(std::string_view("/proc/").size());
  if (rest == "sys/kernel/random/boot_id") {
    text = BootText(boot_);
  } else if (rest == "self/ns/pid") {
    id = process.space == nullptr ? kMachinePidSpace : process.space->id;
  } else if (rest == "self/status") {
    text = "Name:\tbd\n" + (process.marks.empty() ? "NoNewPrivs:\t0\nSeccomp:\t0\n" : process.marks);
  } else {
    int pid = NumberFor(process, process);
    if (rest.starts_with("self/")) {
      rest.remove_prefix(5);
    } else {
      const char* const end = rest.data() + rest.size();
      const auto [at, error] = std::from_chars(rest.data(), end, pid);
      if (error != std::errc() || at == end) return -ENOENT;
      rest.remove_prefix(static_cast<size_t>(at - rest.data()) + 1);
    }
    const Process* found = FindFor(process, pid);
    if (found == nullptr || found->exited || rest != "stat") return -ENOENT;
    text = StatText(pid, *found);
  }
  inode = std::make_shared<Inode>(id, InodeKind::kText, 0444);
  inode->uid = inode->gid = 0;
  inode->target = std::move(text);
  inode->links = 1;
  return 0;
}

}  // namespace sim
