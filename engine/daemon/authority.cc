#include "engine/daemon/authority.h"

#include "engine/base/fields.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"

namespace bd {

namespace {

constexpr int64_t kRecordMax = 65536;

// What 0.49.6 writes into daemon.lock, key by key.
struct LockText {
  int64_t pid = 0;
  std::string database, version, started_at;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("pid", self.pid);
    visit("database", self.database);
    visit("version", self.version);
    visit("started_at", self.started_at);
  }
};

template <typename T>
std::string JsonLines(const T& value) {
  std::string text;
  JsonWriter out(text, JsonWriter::Form::kIndented);
  WriteJson(out, value);
  return text + "\n";
}

}  // namespace

std::optional<DaemonRecord> ReadRecord(const DaemonPlace& place) {
  Result<std::string> text = os::ReadFile(place.Record(), kRecordMax);
  if (!text) return std::nullopt;
  Result<JsonDocument> document = JsonDocument::Parse(*text);
  DaemonRecord record;
  if (!document || !ReadJson(document->root(), record)) return std::nullopt;
  return record;
}

Result<Authority> Authority::Take(const DaemonPlace& place) {
  // Who looks for an owner looks at the second lock: of two who start, the later one must find it taken.
  os::Fd owner = TRY(os::OpenReadWrite(place.Owner(), 0600));
  if (Status taken = os::TakeRangeLock(owner); !taken) {
    taken.error().message =
        taken.error().code == Code::kBusy
            ? Cat("the database ", place.database, " is served by another daemon")
            : Cat("the lock ", place.Owner(), " cannot be taken: ", taken.error().message);
    return std::move(taken).error();
  }
  os::FileLock lock = TRY(os::FileLock::Acquire(TRY(os::OpenReadWrite(place.Lock(), 0600)), place.Lock(), 0));
  return Authority(place, std::move(lock), std::move(owner));
}

Status Authority::Announce(const DaemonRecord& record) {
  const LockText text{record.process.pid, record.database, record.version, record.started_at};
  TRY(os::OverwriteFile(place_.Lock(), JsonLines(text), 0600));
  TRY(os::OverwriteFile(place_.PidFile(), Cat(record.process.pid, "\n"), 0600));
  TRY(os::ReplaceOwnFile(place_.Record(), JsonLines(record), 0600));
  instance_ = record.instance;
  return Ok();
}

bool Authority::IsIntact() const {
  const Result<os::FileInfo> held = os::Stat(owner_), named = os::Stat(place_.Owner());
  return held && named && SameFile(*held, *named);
}

void Authority::Withdraw() {
  const std::optional<DaemonRecord> record = ReadRecord(place_);
  if (instance_.empty() || !record || record->instance != instance_) return;
  (void)os::Unlink(place_.Record());
  (void)os::Unlink(place_.PidFile());
}

OwnerLook LookForOwner(const DaemonPlace& place) {
  Result<os::Fd> file = os::OpenRead(place.Owner());
  if (!file && file.error().code == Code::kNotFound) return {};
  if (!file) return {OwnerLook::Owner::kUnknown, file.error().message};
  Result<bool> held = os::HasRangeLock(*file);
  if (!held) return {OwnerLook::Owner::kUnknown, held.error().message};
  return {*held ? OwnerLook::Owner::kPresent : OwnerLook::Owner::kNone, ""};
}

}  // namespace bd
