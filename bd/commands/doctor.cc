// bd doctor: what can be seen of this installation, and what could be done about it.
#include <algorithm>

#include "bd/command.h"
#include "bd/doctor/check.h"
#include "bd/version.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/session/ignore_file.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"fix", kBool, "Mend what can be mended without loss"},
    {"yes", kBool, "Nothing is asked anyway", 'y'},
    {"dry-run", kBool, "With --fix: only say what would be done"},
    {"check-health", kBool, "Quick: say something only if something is wrong"},
};

struct Args {
  std::string path, database;  // what is looked at; empty: there is no workspace
  bool fix = false, dry_run = false, quick = false, verbose = false;
  Time now;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("path", self.path);
    visit("database", self.database);
    visit("fix", self.fix);
    visit("dry_run", self.dry_run);
    visit("quick", self.quick);
    visit("verbose", self.verbose);
    visit("now", self.now);
  }
};

struct Body {
  std::string path;
  std::vector<Check> checks;
  bool overall_ok = true, quick = false, verbose = false;
  std::string cli_version, timestamp;
  std::vector<std::string> fixed;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("path", self.path);
    visit("checks", self.checks);
    visit("overall_ok", self.overall_ok);
    visit("cli_version", self.cli_version);
    visit("timestamp", self.timestamp);
    visit("fixed", self.fixed, kOmitEmpty);
    visit("quick", self.quick, kOmitEmpty);
    visit("verbose", self.verbose, kOmitEmpty);
  }
  int64_t Count(std::string_view status) const {
    return std::count_if(checks.begin(), checks.end(),
                         [status](const Check& check) { return check.status == status; });
  }
  bool Prints(bool json) const { return json || !quick || !overall_ok; }
  bool Fails() const { return !overall_ok; }
  std::string FailureLine() const { return ""; }  // its table says it
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.fix = flags.Bool("fix");
  args.dry_run = flags.Bool("dry-run");
  args.quick = flags.Bool("check-health");
  args.verbose = invocation.globals.verbose;
  args.now = invocation.now;
  std::optional<Workspace> workspace;
  if (!invocation.arguments.empty()) {
    args.path = TRY(os::AbsolutePath(invocation.arguments[0]));
    if (Result<Workspace> found = FindWorkspace({args.path, ""})) workspace = std::move(*found);
  } else if (invocation.workspace != nullptr) {
    workspace = *invocation.workspace;
  }
  if (workspace) args.database = workspace->database;
  if (args.path.empty()) {
    args.path = workspace ? os::DirectoryOf(workspace->directory) : TRY(os::CurrentDirectory());
  }
  return args;
}

Check CheckInstallation(const std::string& database) {
  Check check{.name = "Installation", .category = "Core System"};
  check.message = database.empty() ? "no .beads directory found" : Cat(os::DirectoryOf(database), " found");
  if (!database.empty()) return check;
  check.status = "error";
  check.fix = "bd init";
  return check;
}

Status Fix(const Workspace& workspace, bool dry_run, Body& body) {
  const Result<std::vector<std::string>> added =
      dry_run ? Result<std::vector<std::string>>(std::vector<std::string>())
              : CompleteIgnoreFile(workspace.IgnoreFile());
  if (!added) return added.error();
  if (!added->empty()) body.fixed.push_back(Cat("added to .beads/.gitignore: ", Join(*added, ", ")));
  return Ok();
}

Result<Body> Run(const Args& args) {
  Body body;
  body.path = args.path;
  body.quick = args.quick;
  body.verbose = args.verbose;
  body.cli_version = kVersion;
  body.timestamp = FormatTime(args.now);
  body.checks.push_back(CheckInstallation(args.database));
  if (!args.database.empty()) {
    // A fresh clone has no database yet.
    const Workspace workspace = TRY(os::Exists(args.database) ? FindWorkspace({args.path, args.database})
                                                              : WorkspaceAt(os::DirectoryOf(args.database)));
    if (args.fix) TRY(Fix(workspace, args.dry_run, body));
    const Seen seen{workspace, ReportOn(workspace.database), ReportOnData(workspace, !args.quick), args.now};
    for (CheckFunction check : kChecks) body.checks.push_back(check(seen));
  }
  body.overall_ok = std::none_of(body.checks.begin(), body.checks.end(),
                                 [](const Check& check) { return check.fails || check.status == "error"; });
  return body;
}

void PrintCheck(const Check& check, int64_t number, Output& out) {
  const char* mark = check.is_ok() ? "✓" : check.status == "error" ? "✗" : "⚠";
  out.Line(Cat("  ", mark, "  ", number > 0 ? Cat(number, ". ") : "", check.name, ": ", check.message));
  if (!check.detail.empty()) out.Line(Cat("        ", check.detail));
  if (!check.fix.empty()) out.Line(Cat("        └─ ", check.fix));
}

void Print(const Body& body, Output& out) {
  out.Line(Cat("bd doctor v", body.cli_version, "  ·  ✓ ", body.Count("ok"), " passed  ⚠ ",
               body.Count("warning"), " warnings  ✗ ", body.Count("error"), " errors"));
  out.Line();
  for (const std::string& line : body.fixed) out.Line(Cat("  fixed: ", line));
  int64_t number = 0;
  for (const Check& check : body.checks) {
    if (!check.is_ok()) PrintCheck(check, ++number, out);
  }
  if (number == 0) out.Line("✓ All checks passed");
  out.Line();
  if (!body.verbose) return out.Line("Run with --verbose to see all checks");
  for (const Check& check : body.checks) {
    if (check.is_ok()) PrintCheck(check, 0, out);
  }
}

}  // namespace

extern const Command kCommand_doctor = {
    .name = "doctor",
    .summary = "Look what is wrong, and say what can be done",
    .arguments = "[path]",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .arity = {0, 1},
    .needs = Needs::kPlaceIfThere,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
