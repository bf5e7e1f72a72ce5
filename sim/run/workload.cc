#include "sim/run/workload.h"

namespace sim {

namespace {

using Words = std::vector<std::string>;
using Kind = Words (*)(Workload& w);

constexpr Kind kKinds[] = {
    [](Workload& w) {
      return Words{"create", w.Token("title "), "--json"};
    },
    [](Workload& w) {
      return Words{"create", w.Token("title "), "-p", w.AnyPriority(), "-l", w.Token("l"), "--json"};
    },
    [](Workload& w) {
      return Words{"q", w.Token("title ")};
    },
    [](Workload& w) {
      return Words{"update", w.AnyIssue(), "--title", w.Token("title ")};
    },
    [](Workload& w) {
      return Words{"update", w.AnyIssue(), "--notes", w.Token("note ")};
    },
    [](Workload& w) {
      return Words{"update", w.AnyIssue(), "--priority", w.AnyPriority()};
    },
    [](Workload& w) {
      return Words{"update", w.AnyIssue(), "--claim"};
    },
    [](Workload& w) {
      return Words{"update", w.AnyIssue(), "--status", "open", "--assignee", w.Token("somebody ")};
    },
    [](Workload& w) {
      return Words{"close", w.AnyIssue(), "--force"};
    },
    [](Workload& w) {
      return Words{"reopen", w.AnyIssue()};
    },
    [](Workload& w) {
      return Words{"defer", w.AnyIssue()};
    },
    [](Workload& w) {
      return Words{"undefer", w.AnyIssue()};
    },
    [](Workload& w) {
      return Words{"delete", w.AnyIssue(), "--force"};
    },
    [](Workload& w) {
      return Words{"label", "add", w.AnyIssue(), w.Token("l")};
    },
    [](Workload& w) {
      return Words{"label", "remove", w.AnyIssue(), w.AnyLabel()};
    },
    [](Workload& w) {
      return Words{"comments", "add", w.AnyIssue(), w.Token("remark ")};
    },
    [](Workload& w) {
      return Words{"dep", "add", w.AnyIssue(), w.AnyIssue()};
    },
    [](Workload& w) {
      return Words{"dep", "remove", w.AnyIssue(), w.AnyIssue()};
    },
    [](Workload&) {
      return Words{"ready", "--json"};
    },
    [](Workload&) {
      return Words{"list", "--json", "--all"};
    },
    [](Workload& w) {
      return Words{"show", w.AnyIssue(), "--json"};
    },
    [](Workload&) { return Words{"count"}; },
    [](Workload&) {
      return Words{"search", "title"};
    },
    [](Workload&) { return Words{"blocked"}; },
    [](Workload&) { return Words{"stats"}; },
    [](Workload&) {
      return Words{"dep", "cycles"};
    },
    [](Workload&) {
      return Words{"sync", "--flush-only"};
    },
    [](Workload&) {
      return Words{"sync", "--import-only"};
    },
};

}  // namespace

size_t Workload::KindCount() { return sizeof kKinds / sizeof kKinds[0]; }

Words Workload::Draw(size_t kind) { return kKinds[kind](*this); }

Words Workload::DrawEdit() {
  if (random_.OneIn(3)) return DrawAppend();
  const char* way = random_.OneIn(2) ? "!set" : "!edit";
  if (random_.OneIn(2)) return {way, AnyIssue(), "title", Token("title ")};
  return {way, AnyIssue(), "notes", Token("note ")};
}

// A line of an issue that was made elsewhere, or one that nobody can read.
Words Workload::DrawAppend() {
  const std::string number = Token("");
  const std::string issue = R"({"id":"t-far)" + number + R"(","title":"title )" + number +
                            R"(","status":"open","priority":2,"issue_type":"task"})";
  return {"!append", "/w/.beads/issues.jsonl", (random_.OneIn(3) ? "no issue " + number : issue) + '\n'};
}

Words Workload::DrawGit() {
  if (random_.OneIn(2)) return {"!commit"};
  return {"!checkout", std::to_string(random_.Below(6))};
}

}  // namespace sim
