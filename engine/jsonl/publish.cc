#include "engine/jsonl/publish.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/path.h"
#include "engine/os/random.h"

namespace bd {

namespace {

// Every .beads/.gitignore covers names that begin with the database's.
constexpr std::string_view kTemporaryPrefix = "beads.db.publish.";
constexpr int64_t kPastNanos = 4 * 1'000'000'000LL;

int64_t UniquePast() {
  return os::WallNanos() - kPastNanos - static_cast<int64_t>(os::Random64() % 1'000'000'000ULL);
}

}  // namespace

Publication::Publication(std::string path, std::string temporary, os::Fd file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

Publication::Publication(Publication&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::move(other.file_)),
      owns_temporary_(other.owns_temporary_) {
  other.owns_temporary_ = false;
}

Publication::~Publication() {
  if (owns_temporary_) (void)os::Unlink(temporary_);
}

Result<Publication> Publication::Begin(const std::string& path) {
  Result<os::FileInfo> present = os::Stat(path);
  const uint32_t mode = present ? present->mode : 0644;
  const std::string temporary = os::JoinPath(os::DirectoryOf(path), Cat(kTemporaryPrefix, os::RandomHex(8)));
  os::Fd file = TRY(os::CreateNew(temporary, mode));
  Publication publication(path, temporary, std::move(file));
  const std::string named = Cat(temporary, ".", TRY(os::Stat(publication.file_)).inode);
  TRY(os::Rename(temporary, named));
  publication.temporary_ = named;
  // The umask may have taken bits that the present file has.
  if (present) (void)os::SetMode(publication.file_, mode);
  return publication;
}

Result<Publication::Outcome> Publication::Finish() {
  TRY(os::SetModificationTime(file_, UniquePast()));
  TRY(os::Sync(file_));
  const os::FileInfo written = TRY(os::Stat(file_));
  Outcome outcome;
  if (!TRY(PutInPlace(outcome))) {
    return Error{Code::kReplaced, Cat(path_, " appeared or vanished while it was being written"), "", false};
  }
  TRY(os::SyncDirectory(os::DirectoryOf(path_)));
  // Once it has its name, anybody may write into it: size and time are those of what we wrote, so that
  // it does not pass for known.
  outcome.published = TRY(os::Stat(file_));
  outcome.published.size = written.size;
  outcome.published.mtime_ns = written.mtime_ns;
  return outcome;
}

Result<bool> Publication::PutInPlace(Outcome& outcome) {
  Result<bool> exchanged = os::Exchange(temporary_, path_);
  if (!exchanged && exchanged.error().code == Code::kNotFound) return PutInGap();
  if (!TRY(std::move(exchanged))) return PutOver(outcome);
  owns_temporary_ = false;
  outcome.kept_path = temporary_;
  outcome.kept_file = TRY(os::OpenRead(outcome.kept_path));
  outcome.kept = TRY(os::Stat(outcome.kept_file));
  return true;
}

// The target was missing. False: it is there now.
Result<bool> Publication::PutInGap() {
  Status placed = os::RenameToNew(temporary_, path_);
  if (!placed && placed.error().code == Code::kConflict) return false;
  TRY(std::move(placed));
  owns_temporary_ = false;
  return true;
}

// For file systems that cannot exchange names. A second name keeps what is there; where there are no
// links either, it stays open as long as it is looked at. Another version that comes in place after that is
// covered by the rename (docs/decisions/0004-publishing.md).
Result<bool> Publication::PutOver(Outcome& outcome) {
  MARK("publish.without_exchange");
  const std::string second_name = temporary_ + ".old";
  Status linked = os::Link(path_, second_name);
  if (!linked && linked.error().code == Code::kNotFound) return PutInGap();
  Result<os::Fd> old = os::OpenRead(linked ? second_name : path_);
  if (!old && old.error().code == Code::kNotFound) return false;
  outcome.kept_file = TRY(std::move(old));
  TRY(os::Rename(temporary_, path_));
  owns_temporary_ = false;
  if (linked) outcome.kept_path = second_name;
  outcome.kept = TRY(os::Stat(outcome.kept_file));
  return true;
}

bool WasNeverInPlace(const std::string& left_behind) {
  const Result<os::FileInfo> file = os::Stat(left_behind);
  return file && left_behind.ends_with(Cat(".", file->inode));
}

Result<std::vector<std::string>> LeftBehind(const std::string& path, const std::string& known) {
  std::vector<std::string> found;
  const std::string directory = os::DirectoryOf(path);
  for (const std::string& name : TRY(os::ListDirectory(directory))) {
    if (name.starts_with(kTemporaryPrefix) && name != known) found.push_back(os::JoinPath(directory, name));
  }
  return found;
}

}  // namespace bd
