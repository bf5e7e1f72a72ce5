#include "engine/storage/readonly.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/os/random.h"

namespace bd {

namespace {

constexpr int kAttemptsMax = 5;

struct Moment {
  int64_t size = 0;
  int64_t mtime_ns = 0;
  friend bool operator==(const Moment&, const Moment&) = default;
};

Moment MomentOf(const std::string& path) {
  Result<os::FileInfo> info = os::Stat(path);
  return info ? Moment{info->size, info->mtime_ns} : Moment{};
}

struct StoreMoment {
  Moment database, wal;
  friend bool operator==(const StoreMoment&, const StoreMoment&) = default;
};

StoreMoment MomentOfStore(const std::string& path) { return {MomentOf(path), MomentOf(path + "-wal")}; }

// A directory of our own for temporary files, removed with its content.
class PrivateDirectory {
 public:
  static Result<PrivateDirectory> Make() {
    std::string base = os::GetEnv("TMPDIR");
    if (base.empty() || !os::IsDirectory(base)) base = "/tmp";
    PrivateDirectory directory;
    directory.path_ = os::JoinPath(base, Cat("bd-", os::RandomHex(8)));
    TRY(os::MakeDirectory(directory.path_, 0700));
    return directory;
  }
  PrivateDirectory(PrivateDirectory&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  PrivateDirectory& operator=(PrivateDirectory&&) = delete;
  ~PrivateDirectory() {
    if (path_.empty()) return;
    for (const char* suffix : {"", "-wal", "-shm"}) (void)os::Unlink(Cat(path_, "/copy.db", suffix));
    (void)os::RemoveDirectory(path_);
  }
  std::string File() const { return path_ + "/copy.db"; }

 private:
  PrivateDirectory() = default;
  std::string path_;
};

Status CopyFile(const std::string& from, const std::string& to) {
  os::Fd source = TRY(os::OpenRead(from));
  os::Fd target = TRY(os::CreateNew(to, 0600));
  return os::CopyRange(source, 0, TRY(os::Stat(source)).size, target);
}

Result<Db> ToMemory(Db from) {
  Db memory = TRY(Db::Open("", Db::Mode::kMemory, 0));
  TRY(memory.CopyFrom(from));
  return memory;
}

// Without frames in the WAL the database file is the whole truth.
Result<Db> ReadImmutable(const std::string& path) {
  return ToMemory(TRY(Db::Open(path, Db::Mode::kImmutable, 0)));
}

Result<Db> ReadCopied(const std::string& path) {
  PrivateDirectory directory = TRY(PrivateDirectory::Make());
  TRY(CopyFile(path, directory.File()));
  TRY(CopyFile(path + "-wal", directory.File() + "-wal"));
  Db copy = TRY(Db::Open(directory.File(), Db::Mode::kReadWrite, 0));
  // Nobody shares it: so the WAL's index is not mapped, which may be what did not work.
  TRY(copy.Run("PRAGMA locking_mode = EXCLUSIVE"));
  return ToMemory(std::move(copy));
}

}  // namespace

Result<Db> CopyForReading(const std::string& path) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const StoreMoment before = MomentOfStore(path);
    if (before.wal.size > 0) MARK("readonly.copied_with_wal");
    Result<Db> copy = before.wal.size > 0 ? ReadCopied(path) : ReadImmutable(path);
    if (MomentOfStore(path) == before) return copy;
    MARK("readonly.changed_while_copying");
  }
  return Error{Code::kBusy, Cat("the database ", path, " changes too fast to be copied"),
               "run the command again", false};
}

}  // namespace bd
