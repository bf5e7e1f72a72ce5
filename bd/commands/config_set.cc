// bd config set: stores a setting where settings of its name live.
#include "bd/key_value.h"
#include "bd/setting.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/lock.h"
#include "engine/os/path.h"
#include "engine/storage/settings.h"
#include "engine/sync/git.h"

namespace bd {
namespace {

constexpr int64_t kConfigBytesMax = 1 << 20;
// Settings may hold keys of other services.
constexpr int kConfigMode = 0600;

Result<KeyValue> Prepare(Invocation& invocation) {
  KeyValue args{invocation.arguments[0], invocation.arguments[1]};
  TRY(CheckSetting(FindSetting(args.key), args.value));
  return args;
}

// One after the other: who reads the file while another changes it would write the old line back.
Status WriteFileSetting(Session& session, const KeyValue& args, const std::string& key) {
  const os::FileLock lock =
      TRY(os::FileLock::Acquire(session.workspace().SharedLock(), session.options().lock_timeout_ms));
  const std::string file = session.workspace().ConfigFile();
  Result<std::string> text = os::ReadFile(file, kConfigBytesMax);
  if (!text && text.error().code != Code::kNotFound) return std::move(text).error();
  return os::ReplaceFile(file, SetYamlLine(text ? *text : "", key, args.value), kConfigMode);
}

Status WriteGitSetting(Session& session, const KeyValue& args) {
  const os::ProcessResult result =
      TRY(RunGit(os::DirectoryOf(session.workspace().directory), {"config", args.key, args.value}));
  if (result.exit_code == 0) return Ok();
  return Error{Code::kIo, Cat("git config ", args.key, " failed: ", Trim(result.errors)), "", false};
}

Result<SettingBody> Run(Session& session, const KeyValue& args) {
  const Setting setting = FindSetting(args.key);
  SettingBody body{args.key, std::string(setting.PlaceName()), args.value, {}};
  switch (setting.place) {
    case Setting::Place::kDatabase: {
      TRY(session.BeginWrite());
      TRY(SetConfig(session.tx(), setting.key, args.value));
      TRY(session.Commit());
      const std::string likely = LikelyKey(setting.key);
      if (!likely.empty())
        body.notes.push_back(Cat("note: no setting is called ", args.key, "; did you mean ", likely, "?"));
      break;
    }
    case Setting::Place::kConfigFile: TRY(WriteFileSetting(session, args, setting.key)); break;
    case Setting::Place::kGit: TRY(WriteGitSetting(session, args)); break;
  }
  return body;
}

void Print(const SettingBody& body, Output& out) {
  out.Line(Cat("Set ", body.key, " = ", *body.value,
               body.location.empty() ? "" : Cat(" (in ", body.location, ")")));
}

}  // namespace

extern const Command kCommand_config_set = {
    .name = "config set",
    .summary = "Set a setting",
    .arguments = "<key> <value>",
    .help = R"(
Settings that are needed before the database is open go to .beads/config.yaml, beads.role to git's
configuration, everything else to the database.

Examples:
  bd config set types.custom "story,spike"
  bd config set status.custom "review"
  bd config set no-push true)",
    .arity = kExactly(2),
    .needs = Needs::kSession,
    .write_name = "config set",
    .handlers = Handle<KeyValue, SettingBody, Prepare, Run, Print>(),
};

}  // namespace bd
