// bd daemon logs: the end of the daemon's log.
#include <algorithm>

#include "bd/daemon/daemon_args.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {{"lines", kInt, "How many lines", 'n', "50"},
                           {"follow", kBool, "Go on with what comes", 'f'}};

constexpr int64_t kLookEveryMs = 500;

// How far a log was read: a place in one file, whatever it is called by now.
struct ReadSoFar {
  int64_t inode = 0, offset = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("inode", self.inode);
    visit("offset", self.offset);
  }
};

struct Body {
  std::string workspace, log_path, content;
  ReadSoFar so_far;  // with --follow
  bool follows = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("workspace", self.workspace);
    visit("log_path", self.log_path);
    visit("content", self.content);
  }
  std::optional<std::string> JsonLines() const {
    if (!follows) return std::nullopt;
    std::string lines;
    for (const std::string& line : Split(content, '\n')) {
      if (!line.empty()) lines += Cat("{\"line\":", JsonString(line), "}\n");
    }
    return lines;
  }
};

struct Args : DaemonArgs {
  int64_t lines = 50;
  bool follow = false;
  ReadSoFar so_far;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    DaemonArgs::Describe(visit, self);
    visit("lines", self.lines);
    visit("follow", self.follow);
    visit("so_far", self.so_far);
  }
  std::optional<int64_t> Follow(const Body& body) {
    if (!follow) return std::nullopt;
    so_far = body.so_far;
    return kLookEveryMs;
  }
};

Result<Args> Prepare(Invocation& invocation) {
  Args args{TRY(PrepareDaemonArgs(invocation)), invocation.flags.Int("lines"), false, {}};
  args.follow = invocation.flags.Bool("follow");
  return args;
}

// The lines that are complete; what was read is moved on behind them. kNotFound.
Result<std::string> ReadOn(const std::string& path, ReadSoFar& so_far) {
  const os::Fd file = TRY(os::OpenRead(path));
  const os::FileInfo info = TRY(os::Stat(file));
  const bool is_other = so_far.inode != static_cast<int64_t>(info.inode) || info.size < so_far.offset;
  if (is_other) so_far = {static_cast<int64_t>(info.inode), 0};
  std::string text(static_cast<size_t>(info.size - so_far.offset), '\0');
  text.resize(TRY(os::ReadAt(file, text.data(), text.size(), so_far.offset)));
  text.resize(text.rfind('\n') + 1);  // nothing, if there is none
  so_far.offset += static_cast<int64_t>(text.size());
  return text;
}

// What came since the last look, also if the log was set aside meanwhile.
std::string ReadNews(const std::string& path, ReadSoFar& so_far) {
  std::string text;
  const Result<os::FileInfo> now = os::Stat(path), before = os::Stat(path + ".1");
  if (before && static_cast<int64_t>(before->inode) == so_far.inode) {
    if (Result<std::string> rest = ReadOn(path + ".1", so_far)) text = std::move(*rest);
  }
  if (!now) return text;
  if (Result<std::string> more = ReadOn(path, so_far)) text += *more;
  return text;
}

Result<Body> Run(const Args& args) {
  const DaemonPlace place = DaemonPlace::Of(args.database);
  Body body{os::DirectoryOf(place.directory), place.Log(), "", args.so_far, args.follow};
  if (args.so_far.inode != 0) {
    body.content = ReadNews(place.Log(), body.so_far);
    return body;
  }
  std::string text = TRY(ReadOn(place.Log(), body.so_far));
  size_t begin = text.size();
  for (int64_t i = 0; i <= args.lines && begin != 0 && begin != std::string::npos; ++i) {
    begin = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
  }
  if (begin != 0 && begin != std::string::npos) text.erase(0, begin + 1);
  body.content = std::move(text);
  return body;
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
