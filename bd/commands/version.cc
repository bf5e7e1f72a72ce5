// bd version: what this program is.
#include "bd/version.h"

#include "bd/command.h"

namespace bd {
namespace {

struct Body {
  std::string build, version;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("build", self.build);
    visit("version", self.version);
  }
};

constexpr Flag kFlags[] = {{"daemon", FlagType::kBool, "Check the version of the running daemon"}};

struct Args {
  bool daemon = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("daemon", self.daemon);
  }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.flags.Bool("daemon")}; }

Result<Body> Run(const Args& args) {
  if (args.daemon) return Invalid("daemon is not running", "start daemon with 'bd daemon'");
  return Body{std::string(kBuild), std::string(kVersion)};
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("bd version ", body.version, " (", body.build, ")"));
}

}  // namespace

extern const Command kCommand_version = {
    .name = "version",
    .summary = "Print version information",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
