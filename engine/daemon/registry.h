// registry.json in the user's ~/.beads: which daemons this user has started where. A convenience for `bd
// daemon list` and for clients that read it; what it says is looked at before it is believed.
#pragma once

#include <string>
#include <vector>

#include "engine/base/fields.h"
#include "engine/base/result.h"

namespace bd {

struct RegistryEntry {
  std::string workspace, socket, database, version, started_at;
  int64_t pid = 0;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace_path", self.workspace);
    visit("socket_path", self.socket);
    visit("database_path", self.database);
    visit("pid", self.pid);
    visit("version", self.version);
    visit("started_at", self.started_at);
  }
};

// Empty where there is none, or where it cannot be read.
std::vector<RegistryEntry> ReadRegistry();
// In place of what it said about that database; failures matter to nobody.
void Register(const RegistryEntry& entry);
void Unregister(const std::string& database);

}  // namespace bd
