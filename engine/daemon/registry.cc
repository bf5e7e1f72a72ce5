#include "engine/daemon/registry.h"

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/lock.h"

namespace bd {

namespace {

// Nobody waits long for a list: who is late is missing in it.
constexpr int64_t kLockMs = 200;

std::string Directory() {
  const std::string home = os::GetEnv("HOME");
  return home.empty() ? "" : home + "/.beads";
}

void Change(const std::string& database, const RegistryEntry* entry) {
  const std::string directory = Directory();
  if (directory.empty() || !os::MakeDirectory(directory, 0755)) return;
  Result<os::FileLock> lock = os::FileLock::Acquire(directory + "/registry.lock", kLockMs);
  if (!lock) return;
  std::vector<RegistryEntry> entries = ReadRegistry();
  std::erase_if(entries, [&database](const RegistryEntry& other) { return other.database == database; });
  if (entry != nullptr) entries.push_back(*entry);
  std::string text;
  JsonWriter out(text, JsonWriter::Form::kIndented);
  WriteJson(out, entries);
  (void)os::ReplaceOwnFile(directory + "/registry.json", text, 0600);
}

}  // namespace

std::vector<RegistryEntry> ReadRegistry() {
  std::vector<RegistryEntry> entries;
  Result<std::string> text = os::ReadFile(Directory() + "/registry.json");
  Result<JsonDocument> document = text ? JsonDocument::Parse(*text) : Result<JsonDocument>(text.error());
  if (!document || !ReadJson(document->root(), entries)) entries.clear();
  return entries;
}

void Register(const RegistryEntry& entry) { Change(entry.database, &entry); }
void Unregister(const std::string& database) { Change(database, nullptr); }

}  // namespace bd
