#include "faultinject/real/filter.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "faultinject/real/assess.h"

namespace fault::real {

namespace {

// One system call that an op stands for; `when`: only with this argument.
struct Filtered {
  std::string_view op;
  int call = 0;
  unsigned argument = 0;
  uint64_t mask = 0;  // 0: with any arguments
  uint64_t value = 0;
};

constexpr uint64_t kAll = ~uint64_t{0};
constexpr uint64_t kTypeOfSocket = 0xf;

const Filtered kFiltered[] = {
    {"socket", SCMP_SYS(socket), 0, kAll, AF_UNIX},
    {"socketpair", SCMP_SYS(socketpair), 1, kTypeOfSocket, SOCK_DGRAM},
    {"bind", SCMP_SYS(bind)},
    {"listen", SCMP_SYS(listen)},
    {"connect", SCMP_SYS(connect)},
    {"accept", SCMP_SYS(accept)},
    {"accept", SCMP_SYS(accept4)},
    {"send", SCMP_SYS(sendto)},
    {"send", SCMP_SYS(sendmsg)},
    {"send", SCMP_SYS(sendmmsg)},
    {"recv", SCMP_SYS(recvfrom)},
    {"recv", SCMP_SYS(recvmsg)},
    {"recv", SCMP_SYS(recvmmsg)},
    {"shutdown", SCMP_SYS(shutdown)},
    {"sockopt", SCMP_SYS(getsockopt)},
    {"sockopt", SCMP_SYS(setsockopt)},
    {"chmod", SCMP_SYS(chmod)},
    {"chmod", SCMP_SYS(fchmod)},
    {"chmod", SCMP_SYS(fchmodat)},
    {"utime", SCMP_SYS(utimensat)},
    {"utime", SCMP_SYS(utimes)},
    {"utime", SCMP_SYS(utime)},
    {"utime", SCMP_SYS(futimesat)},
    {"flock", SCMP_SYS(flock)},
    {"lock", SCMP_SYS(fcntl), 1, kAll, F_SETLK},
    {"lock", SCMP_SYS(fcntl), 1, kAll, F_SETLKW},
    {"lock", SCMP_SYS(fcntl), 1, kAll, F_OFD_SETLK},
    {"lock", SCMP_SYS(fcntl), 1, kAll, F_OFD_SETLKW},
    {"link", SCMP_SYS(link)},
    {"link", SCMP_SYS(linkat)},
    {"rename", SCMP_SYS(rename)},
    {"rename", SCMP_SYS(renameat)},
    {"rename", SCMP_SYS(renameat2)},
    {"io_uring", SCMP_SYS(io_uring_setup)},
    {"io_uring", SCMP_SYS(io_uring_enter)},
    {"io_uring", SCMP_SYS(io_uring_register)},
    {"ptrace", SCMP_SYS(ptrace)},
    {"ptrace", SCMP_SYS(process_vm_readv)},
    {"ptrace", SCMP_SYS(process_vm_writev)},
};

int Deny(scmp_filter_ctx filter, const Filtered& row, int error) {
  const uint32_t action = SCMP_ACT_ERRNO(static_cast<uint16_t>(error));
  if (row.mask == 0) return seccomp_rule_add(filter, action, row.call, 0);
  const scmp_arg_cmp with{row.argument, SCMP_CMP_MASKED_EQ, row.mask, row.value};
  return seccomp_rule_add_array(filter, action, row.call, 1, &with);
}

bool Unplugs(const Profile& profile, const Means& means) {
  return profile.no_network && HowToUnplug(means) == How::kSeccomp;
}

int AddAll(scmp_filter_ctx filter, const Profile& profile, const Means& means) {
  for (const uint64_t family : {uint64_t{AF_INET}, uint64_t{AF_INET6}}) {
    if (!Unplugs(profile, means)) break;
    if (const int wrong = Deny(filter, {"", SCMP_SYS(socket), 0, kAll, family}, EACCES); wrong != 0)
      return wrong;
  }
  for (const Rule& rule : profile.denials) {
    if (!rule.path.empty() || HowToDeny(profile, rule) != How::kSeccomp) continue;
    for (const Filtered& row : kFiltered) {
      if (row.op != rule.op) continue;
      if (const int wrong = Deny(filter, row, rule.error); wrong != 0) return wrong;
    }
  }
  return 0;
}

bool IsNeeded(const Profile& profile, const Means& means) {
  if (Unplugs(profile, means)) return true;
  for (const Rule& rule : profile.denials) {
    if (HowToDeny(profile, rule) == How::kSeccomp) return true;
  }
  return false;
}

}  // namespace

bool CanFilter(std::string_view op) {
  for (const Filtered& row : kFiltered) {
    if (row.op == op) return true;
  }
  return false;
}

std::string DenyCalls(const Profile& profile, const Means& means) {
  if (!IsNeeded(profile, means)) return "";
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return "seccomp: no filter can be made";
  int wrong = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  if (wrong == 0) wrong = AddAll(filter, profile, means);
  if (wrong == 0) wrong = seccomp_load(filter);
  seccomp_release(filter);
  return wrong == 0 ? "" : std::string("seccomp: ") + strerror(-wrong);
}

}  // namespace fault::real
