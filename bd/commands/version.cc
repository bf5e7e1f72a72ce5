// bd version: what this program is.
#include "bd/version.h"

#include "bd/command.h"
#include "bd/daemon/control.h"
#include "engine/base/text.h"

namespace bd {
namespace {

struct OfDaemon {
  std::string client_version, daemon_version;
  bool compatible = false;
  double uptime_seconds = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("client_version", self.client_version);
    visit("compatible", self.compatible);
    visit("daemon_uptime", self.uptime_seconds);
    visit("daemon_version", self.daemon_version);
  }
};

struct Body {
  std::string build, version;
  std::optional<OfDaemon> daemon;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("build", self.build);
    visit("version", self.version);
    visit("daemon", self.daemon, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const {
    if (daemon) return WriteJson(out, *daemon);
    WriteJson(out, *this);
  }
  bool Fails() const { return daemon && !daemon->compatible; }
  std::string FailureLine() const { return ""; }  // its table says it
};

constexpr Flag kFlags[] = {{"daemon", FlagType::kBool, "Check the version of the running daemon"}};

struct Args {
  bool daemon = false;
  std::string database;  // whose daemon; empty: there is no workspace
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("daemon", self.daemon);
    visit("database", self.database);
  }
};

Result<Args> Prepare(Invocation& invocation) {
  return Args{invocation.flags.Bool("daemon"),
              invocation.workspace != nullptr ? invocation.workspace->database : ""};
}

Result<Body> Run(const Args& args) {
  Body body{std::string(kBuild), std::string(kVersion), std::nullopt};
  if (!args.daemon) return body;
  const DaemonView view = args.database.empty() ? DaemonView() : LookAtDaemon(DaemonPlace::Of(args.database));
  if (!view.answers()) {
    if (!view.present()) return Invalid("daemon is not running", "start daemon with 'bd daemon'");
    return Error{Code::kBusy, Cat("the daemon cannot be asked: ", view.trouble), "see 'bd daemon status'",
                 false};
  }
  body.daemon = {std::string(kVersion), view.version, view.is_compatible, view.uptime_seconds};
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.daemon) {
    out.Line(Cat("Daemon version: ", body.daemon->daemon_version));
    out.Line(Cat("Client version: ", body.daemon->client_version));
    out.Line(Cat("Compatibility: ",
                 body.daemon->compatible ? "✓ compatible" : "✗ incompatible (bd daemon restart)"));
    const int64_t tenths = static_cast<int64_t>(body.daemon->uptime_seconds * 10);
    return out.Line(Cat("Daemon uptime: ", tenths / 10, ".", tenths % 10, " seconds"));
  }
  out.Line(Cat("bd version ", body.version, " (", body.build, ")"));
}

}  // namespace

extern const Command kCommand_version = {
    .name = "version",
    .summary = "Print version information",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .needs = Needs::kPlaceIfThere,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
