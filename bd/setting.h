// Settings by name: where each lives, and how it is read and written there. `bd config` is made of this.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bd/command.h"

namespace bd {

struct Setting {
  enum class Place { kDatabase, kConfigFile, kGit };
  std::string key;  // canonical: "sync.branch" is "sync-branch"
  Place place = Place::kDatabase;
  // As answers name it; empty for the database.
  std::string_view PlaceName() const;
};
Setting FindSetting(std::string_view key);

// What the answers of `config get` and `config set` share.
struct SettingBody {
  std::string key, location;
  std::optional<std::string> value;
  std::vector<std::string> notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("key", self.key);
    visit("location", self.location, kOmitEmpty);
    visit("value", self.value, kOmitEmpty);
    visit("notes", self.notes, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const;
};

// A name of ours that was probably meant; empty if the key is one or resembles none.
std::string LikelyKey(std::string_view key);

// kInvalid if the value makes no sense for the key.
Status CheckSetting(const Setting& setting, std::string_view value);

// The modes of synchronisation that the tables of 0.49.6 know.
struct SyncMode {
  std::string_view name, description;
  // Without the remark in brackets.
  std::string_view Short() const { return description.substr(0, description.find(" (")); }
};
std::span<const SyncMode> SyncModes();
const SyncMode* FindSyncMode(std::string_view name);
// Of the database, else of the settings in files.
Result<SyncMode> PresentSyncMode(Session& session);
Status SetSyncMode(Session& session, std::string_view name);

}  // namespace bd
