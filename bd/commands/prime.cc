// bd prime: the workflow, for an agent that has just started. Silent outside of a workspace, never fails:
// it runs from hooks.
#include "bd/guide.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/environment.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/sync/git_sync.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"full", kBool, "The long form"},
    {"mcp", kBool, "The short form, for agents that call bd as tools"},
    {"stealth", kBool, "Without git operations"},
    {"export", kBool, "The built-in text even where .beads/PRIME.md replaces it"},
};

constexpr int64_t kTextBytesMax = 1 << 20;

constexpr std::string_view kShort = R"(# Beads Issue Tracker Active

# 🚨 SESSION CLOSE PROTOCOL 🚨

Before you say "done": {CLOSE}

## Core Rules
- Track work in beads (tools of the beads server), not in Markdown lists.
- Start with `ready`, take an issue with `claim` or `update`, finish it with `close`.
- What you find on the way becomes an issue of its own, linked by discovered-from.

Run `bd prime --full` for everything.
)";

constexpr std::string_view kLongHead = R"(# Beads Workflow Context

> Run `bd prime` again after your context was compacted or cleared.

# 🚨 SESSION CLOSE PROTOCOL 🚨

Before you say "done" or "complete", in this order:

```
{STEPS}
```

## Core Rules
- Track work that outlives the session, has dependencies or was found on the way with bd, not in
  Markdown lists.
- Create the issue before you write code; claim it when you start: of two who claim, one gets it.
- Close issues as soon as they are done, several with one command.
- Many agents may work at the same time: look at `bd ready` again before you take the next issue.

## Essential Commands

### Finding work
- `bd ready` - issues that nothing blocks
- `bd list --status=open` / `--status=in_progress`
- `bd show <id>` - one issue with its dependencies
- `bd search <text>`, `bd blocked`, `bd stats`

### Creating and updating
- `bd create --title="..." --type=task|bug|feature --priority=2 -d "why, and what is to be done"`
  - priority: 0-4 or P0-P4 (0 critical, 2 medium, 4 some day), not "high" or "low"
- `bd update <id> --claim` - take it
- `bd update <id> --title/--description/--notes/--design "..."` - nothing here opens an editor
- `bd close <id> --reason="..."`, `bd close <id1> <id2> ...`
- `bd comments add <id> "..."`

### Dependencies
- `bd dep add <issue> <depends-on>` - issue waits for depends-on
- `bd create "..." --deps discovered-from:<id>`
- `bd dep tree <id>`

### Many at once
- `bd batch --atomic < commands.jsonl` - a JSON array of words per line, all or nothing

)";

constexpr std::string_view kLongTail = R"(## Common Workflows

**Start working**
```bash
bd ready
bd show <id>
bd update <id> --claim
```

**Finish**
```bash
{FINISH}
```

**Plan dependent work**
```bash
bd create --title="Implement X" --type=feature     # -> beads-xxx
bd create --title="Test X" --type=task             # -> beads-yyy
bd dep add beads-yyy beads-xxx                     # the test waits for the feature
```
)";

struct Args {
  bool full = false, mcp = false, stealth = false, no_push = false, built_in = false, with_server = false;
  std::string replacement;  // of PRIME.md
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("full", self.full);
    visit("mcp", self.mcp);
    visit("stealth", self.stealth);
    visit("no_push", self.no_push);
    visit("built_in", self.built_in);
    visit("with_server", self.with_server);
    visit("replacement", self.replacement);
  }
};

// Whether the user's agent calls bd as a server of tools: then it needs no list of commands.
bool UsesToolServer() {
  const std::string file = os::JoinPath(os::GetEnv("HOME"), ".claude/settings.json");
  Result<std::string> text = os::ReadFile(file, kTextBytesMax);
  if (!text) return false;
  Result<JsonDocument> document = JsonDocument::Parse(*text);
  if (!document) return false;
  auto servers = document->root().Find("mcpServers");
  if (!servers) return false;
  bool found = false;
  servers->ForEachMember(
      [&](const std::string& name, JsonValue) { found |= Lower(name).find("beads") != std::string::npos; });
  return found;
}

Result<Args> Prepare(Invocation& invocation) {
  Args args;
  args.full = invocation.flags.Bool("full");
  args.mcp = invocation.flags.Bool("mcp");
  args.stealth = invocation.flags.Bool("stealth") || invocation.config.Flag("no-git-ops");
  args.built_in = invocation.flags.Bool("export");
  args.no_push = invocation.config.Flag("no-push");
  args.with_server = UsesToolServer();
  if (invocation.workspace == nullptr) return args;
  const Workspace& workspace = *invocation.workspace;
  for (const std::string& directory : {workspace.redirected_from, workspace.directory}) {
    if (!args.replacement.empty() || directory.empty()) continue;
    Result<std::string> text = os::ReadFile(os::JoinPath(directory, "PRIME.md"), kTextBytesMax);
    if (text) args.replacement = std::move(*text);
  }
  return args;
}

std::string ReplaceAll(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (size_t at = 0;;) {
    const size_t found = text.find(what, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += by;
    at = found + what.size();
  }
}

std::string ClosingSteps(const Args& args, bool only_flush) {
  if (only_flush)
    return "[ ] bd close <id> ...      what is finished\n[ ] bd sync                write issues.jsonl";
  std::string steps =
      "[ ] git status             what changed\n"
      "[ ] git add <files>        stage code\n"
      "[ ] bd close <id> ...      what is finished\n"
      "[ ] bd sync                write issues.jsonl\n"
      "[ ] git add .beads && git commit -m \"...\"";
  if (!args.no_push) steps += "\n[ ] git push               work is not done until it is pushed";
  return steps;
}

Result<GuideBody> Run(Session* session, const Args& args) {
  // Outside of a workspace a hook must not say anything.
  if (session == nullptr) return GuideBody{};
  if (!args.replacement.empty() && !args.built_in) return GuideBody{args.replacement};
  const std::optional<GitRepository>& git = session->workspace().git;
  Result<bool> has_remote = git ? HasRemote(*git) : Result<bool>(false);
  const bool only_flush = args.stealth || !has_remote || !*has_remote;
  if ((args.mcp || args.with_server) && !args.full) {
    return GuideBody{ReplaceAll(kShort, "{CLOSE}",
                                only_flush     ? "`bd sync`"
                                : args.no_push ? "git status, git add, `bd sync`, git commit"
                                               : "git status, git add, `bd sync`, git commit, git push")};
  }
  std::string text = ReplaceAll(kLongHead, "{STEPS}", ClosingSteps(args, only_flush));
  text += ReplaceAll(kLongTail, "{FINISH}",
                     only_flush ? "bd close <id1> <id2>\nbd sync"
                                : Cat("bd close <id1> <id2>\nbd sync\ngit add . && git commit -m \"...\"",
                                      args.no_push ? "" : "\ngit push"));
  return GuideBody{text};
}

}  // namespace

extern const Command kCommand_prime = {
    .name = "prime",
    .summary = "Print the workflow for coding agents",
    .help = "A file .beads/PRIME.md replaces the text.",
    .group = "Setup & Configuration",
    .flags = kFlags,
    .needs = Needs::kIfThere,
    .handlers = Handle<Args, GuideBody, Prepare, Run, PrintGuide>(),
};

}  // namespace bd
