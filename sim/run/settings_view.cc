#include "sim/run/settings_view.h"

namespace sim {

void ShowSettings(const World& world, StoreViews& stores, std::string_view directory, Shown& shown) {
  const std::string beads = std::string(directory) + "/.beads", owner = SettingsOf(directory);
  shown.issues.insert(owner);
  auto take = [&](const std::string& line, std::string_view separator) {
    const size_t at = line.find(separator);
    if (at == std::string::npos || line.starts_with('#')) return;
    std::string value = line.substr(at + separator.size());
    if (value.size() > 1 && value[0] == '"') value = value.substr(1, value.size() - 2);
    shown.values[{owner, line.substr(0, at)}] = std::move(value);
  };
  for (const std::string& row : stores.Ask(beads + "/beads.db", "SELECT key || '=' || value FROM config"))
    take(row, "=");
  const InodeRef file = world.kernel().Find(beads + "/config.yaml");
  if (file == nullptr) return;
  const std::string text(file->content.visible());
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    take(text.substr(at, end - at), ": ");
    at = end + 1;
  }
}

}  // namespace sim
