// bd sync: database and JSONL file brought together; with --full also git.
#include "bd/sync_steps.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"message", kString, "Commit message (with --full)", 'm'},
    {"dry-run", kBool, "Show what would happen"},
    {"full", kBool, "Export, commit, pull, merge, push"},
    {"no-push", kBool, "With --full: do not push"},
    {"no-pull", kBool, "With --full: do not pull"},
    {"flush-only", kBool, "Write pending changes, say nothing"},
    {"import-only", kBool, "Only take in the JSONL file"},
    {"import", kBool, "", 0, "", "import-only", true},
    {"from-main", kBool, "Take in the issues of the remote's main branch"},
    {"status", kBool, "Show what is pending"},
    {"check", kBool, "Look for wrong prefixes and children without parents"},
    {"squash", kBool, "Export only, to be committed later"},
    {"resolve", kBool, "Merge both sides of a file with conflict markers"},
    {"ours", kBool, "With --resolve: our side wins"},
    {"theirs", kBool, "With --resolve: their side wins"},
    {"manual", kBool, "With --resolve: leave it to you"},
    {"merge", kBool, "Accepted for sync branches, which are not supported", 0, "", "", true},
    {"set-mode", kString, "Set the sync mode"},
    {"force", kBool, "Write every line of the file anew"},
    {"rename-on-import", kBool, "Accepted", 0, "", "", true},
    {"no-git-history", kBool, "Accepted", 0, "", "", true},
    {"accept-rebase", kBool, "Accepted", 0, "", "", true},
};

// In the order in which a flag is looked for: the first one given decides.
struct Action {
  std::string_view flag;
  Result<SyncBody> (*run)(Session&, const SyncArgs&);
};
constexpr Action kActions[] = {
    {"set-mode", SyncSetMode}, {"status", SyncStatus},      {"resolve", SyncResolve},
    {"check", SyncCheck},      {"from-main", SyncFromMain}, {"import-only", SyncImport},
    {"flush-only", SyncFlush}, {"squash", SyncSquash},      {"full", SyncFull},
};

Result<SyncArgs> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (flags.Bool("merge")) {
    return Invalid("sync.branch not configured (run 'bd config set sync.branch <branch-name>')");
  }
  SyncArgs args;
  args.value = flags.Text("set-mode");
  args.message = flags.Text("message");
  args.dry_run = flags.Bool("dry-run");
  args.full_export = flags.Bool("force");
  args.pull = !flags.Bool("no-pull");
  args.push = !flags.Bool("no-push");
  for (const char* strategy : {"ours", "theirs", "manual"}) {
    if (flags.Bool(strategy)) args.value = strategy;
  }
  for (const Action& action : kActions) {
    const bool given = action.flag == "set-mode" ? flags.Has("set-mode") : flags.Bool(action.flag);
    if (!given) continue;
    args.action = action.flag;
    break;
  }
  return args;
}

Result<SyncBody> Run(Session& session, const SyncArgs& args) {
  for (const Action& action : kActions) {
    if (action.flag == args.action) return action.run(session, args);
  }
  return SyncExport(session, args);
}

void Print(const SyncBody& body, Output& out) {
  for (const std::string& line : body.lines) out.Line(line);
}

}  // namespace

extern const Command kCommand_sync = {
    .name = "sync",
    .summary = "Bring database and JSONL file together",
    .help = R"(
Without flags: takes in what the file has and writes what it lacks. Every other command does the same
on its own; this one says what happened, and fails if it cannot.

  --full      also commit the files below .beads, pull, merge issue by issue, push
  --resolve   merge both sides of a file in which git left conflict markers

Examples:
  bd sync
  bd sync --status
  bd sync --full -m "Plan for the week")",
    .group = "Sync & Data",
    .flags = kFlags,
    .arity = {0, 0},
    .needs = Needs::kSession,
    .write_name = "sync",
    .is_group = true,
    .handlers = Handle<SyncArgs, SyncBody, Prepare, Run, Print>(),
};

}  // namespace bd
