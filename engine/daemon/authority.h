// Who serves a database. There is one truth, a lock that the kernel keeps; everything else is evidence.
//
// Invariants:
//  1. At most one process has authority over a database: an exclusive lock on the open file description of
//     DATABASE.owner, and a flock on daemon.lock, which 0.49.6 looks at. Both files are never unlinked.
//  2. A look takes no lock, so that it keeps nobody from starting.
//  3. What cannot be looked at is unknown, and of the unknown nothing destructive follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/fields.h"
#include "engine/base/result.h"
#include "engine/daemon/options.h"
#include "engine/daemon/place.h"
#include "engine/os/lock.h"
#include "engine/os/process_identity.h"

namespace bd {

// Who the owner says it is (DATABASE.daemon). Evidence: it may be left over.
struct DaemonRecord {
  std::string instance;  // random, of this one life
  os::ProcessIdentity process;
  int64_t user = 0;
  std::string host, version;
  int64_t protocol = 0;
  std::string database, socket, started_at, managed_by;
  DaemonOptions options;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("instance", self.instance);
    visit("pid", self.process.pid);
    visit("pid_start", self.process.start);
    visit("boot_id", self.process.boot);
    visit("pid_namespace", self.process.pid_namespace);
    visit("uid", self.user);
    visit("host", self.host);
    visit("version", self.version);
    visit("protocol", self.protocol);
    visit("database", self.database);
    visit("socket", self.socket);
    visit("started_at", self.started_at);
    visit("managed_by", self.managed_by, kOmitEmpty);
    visit("options", self.options);
  }
};
std::optional<DaemonRecord> ReadRecord(const DaemonPlace& place);

class Authority {
 public:
  // kBusy: somebody else has it. kDenied: the files cannot be written.
  static Result<Authority> Take(const DaemonPlace& place);
  // Says who has it, in the files that people and clients look at.
  Status Announce(const DaemonRecord& record);
  // Whether the locked file is still the one that others look at: who removed it, or the whole workspace, has
  // ended it.
  bool IsIntact() const;
  // Takes back what Announce said, if it is still ours.
  void Withdraw();

 private:
  Authority(DaemonPlace place, os::FileLock lock, os::Fd owner)
      : place_(std::move(place)), lock_(std::move(lock)), owner_(std::move(owner)) {}
  DaemonPlace place_;
  os::FileLock lock_;
  os::Fd owner_;
  std::string instance_;
};

struct OwnerLook {
  enum class Owner { kNone, kPresent, kUnknown };
  Owner owner = Owner::kNone;
  std::string reason;  // why it is unknown
};
OwnerLook LookForOwner(const DaemonPlace& place);

}  // namespace bd
