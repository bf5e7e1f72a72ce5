// bd import: JSONL from a file or from standard input. Everything is said on standard error.
#include "bd/command.h"
#include "bd/import_shared.h"
#include "bd/version.h"
#include "engine/os/environment.h"
#include "engine/os/path.h"
#include "engine/query/duplicates.h"
#include "engine/storage/settings.h"
#include "engine/sync/import_file.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"input", kString, "File to read (default: standard input)", 'i'},
    {"skip-existing", kBool, "Leave issues alone that exist", 's'},
    {"strict", kBool, "Dependencies on missing issues are errors"},
    {"keep-going", kBool, "Pass over lines that cannot be imported, and report them"},
    {"dedupe-after", kBool, "Report issues of the same content afterwards"},
    {"dry-run", kBool, "Show what would happen"},
    {"rename-on-import", kBool, "Give issues with other prefixes ours"},
    {"clear-duplicate-external-refs", kBool,
     "Of issues with the same external reference only the first keeps it"},
    {"orphan-handling", kString,
     "Children whose parent is missing: allow (default), skip, strict or resurrect"},
    {"force", kBool, "Refresh the metadata even if nothing changed"},
    {"protect-left-snapshot", kBool, "Accepted: what is newer here is always protected", 0, "", "", true},
    {"no-git-history", kBool, "Accepted: git's history is never read", 0, "", "", true},
};

struct Args {
  std::string input, orphans;
  bool skip_existing = false, strict = false, keep_going = false, dedupe = false, dry_run = false,
       rename = false, clear_references = false, force = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("input", self.input);
    visit("orphans", self.orphans);
    visit("skip_existing", self.skip_existing);
    visit("strict", self.strict);
    visit("keep_going", self.keep_going);
    visit("dedupe", self.dedupe);
    visit("dry_run", self.dry_run);
    visit("rename", self.rename);
    visit("clear_references", self.clear_references);
    visit("force", self.force);
  }
};

struct Body {
  std::vector<std::string> notes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("notes", self.notes);
  }
  bool Prints(bool) const { return false; }
};

constexpr int kStandardInput = 0;

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (!invocation.arguments.empty()) {
    return Invalid(Cat("Unexpected argument(s): [", invocation.Joined(), "]"),
                   Cat("did you mean: bd import -i ", invocation.arguments[0]));
  }
  Args args;
  args.input = flags.Text("input");
  if (args.input.empty() && os::IsTerminal(kStandardInput)) {
    return Error{Code::kUsage, "no input: name a file with -i, or pipe JSONL in", "", false};
  }
  args.orphans = flags.Text("orphan-handling");
  TRY(ParseOrphanMode(args.orphans));
  args.skip_existing = flags.Bool("skip-existing");
  args.strict = flags.Bool("strict");
  args.keep_going = flags.Bool("keep-going");
  args.dedupe = flags.Bool("dedupe-after");
  args.dry_run = flags.Bool("dry-run");
  args.rename = flags.Bool("rename-on-import");
  args.clear_references = flags.Bool("clear-duplicate-external-refs");
  args.force = flags.Bool("force");
  return args;
}

void ReportDryRun(const ImportResult& result, const std::string& prefix, std::vector<std::string>& notes) {
  if (!result.foreign.empty()) {
    notes.push_back("\n=== Prefix Mismatch Detected ===");
    notes.push_back(Cat("Database configured prefix: ", prefix, "-"));
    notes.push_back("Found issues with different prefixes:");
    for (const auto& [foreign, count] : result.foreign)
      notes.push_back(Cat("  ", foreign, "- (", count, " issues)"));
    notes.push_back("\nUse --rename-on-import to automatically fix prefixes during import.");
  } else if (!result.collisions.empty()) {
    notes.push_back("\n=== Collision Detection Report ===");
    notes.push_back(Cat("COLLISIONS DETECTED: ", result.collisions.size()));
    notes.push_back(Cat("Colliding issue IDs: [", Join(result.collisions, " "), "]"));
  } else {
    notes.push_back("No collisions detected.");
  }
  notes.push_back(
      Cat("Would create ", result.created, " new issues, update ", result.updated, " existing issues"));
  notes.push_back("\nDry-run mode: no changes made");
}

