// Yardsticks for whole commands: what the machine needs at least. Linked as bd is.
//
//   baseline empty             starts and ends
//   baseline open DB           opens a store with SQLite and reads one row
//   baseline commit DB         one durable transaction that changes one row (BEGIN IMMEDIATE .. COMMIT)
//   baseline publish DIR       creates a file of 1 KB, syncs it, renames it, syncs the directory
//   baseline copy FILE DIR     copies a file and syncs the copy
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/files.h"
#include "engine/storage/sqlite.h"

namespace bd {
namespace {

constexpr int64_t kBusyTimeoutMs = 5000;

Status OpenStore(const std::string& path) {
  Db db = TRY(Db::Open(path, Db::Mode::kReadWrite, kBusyTimeoutMs));
  Statement row = TRY(db.Prepare("SELECT value FROM config LIMIT 1"));
  TRY(row.Step());
  return Ok();
}

Status CommitOnce(const std::string& path) {
  Db db = TRY(Db::Open(path, Db::Mode::kReadWrite, kBusyTimeoutMs));
  TRY(db.Run("PRAGMA synchronous = FULL"));
  TRY(db.Run("BEGIN IMMEDIATE"));
  TRY(db.Execute("INSERT OR REPLACE INTO metadata(key, value) VALUES ('baseline', hex(randomblob(8)))"));
  return db.Run("COMMIT");
}

Status PublishOnce(const std::string& directory) {
  const std::string temporary = directory + "/baseline.new";
  {
    os::Fd file = TRY(os::OpenReadWrite(temporary, 0644));
    TRY(os::Write(file, std::string(1024, 'x')));
    TRY(os::Sync(file));
  }
  TRY(os::Rename(temporary, directory + "/baseline"));
  return os::SyncDirectory(directory);
}

Status CopyOnce(const std::string& from, const std::string& directory) {
  const std::string path = directory + "/baseline.copy";
  os::Fd source = TRY(os::OpenRead(from));
  {
    os::Fd target = TRY(os::OpenReadWrite(path, 0644));
    TRY(os::CopyRange(source, 0, TRY(os::Stat(source)).size, target));
    TRY(os::Sync(target));
  }
  return os::Unlink(path);
}

Status RunMode(const std::vector<std::string>& words) {
  const std::string mode = words.empty() ? "" : words[0];
  if (mode == "empty") return Ok();
  if (mode == "open" && words.size() == 2) return OpenStore(words[1]);
  if (mode == "commit" && words.size() == 2) return CommitOnce(words[1]);
  if (mode == "publish" && words.size() == 2) return PublishOnce(words[1]);
  if (mode == "copy" && words.size() == 3) return CopyOnce(words[1], words[2]);
  return Error{Code::kUsage, "usage: baseline empty | open DB | commit DB | publish DIR | copy FILE DIR", "",
               false};
}

}  // namespace
}  // namespace bd

int main(int count, char** words) {
  const bd::Status status = bd::RunMode(std::vector<std::string>(words + 1, words + count));
  if (!status) (void)bd::os::Write(2, status.error().message + "\n");
  return status ? 0 : 1;
}
