// bd daemon logs: the end of the daemon's log.
#include <algorithm>

#include "bd/daemon/daemon_args.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {{"lines", kInt, "How many lines", 'n', "50"}};

struct Args : DaemonArgs {
  int64_t lines = 50;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    DaemonArgs::Describe(visit, self);
    visit("lines", self.lines);
  }
};

struct Body {
  std::string workspace, log_path, content;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("log_path", self.log_path);
    visit("content", self.content);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  return Args{TRY(PrepareDaemonArgs(invocation)), invocation.flags.Int("lines")};
}

Result<Body> Run(const Args& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  std::string text = TRY(os::ReadFile(place.Log()));
  size_t begin = text.size();
  for (int64_t i = 0; i <= args.lines && begin != 0 && begin != std::string::npos; ++i) {
    begin = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
  }
  if (begin != 0 && begin != std::string::npos) text.erase(0, begin + 1);
  return Body{os::DirectoryOf(place.directory), place.Log(), std::move(text)};
}

void Print(const Body& body, Output& out) {
  for (const std::string& line : Split(body.content, '\n')) {
    if (!line.empty()) out.Line(line);
  }
}

}  // namespace

extern const Command kCommand_daemon_logs = {
    .name = "daemon logs",
    .summary = "Show the end of the daemon's log",
    .arguments = "[workspace-path|pid]",
    .flags = kFlags,
    .arity = {0, 1},
    .needs = Needs::kPlace,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
