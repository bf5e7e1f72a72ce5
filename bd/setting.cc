#include "bd/setting.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/storage/settings.h"

namespace bd {

namespace {

constexpr std::string_view kRoleKey = "beads.role";
constexpr std::string_view kSyncModeKey = "sync.mode";

// Keys that this program reads, for the sake of typing mistakes.
constexpr std::string_view kKnownKeys[] = {"issue_prefix",
                                           "allowed_prefixes",
                                           "types.custom",
                                           "status.custom",
                                           "import.orphan_handling",
                                           "min_hash_length",
                                           "max_hash_length",
                                           "max_collision_prob",
                                           "conflict.strategy",
                                           "json",
                                           "no-db",
                                           "no-daemon",
                                           "no-auto-flush",
                                           "no-auto-import",
                                           "auto-start-daemon",
                                           "flush-debounce",
                                           "lock-timeout",
                                           "no-push",
                                           "sync-branch",
                                           "sync.mode",
                                           "create.require-description",
                                           "hierarchy.max-depth",
                                           "validation.on-create",
                                           "validation.on-sync"};

constexpr SyncMode kSyncModes[] = {
    {"git-portable", "JSONL exported on push, imported on pull (default)"},
    {"realtime", "JSONL exported on every change (more git noise)"},
    {"dolt-native", "Dolt remotes for sync, JSONL export-only backup (requires Dolt backend)"},
    {"belt-and-suspenders", "Both Dolt remotes and JSONL (maximum redundancy)"},
};

Status CheckSyncBranch(std::string_view branch) {
  if (branch != "main" && branch != "master") return Ok();
  return Error{
      Code::kInvalid,
      Cat("Error setting config: cannot use '", branch,
          "' as sync branch: git worktrees prevent checking out the same branch in multiple locations. "
          "Use a dedicated branch like 'beads-sync' instead"),
      "", true};
}

}  // namespace

std::string_view Setting::PlaceName() const {
  switch (place) {
    case Place::kConfigFile: return "config.yaml";
    case Place::kGit: return "git config";
    case Place::kDatabase: break;
  }
  return "";
}

Setting FindSetting(std::string_view key) {
  Setting setting;
  setting.key = key == "sync.branch" ? "sync-branch" : std::string(key);
  if (key == kRoleKey) {
    setting.place = Setting::Place::kGit;
  } else if (IsFileSetting(setting.key)) {
    setting.place = Setting::Place::kConfigFile;
  }
  return setting;
}

void SettingBody::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  out.Key("key");
  out.String(key);
  if (!location.empty()) {
    out.Key("location");
    out.String(location);
  }
  out.Key("value");
  out.String(value.value_or(""));
  out.EndObject();
}

std::string LikelyKey(std::string_view key) {
  constexpr int kEditsMax = 2;
  std::string likely;
  int best = kEditsMax + 1;
  for (std::string_view known : kKnownKeys) {
    const int edits = EditDistance(std::string(key), std::string(known));
    if (edits == 0) return "";
    if (edits < best) {
      best = edits;
      likely = known;
    }
  }
  return likely;
}

Status CheckSetting(const Setting& setting, std::string_view value) {
  if (setting.key.empty()) return Invalid("the key is empty");
  if (setting.key == kRoleKey && value != "maintainer" && value != "contributor") {
    return Invalid(Cat("invalid role ", Quote(value), " (valid values: maintainer, contributor)"));
  }
  if (setting.key == "sync-branch") return CheckSyncBranch(value);
  if (setting.key == "issue_prefix" && Trim(value).empty())
    return Invalid("the prefix of issue ids cannot be empty");
  return Ok();
}

std::span<const SyncMode> SyncModes() { return kSyncModes; }

const SyncMode* FindSyncMode(std::string_view name) {
  const auto found = std::find_if(std::begin(kSyncModes), std::end(kSyncModes),
                                  [name](const SyncMode& mode) { return mode.name == name; });
  return found == std::end(kSyncModes) ? nullptr : found;
}

Result<SyncMode> PresentSyncMode(Session& session) {
  const std::optional<std::string> stored = TRY(GetConfig(session.tx(), kSyncModeKey));
  const SyncMode* mode = FindSyncMode(stored ? *stored : session.config().Get(kSyncModeKey));
  return mode ? *mode : kSyncModes[0];
}

Status SetSyncMode(Session& session, std::string_view name) {
  if (FindSyncMode(name) == nullptr) {
    std::string valid;
    for (const SyncMode& mode : kSyncModes) valid += Cat(valid.empty() ? "" : " ", mode.name);
    return Invalid(Cat("failed to set sync mode: invalid sync mode: ", name, " (valid: [", valid, "])"));
  }
  return SetConfig(session.tx(), kSyncModeKey, name);
}

}  // namespace bd
