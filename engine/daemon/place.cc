#include "engine/daemon/place.h"

#include "engine/base/hash.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {

namespace {

// Of the 107 bytes that Linux takes, and the 103 of macOS; a new socket is made under a longer name first.
constexpr size_t kPathMax = 103 - sizeof(".new");

std::string ShortSocket(const std::string& database) {
  Sha256 hash;
  hash.Add(database);
  return Cat("/tmp/beads-", os::EffectiveUser(), "-", hash.HexDigest().substr(0, 16), "/bd.sock");
}

}  // namespace

DaemonPlace DaemonPlace::Of(const std::string& database) {
  DaemonPlace place;
  place.database = database;
  place.directory = os::DirectoryOf(database);
  place.socket = os::GetEnv("BD_SOCKET");
  if (place.socket.empty()) place.socket = place.In("bd.sock");
  if (place.socket.size() > kPathMax) place.socket = ShortSocket(database);
  return place;
}

Status DaemonPlace::MakeSocketDirectory() const {
  if (!HasShortSocket() || !os::GetEnv("BD_SOCKET").empty()) return Ok();
  const std::string path = os::DirectoryOf(socket);
  TRY(os::MakeDirectory(path, 0700));
  const os::FileInfo info = TRY(os::Stat(path));
  // Anybody can make names in /tmp.
  if (info.kind == os::FileKind::kDirectory && info.owner == os::EffectiveUser() && (info.mode & 077) == 0)
    return Ok();
  return Error{Code::kDenied, Cat(path, " is not a directory of ours alone"), "set BD_SOCKET to another path",
               false};
}

}  // namespace bd
