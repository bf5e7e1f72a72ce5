#include "sim/run/workload.h"

#include <iterator>

#include "engine/base/json.h"

namespace sim {

namespace {

using Words = Workload::Words;
using Commands = std::vector<Words>;
using Kind = Commands (*)(Workload& w);

Commands One(Words words) { return {std::move(words)}; }

// A line of a batch: only what may stand in one.
Words DrawLine(Workload& w) {
  switch (w.random().Below(6)) {
    case 0:
    case 1: return {"create", w.Title(), "-l", w.Token("l")};
    case 2: return {"update", w.AnyIssue(), "--title", w.Title()};
    case 3: return {"close", w.AnyIssue(), "--force"};
    case 4: return {"label", "add", w.AnyIssue(), w.Token("l")};
    default: return {"update", w.AnyIssue(), "--claim"};
  }
}

std::string JsonArray(const Words& words) {
  std::string text = "[";
  for (const std::string& word : words) text += (text.size() == 1 ? "" : ",") + bd::JsonString(word);
  return text + "]\n";
}

Commands DrawBatch(Workload& w) {
  const std::string path = w.Token("/tmp/batch");
  std::string lines;
  for (uint64_t i = 0, count = 1 + w.random().Below(5); i < count; ++i) lines += JsonArray(DrawLine(w));
  Words batch{"batch", "-f", path, "--json"};
  if (w.random().OneIn(2)) batch.push_back("--atomic");
  return {{"!write", path, lines}, batch};
}

Commands DrawImport(Workload& w) {
  const std::string path = w.Token("/tmp/import");
  std::string lines;
  for (uint64_t i = 0, count = 1 + w.random().Below(4); i < count; ++i) lines += w.IssueLine(w.NewId());
  Commands commands{{"!write", path, lines}, {"import", "-i", path}};
  if (w.random().OneIn(3)) commands.insert(commands.begin() + 1, {"import", "-i", path, "--dry-run"});
  if (w.random().OneIn(3)) commands.push_back({"import", "-i", path});  // once more
  return commands;
}

Commands DrawCreate(Workload& w) {
  if (w.random().OneIn(3)) return One({"create", w.Title(), "-t", "epic", "--json"});
  if (w.random().OneIn(4)) return One({"create", w.Title(), "--dry-run"});
  if (w.WaitsForChildren())
    return One({"create", w.Title(), "--waits-for", w.AnyIssue(), "--waits-for-gate",
                w.AnyOf({"all-children", "any-children"}), "--json"});
  // Clones that both count up children meet with one number for two of them.
  if (w.place().is_clone) return One({"create", w.Title(), "--notes", w.Text("note "), "--json"});
  return One({"create", w.Title(), "--parent", w.AnyIssue(), "-d", w.Text("text "), "--json"});
}

Commands DrawUpdate(Workload& w) {
  switch (w.random().Below(4)) {
    case 0: return One({"update", w.AnyIssue(), "--description", w.Text("text ")});
    case 1: return One({"update", w.AnyIssue(), "--design", w.Text("text ")});
    case 2: return One({"update", w.AnyIssue(), "--type", w.AnyOf({"bug", "chore", "feature"})});
    default: return One({"update", w.AnyIssue(), "--status", w.AnyOf({"blocked", "in_progress"})});
  }
}

Commands DrawKv(Workload& w) {
  switch (w.random().Below(6)) {
    case 0: return One({"kv", "clear", w.AnyKey()});
    case 1: return One({"kv", "list"});
    case 2:
    case 3: return One({"kv", "get", w.AnyKey()});
    default: return One({"kv", "set", w.AnyKey(), w.Token("value ")});
  }
}

// Keys of the store and of config.yaml.
Commands DrawConfig(Workload& w) {
  // Two versions of config.yaml are for people to merge.
  const std::string key = (w.place().is_clone ? "custom." : w.AnyOf({"custom.", "ai."})) + w.AnyKey();
  switch (w.random().Below(6)) {
    case 0: return One({"config", "unset", "custom." + w.AnyKey()});
    case 1: return One({"config", w.AnyOf({"list", "validate"})});
    case 2:
    case 3: return One({"config", "get", key});
    default: return One({"config", "set", key, w.Token("value ")});
  }
}

Commands DrawLink(Workload& w) {
  const std::string one = w.AnyIssue(), other = w.AnyIssue();
  switch (w.random().Below(6)) {
    case 0: return One({"relate", one, other});
    case 1: return One({"unrelate", one, other});
    case 2: return One({"dep", "relate", one, other});
    case 3: return One({"dep", "unrelate", one, other});
    case 4: return One({"duplicate", one, "--of", other});
    default: return One({"supersede", one, "--with", other});
  }
}

Commands DrawView(Workload& w) {
  const std::string issue = w.AnyIssue();
  switch (w.random().Below(12)) {
    case 0: return One({"dep", "tree", issue});
    case 1: return One({"dep", "list", issue});
    case 2: return One({"comments", issue});
    case 3: return One({"label", "list", issue});
    case 4: return One({"children", issue});
    case 5: return One({"label", "list-all"});
    case 6: return One({"epic", "status"});
    case 7: return One({"sync", "--status"});
    case 8: return One({"sync", "mode", w.AnyOf({"list", "current"})});
    case 9: return One({"delete", issue});  // tells what it would do
    default:
      return One(
          {w.AnyOf({"stale", "info", "where", "types", "prime", "status", "version", "count", "activity"})});
  }
}

// Groups alone show their help, and some commands need no workspace.
Commands DrawText(Workload& w) {
  switch (w.random().Below(5)) {
    case 0: return One({"completion", w.AnyOf({"bash", "fish", "zsh"})});
    case 1: return One({"__complete", "show", ""});
    case 2: return One({"sync", "mode"});
    case 3: return One({w.AnyOf({"help", "human", "onboard", "quickstart", "completion"})});
    default: return One({w.AnyOf({"config", "dep", "epic", "kv", "label"})});
  }
}

Commands DrawExport(Workload& w) {
  if (w.random().OneIn(3)) return One({"export", "-o", w.Token("/tmp/export")});
  return One({"export"});
}

Commands DrawSync(Workload& w) {
  switch (w.random().Below(8)) {
    case 4: return One({"sync", "--full"});
    case 5: return One({"sync", "--full", w.AnyOf({"--no-pull", "--no-push"})});
    case 6: return One({"config", "set", "beads.role", w.Token("role ")});  // asks git
    case 0: return One({"sync", "mode", "set", w.AnyOf({"git-portable", "realtime"})});
    case 1: return One({"sync", "--squash"});
    case 2: return One({"sync", "--force"});
    case 3: return One({"init", "-p", w.place().prefix, "-q"});  // refused: there is one
    default: return One({"sync"});
  }
}

// Under the id of an issue that was deleted, or is there. Clones that both do so mean two issues by it.
Commands DrawAgain(Workload& w) {
  if (w.place().is_clone) return One({"create", w.Title(), "--json"});
  const std::string id = w.AnyIssue();
  Words create{"create", w.Title(), "--id", id, "--json"};
  if (w.random().OneIn(2)) create.insert(create.end(), {"-l", w.Token("l")});
  if (w.random().OneIn(3)) return One(create);
  Words remove{"delete", id, "--force"};
  if (w.random().OneIn(4)) remove.push_back("--hard");
  if (w.random().OneIn(6)) return One(remove);
  return {remove, create};
}

// A file with itself: the answer is what is in it.
Commands DrawMerge(Workload& w) {
  const std::string base = w.Token("/tmp/base"), lines = w.IssueLine(w.NewId());
  return {{"!write", base, lines}, {"merge", w.Token("/tmp/merged"), base, base, base}};
}

constexpr Kind kKinds[] = {
    [](Workload& w) {
      return One(w.WithReach({"create", w.Title(), "--json"}));
    },
    [](Workload& w) {
      return One({"create", w.Title(), "-p", w.AnyPriority(), "-l", w.Token("l"), "--json"});
    },
    [](Workload& w) {
      return One({"q", w.Title()});
    },
    [](Workload& w) {
      return One(w.WithReach({"update", w.AnyIssue(), "--title", w.Title()}));
    },
    [](Workload& w) {
      return One(w.WithReach({"update", w.AnyIssue(), "--notes", w.Text("note ")}));
    },
    [](Workload& w) {
      return One(w.WithReach({"update", w.AnyIssue(), "--priority", w.AnyPriority()}));
    },
    [](Workload& w) {
      return One({"update", w.AnyIssue(), "--claim"});
    },
    [](Workload& w) {
      return One({"update", w.AnyIssue(), "--status", "open", "--assignee", w.Token("somebody ")});
    },
    [](Workload& w) {
      return One(w.WithReason({"close", w.AnyIssue(), "--force"}));
    },
    [](Workload& w) {
      return One({"reopen", w.AnyIssue()});
    },
    [](Workload& w) {
      return One({"defer", w.AnyIssue()});
    },
    [](Workload& w) {
      return One({"undefer", w.AnyIssue()});
    },
    [](Workload& w) {
      return One({"delete", w.AnyIssue(), "--force"});
    },
    [](Workload& w) {
      return One({"label", "add", w.AnyIssue(), w.Token("l")});
    },
    [](Workload& w) {
      return One({"label", "remove", w.AnyIssue(), w.AnyLabel()});
    },
    [](Workload& w) {
      return One({"comments", "add", w.AnyIssue(), w.Text("remark ")});
    },
    [](Workload& w) {
      return One(w.WithKind({"dep", "add", w.AnyIssue(), w.AnyIssue()}));
    },
    [](Workload& w) {
      return One({"dep", "remove", w.AnyIssue(), w.AnyIssue()});
    },
    [](Workload&) {
      return One({"ready", "--json"});
    },
    [](Workload&) {
      return One({"list", "--json", "--all"});
    },
    [](Workload& w) {
      return One({"show", w.AnyIssue(), "--json"});
    },
    [](Workload&) { return One({"count"}); },
    [](Workload&) {
      return One({"search", "title"});
    },
    [](Workload&) { return One({"blocked"}); },
    [](Workload&) { return One({"stats"}); },
    [](Workload& w) {
      return One({"doctor", w.AnyOf({"--verbose", "--check-health"})});
    },
    [](Workload&) {
      return One({"dep", "cycles"});
    },
    [](Workload&) {
      return One({"sync", "--flush-only"});
    },
    [](Workload&) {
      return One({"sync", "--import-only"});
    },
    [](Workload& w) {
      return One({"comment", w.AnyIssue(), w.Text("remark ")});
    },
    [](Workload&) {
      return One({"epic", "close-eligible", "--json"});
    },
    DrawBatch,
    DrawImport,
    DrawCreate,
    DrawUpdate,
    DrawKv,
    DrawConfig,
    DrawLink,
    DrawView,
    DrawText,
    DrawExport,
    DrawSync,
    DrawMerge,
    DrawAgain,
};

}  // namespace

// What is easily damaged on its way through arguments, sockets, SQLite, JSON and lines of a file.
std::string Workload::OddPart() {
  constexpr const char* kParts[] = {"\"\\\"",       "\\u0041\\n",       "<&>",         "\t\x01\x1f\x7f",
                                    "\u2028\u2029", "\u00e4\u4e2d",     "\U0001f600",  "a\u0301",
                                    "\xef\xbf\xbd", "{\"id\":\"t-x\"}", "[deleted:t]", "\xef\xbb\xbf",
                                    "'; DROP --",   "%s%n$1`x`"};
  return kParts[odd_.Below(std::size(kParts))];
}

std::string Workload::Title() { return Token(has_odd_texts_ ? (OddPart() + " title ").c_str() : "title "); }

std::string Workload::Text(const char* kind) {
  if (!has_odd_texts_) return Token(kind);
  std::string text = OddPart();
  switch (odd_.Below(6)) {
    case 0: text += "\r\n=======\n<<<<<<< a\n"; break;
    // Longer than a page of the database and than what is read of a file at once; or than a socket takes.
    case 1: text += std::string(odd_.OneIn(6) ? 70'000 : 5'000, 'x') + OddPart(); break;
    default: break;
  }
  return Token((text + kind).c_str());
}

// Edges that hold an issue up in other ways than `blocks` does.
Words Workload::WithKind(Words words) {
  if (!has_other_kinds_ || odd_.OneIn(3)) return words;
  constexpr const char* kTypes[] = {"conditional-blocks", "waits-for", "parent-child", "discovered-from"};
  words.insert(words.end(), {"--type", kTypes[odd_.Below(std::size(kTypes))]});
  return words;
}

Words Workload::WithReason(Words words) {
  if (has_other_kinds_ && odd_.OneIn(2)) words.insert(words.end(), {"--reason", "it failed"});
  return words;
}

// Of an issue that is not to be in the file, or is to be in it after all.
Words Workload::WithReach(Words words) {
  if (!has_other_kinds_ || !odd_.OneIn(3)) return words;
  words.push_back(words[0] == "create" || odd_.OneIn(3) ? "--ephemeral" : "--persistent");
  return words;
}

bool Workload::WaitsForChildren() { return has_other_kinds_ && odd_.OneIn(3); }

size_t Workload::KindCount() { return sizeof kKinds / sizeof kKinds[0]; }

Commands Workload::Draw(size_t kind) { return kKinds[kind](*this); }

Words Workload::DrawEdit() {
  if (random_.OneIn(3)) return DrawAppend();
  const char* way = random_.OneIn(2) ? "!set" : random_.OneIn(2) ? "!edit" : "!retouch";
  if (random_.OneIn(2)) return {way, AnyIssue(), "title", Token("title ")};
  return {way, AnyIssue(), "notes", Token("note ")};
}

std::string Workload::IssueLine(const std::string& id) {
  const bool has_space = has_odd_texts_ && odd_.OneIn(4);
  return (has_space ? R"({ "id": ")" : R"({"id":")") + id + R"(","title":")" + Token("title ") +
         R"(","status":"open","priority":2,"issue_type":"task")" + (has_odd_texts_ ? OddMembers(id) : "") +
         "}\n";
}

// What other programs, and later versions, write: members that nobody here knows, other spellings, remarks
// under numbers that are taken, edges to what is not here.
std::string Workload::OddMembers(const std::string& id) {
  std::string text;
  if (odd_.OneIn(2)) text += R"(,"x_later":{"b":[1, 2.50,"\u00e9"],"a":null})";
  if (odd_.OneIn(3)) text += R"(,"notes":"a\/b \u0041 \ud83d\ude00")";
  const std::string made = R"(","created_at":"2025-01-02T03:04:05.5+02:00")";
  if (odd_.OneIn(2)) {
    text += R"(,"comments":[{"id":)" + std::to_string(1 + odd_.Below(3)) + R"(,"issue_id":")" + id +
            R"(","author":"far","text":")" + Token("remark ") + made +
            (odd_.OneIn(2) ? R"(,"seen_by":["me"])" : "") + "}]";
  }
  if (odd_.OneIn(3)) {
    text += R"(,"dependencies":[{"issue_id":")" + id + R"(","depends_on_id":")" + AnyIssue() +
            R"(","type":"blocks","created_by":"far)" + made + R"(,"weight":3}])";
  }
  return text;
}

// A line of an issue that was made elsewhere, or one that nobody can read.
Words Workload::DrawAppend() {
  const std::string number = Token("");
  const std::string issue = IssueLine("t-far" + number + 'x');
  return {"!append", "/w/.beads/issues.jsonl", random_.OneIn(3) ? "no issue " + number + '\n' : issue};
}

std::vector<Words> Workload::DrawHooks() {
  constexpr const char* kScripts[] = {"bd comments add $1 hooked", "sleep 600000", "exit 7", "talk 1000000",
                                      "bd list --json"};
  std::vector<Words> commands{{"!mkdir", "/w/.beads/hooks"}};
  for (const char* hook : {"on_create", "on_update", "on_close"}) {
    const std::string path = std::string("/w/.beads/hooks/") + hook;
    const std::string script = kScripts[random_.Below(std::size(kScripts))];
    commands.push_back({"!write", path, "#!/bin/sim\n" + script + '\n'});
    commands.push_back({"!chmod", path, "755"});
  }
  return commands;
}

Words Workload::DrawGit() {
  if (random_.OneIn(2)) return {"!commit"};
  return {"!checkout", std::to_string(random_.Below(6))};
}

}  // namespace sim
