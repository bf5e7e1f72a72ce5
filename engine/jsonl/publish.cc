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
  if (!exchanged && exchanged.error().code == Code::kNotFound) {
    Status linked = os::Link(temporary_, path_);
    if (!linked && linked.error().code == Code::kConflict) return false;
    TRY(std::move(linked));
    // Now, not later: it changes the file's ctime, and the record is to have the last one.
    owns_temporary_ = false;
    TRY(os::Unlink(temporary_));
    return true;
  }
  if (!exchanged) return std::move(exchanged).error();
  outcome.kept_path = temporary_;
  if (!*exchanged) {
    MARK("publish.without_exchange");
    outcome.kept_path = temporary_ + ".old";
    Status linked = os::Link(path_, outcome.kept_path);
    if (!linked && linked.error().code == Code::kNotFound) return false;
    TRY(std::move(linked));
    TRY(os::Rename(temporary_, path_));
  }
  owns_temporary_ = false;
  outcome.kept = TRY(os::Stat(outcome.kept_path));
  return true;
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
