// bd config validate: whether the settings about synchronisation make sense.
#include <algorithm>

#include "bd/setting.h"
#include "engine/base/text.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  std::vector<std::string> issues;
  bool valid = true;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("valid", self.valid);
  }
  bool Prints(bool json) const { return json || valid; }
  bool Fails() const { return !valid; }
  std::string FailureLine() const {
    std::string lines = "Configuration problems:";
    for (const std::string& issue : issues) lines += Cat("\n  - ", issue);
    return lines;
  }
};

struct Choice {
  std::string_view key;
  std::vector<std::string_view> values;
};

Result<Body> Run(Session& session, const NoArgs&) {
  const Choice choices[] = {
      {"sync.mode", {"git-portable", "realtime", "dolt-native", "belt-and-suspenders"}},
      {"sync.export_on", {"push", "change"}},
      {"sync.import_on", {"pull", "change"}},
      {"conflict.strategy", {"newest", "ours", "theirs", "manual"}},
      {"validation.on-create", {"none", "warn", "error"}},
      {"validation.on-sync", {"none", "warn", "error"}},
  };
  Body body;
  for (const Choice& choice : choices) {
    const std::optional<std::string> stored = TRY(GetConfig(session.tx(), choice.key));
    const std::string value = stored ? *stored : session.config().Get(choice.key);
    if (value.empty() || std::find(choice.values.begin(), choice.values.end(), value) != choice.values.end())
      continue;
    std::string valid;
    for (std::string_view word : choice.values) valid += Cat(valid.empty() ? "" : ", ", word);
    body.issues.push_back(Cat(choice.key, " is ", Quote(value), " (valid: ", valid, ")"));
  }
  if (Status branch = CheckSetting(FindSetting("sync-branch"), session.config().Get("sync-branch"));
      !branch) {
    body.issues.push_back("sync-branch names the main branch; use a branch of its own, such as beads-sync");
  }
  body.valid = body.issues.empty();
  return body;
}

void Print(const Body&, Output& out) { out.Line("✓ All sync-related configuration is valid"); }

}  // namespace

extern const Command kCommand_config_validate = {
    .name = "config validate",
    .summary = "Check the settings about synchronisation",
    .needs = Needs::kRead,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
