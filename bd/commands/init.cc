// bd init: makes a workspace.
#include "engine/session/init.h"

#include "bd/command.h"
#include "bd/version.h"
#include "engine/os/environment.h"
#include "engine/os/path.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"prefix", kString, "Prefix of issue ids (default: the directory's name)", 'p'},
    {"quiet", kBool, "Print nothing", 'q'},
    {"branch", kString, "Branch for commits of issues", 'b'},
    {"backend", kString, "Storage backend", 0, "sqlite"},
    {"contributor", kBool, "You contribute to somebody else's repository (git config beads.role)"},
    {"team", kBool, "You maintain the repository with others (git config beads.role)"},
    {"stealth", kBool, "Leave no trace in the repository: no hooks, no AGENTS.md, .beads excluded from git"},
    {"setup-exclude", kBool, "Exclude .beads from git (.git/info/exclude)"},
    {"skip-hooks", kBool, "Do not install git hooks"},
    {"skip-merge-driver", kBool, "Do not install the merge driver"},
    {"force", kBool, "Also where there is a database: it is kept and gets the prefix"},
    {"from-jsonl", kBool, "Import from the JSONL file in the work tree"},
};

struct Args {
  std::string directory, prefix, branch, role;
  bool quiet = false, force = false, without_database = false;
  bool hooks = true, merge_driver = true, agents = true, exclude = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("directory", self.directory);
    visit("prefix", self.prefix);
    visit("branch", self.branch);
    visit("role", self.role);
    visit("quiet", self.quiet);
    visit("force", self.force);
    visit("without_database", self.without_database);
    visit("hooks", self.hooks);
    visit("merge_driver", self.merge_driver);
    visit("agents", self.agents);
    visit("exclude", self.exclude);
  }
};

struct Body {
  std::vector<std::string> lines, notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("lines", self.lines);
    visit("notes", self.notes);
  }
  bool Prints(bool) const { return !lines.empty(); }
  // There is no JSON form of this answer: the text stands for it.
  void PrintJson(JsonWriter&) const {}
};

// Where .beads is to be: next to BEADS_DB, at BEADS_DIR, or here.
Result<std::string> TargetDirectory(const Invocation& invocation) {
  std::string beads = os::GetEnv("BEADS_DIR");
  if (beads.empty() && !invocation.globals.database.empty())
    beads = os::DirectoryOf(invocation.globals.database);
  if (beads.empty() && !os::GetEnv("BEADS_DB").empty()) beads = os::DirectoryOf(os::GetEnv("BEADS_DB"));
  if (!beads.empty() && os::NameOf(beads) == kBeadsDirectory) return os::AbsolutePath(os::DirectoryOf(beads));
  return os::CurrentDirectory();
}

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (flags.Text("backend") != "sqlite") {
    return Invalid(Cat("invalid backend ", Quote(flags.Text("backend")), ": the only backend is sqlite"));
  }
  Args args;
  args.directory = TRY(TargetDirectory(invocation));
  args.prefix = flags.Text("prefix");
  args.branch = flags.Text("branch");
  if (args.branch == "main" || args.branch == "master") {
    return Invalid(Cat("cannot use '", args.branch, "' as sync branch"),
                   "use a branch of its own, such as 'beads-sync'");
  }
  if (flags.Bool("contributor")) args.role = "contributor";
  if (flags.Bool("team")) args.role = "maintainer";
  const bool stealth = flags.Bool("stealth");
  args.quiet = flags.Bool("quiet");
  args.force = flags.Bool("force");
  args.without_database = invocation.globals.without_database;
  args.hooks = !flags.Bool("skip-hooks") && !stealth && !args.without_database;
  args.merge_driver = !flags.Bool("skip-merge-driver") && !stealth && !args.without_database;
  args.agents = !stealth && !args.without_database;
  args.exclude = flags.Bool("setup-exclude") || stealth;
  return args;
}

Error AlreadyThere(const std::string& database, const std::string& directory, const std::string& prefix) {
  return {Code::kConflict,
          Cat("\n⚠ Found existing database: ", database,
              "\n\nThis workspace is already initialized.\n\n"
              "To use the existing database:\n  Just run bd commands normally (e.g., bd list)\n\n"
              "To begin anew, and keep what is there:\n  mv ",
              directory, "/.beads ", directory, "/.beads.old && bd init --prefix ", prefix, "\n\nAborting."),
          "", true};
}

std::vector<std::string> Lines(const InitReport& report, const Args& args) {
  std::vector<std::string> lines;
  if (args.without_database) {
    return {"",
            "✓ bd initialized successfully in --no-db mode!",
            "",
            "  Mode: no-db (JSONL-only)",
            "  Issues file: .beads/issues.jsonl",
            Cat("  Issue prefix: ", report.prefix),
            ""};
  }
  if (!report.repository_id.empty()) {
    lines.push_back(Cat("  Repository ID: ", report.repository_id.substr(0, 8)));
    lines.push_back(Cat("  Clone ID: ", report.clone_id));
  }
  if (report.agents_created) lines.push_back("  ✓ Created AGENTS.md with landing-the-plane instructions");
  if (report.agents_extended) lines.push_back("  ✓ Updated AGENTS.md with landing-the-plane instructions");
  for (std::string line :
       {std::string(), std::string("✓ bd initialized successfully!"), std::string(),
        std::string("  Backend: sqlite"), std::string("  Database: .beads/beads.db"),
        Cat("  Issue prefix: ", report.prefix),
        Cat("  Issues will be named: ", report.prefix, "-<hash> (e.g., ", report.prefix, "-a3f2dd)"),
        std::string(), std::string("Run bd quickstart to get started."), std::string()}) {
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<Body> Run(const Args& args) {
  InitOptions options;
  options.directory = args.directory;
  options.prefix = args.prefix;
  options.sync_branch = args.branch;
  options.version = kVersion;
  options.force = args.force;
  options.without_database = args.without_database;
  options.install_hooks = args.hooks;
  options.install_merge_driver = args.merge_driver;
  options.write_agents = args.agents;
  options.exclude_from_git = args.exclude;
  options.role = args.role;
  const Config config = Config::Load(os::JoinPath(args.directory, kBeadsDirectory), args.directory);
  Result<InitReport> report = InitWorkspace(options, config);
  if (!report && report.error().code == Code::kConflict && report.error().message.starts_with('/')) {
    std::string prefix = args.prefix;
    while (prefix.ends_with('-')) prefix.pop_back();
    if (prefix.empty()) prefix = os::NameOf(args.directory);
    return AlreadyThere(report.error().message, args.directory, prefix);
  }
  const InitReport done = TRY(std::move(report));
  Body body;
  body.notes = done.warnings;
  if (args.quiet) return body;
  body.lines = Lines(done, args);
  if (done.imported > 0)
    body.notes.push_back(Cat("✓ Successfully imported ", done.imported, " issues from git."));
  return body;
}

void Print(const Body& body, Output& out) {
  for (const std::string& line : body.lines) out.Line(line);
}

}  // namespace

extern const Command kCommand_init = {
    .name = "init",
    .summary = "Make a workspace in the current directory",
    .help = R"(
Creates .beads with a database and settings, installs git hooks and a merge driver that keep issues in
step with commits and merges, and adds a section for agents to AGENTS.md. Issues that the repository
has already (a fresh clone) are taken in.)",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