Result<ImportResult> ImportFrom(Session& session, const Args& args) {
  ImportOptions options;
  options.name = args.input.empty() ? "standard input" : args.input;
  options.now = session.Now();
  const EditContext context = session.Edit();
  options.actor = context.actor;
  options.vocabulary = context.vocabulary;
  options.skip_existing = args.skip_existing;
  options.strict = args.strict;
  options.keep_going = args.keep_going;
  options.rename = args.rename;
  options.clear_duplicate_refs = args.clear_references;
  options.ignore_prefix = args.dry_run;
  std::string orphans = args.orphans;
  for (const char* key : {"import.orphan_handling", "import.missing_parents"}) {
    if (orphans.empty()) orphans = TRY(GetConfig(session.tx(), key)).value_or("");
  }
  Result<OrphanMode> mode = ParseOrphanMode(orphans);
  options.orphans = mode ? *mode : OrphanMode::kAllow;
  options.progress = session.options().progress;
  if (args.input.empty()) {
    LineReader reader = LineReader::FromStream(kStandardInput);
    return ImportLines(session.tx(), reader, options);
  }
  Result<os::Fd> file = os::OpenRead(args.input);
  if (!file) return Error{Code::kInvalid, "Error opening input file: " + file.error().message, "", true};
  LineReader reader(*file);
  return ImportLines(session.tx(), reader, options);
}

Result<bool> IsSharedFile(const Session& session, const std::string& input) {
  if (input.empty()) return false;
  Result<std::string> path = os::RealPath(input);
  return path && *path == session.workspace().shared_file;
}

// With content hash and time of import in the tables that other programs read.
Status RefreshMetadata(Session& session) {
  return SetMetadata(session.tx(), "last_import_time", FormatTime(session.Now()));
}

Result<Body> Run(Session& session, const Args& args) {
  const bool shared = TRY(IsSharedFile(session, args.input));
  TRY(session.BeginWrite());
  const std::string prefix = TRY(IssuePrefix(session.tx()));
  Result<ImportResult> done = shared ? ImportShared(session) : ImportFrom(session, args);
  if (!done && done.error().code == Code::kConflict) {
    session.Note(done.error().message);
    return Invalid("the file has conflict markers and no merge is under way",
                   "keep the lines that are right, delete the marker lines, and import again");
  }
  const ImportResult result = TRY(std::move(done));
  Body body;
  if (args.dry_run) {
    session.Rollback();
    ReportDryRun(result, prefix, body.notes);
    return body;
  }
  TRY(RefreshMetadata(session));
  TRY(session.Commit());
  body.notes = result.remarks;
  if (args.force && result.created + result.updated + result.deleted == 0) {
    body.notes.push_back("Metadata updated (database already in sync with JSONL)");
  }
  body.notes.push_back(ImportCounts(result));
  if (args.dedupe) {
    TRY(session.BeginRead());
    const auto groups = TRY(FindDuplicates(session.tx()));
    session.Rollback();
    body.notes.push_back("\n=== Post-Import Duplicate Detection ===");
    if (groups.empty()) body.notes.push_back("No duplicates found.");
    for (const std::vector<std::string>& group : groups)
      body.notes.push_back(Cat("Same content: ", Join(group, ", ")));
  }
  return body;
}

void Print(const Body&, Output&) {}

}  // namespace

extern const Command kCommand_import = {
    .name = "import",
    .summary = "Import issues from JSONL",
    .help = R"(
All or nothing: a line that cannot be imported stops everything (but see --keep-going). An issue that
exists takes a later version; nothing newer here is overwritten.

Examples:
  bd import -i issues.jsonl
  bd import -i issues.jsonl --dry-run
  other-program | bd import)",
    .group = "Sync & Data",
    .flags = kFlags,
    .needs = Needs::kSession,
    .write_name = "import",
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
