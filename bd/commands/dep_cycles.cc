// bd dep cycles: circles among dependencies.
#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/query/graph.h"

namespace bd {
namespace {

struct Body {
  std::vector<std::vector<Issue>> cycles;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("cycles", self.cycles);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginArray();
    for (const std::vector<Issue>& cycle : cycles) PrintIssues(out, cycle, shape::Plain());
    out.EndArray();
  }
};

Result<Body> Run(Session& session, const NoArgs&) {
  Body body;
  for (const std::vector<std::string>& cycle : TRY(FindCycles(session.tx()))) {
    std::vector<Issue>& issues = body.cycles.emplace_back();
    for (const std::string& id : cycle) {
      std::optional<Issue> issue = TRY(FindIssue(session.tx(), id, {.labels = true}));
      if (issue) issues.push_back(std::move(*issue));
    }
  }
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.cycles.empty()) {
    out.Line(Cat(out.Styled(Style::kGood, "✓"), " No dependency cycles detected\n"));
    return;
  }
  out.Line(Cat(out.Styled(Style::kWarn, "⚠"), " Found ", body.cycles.size(), " dependency cycles:\n"));
  int number = 0;
  for (const std::vector<Issue>& cycle : body.cycles) {
    out.Line(Cat(++number, ". Cycle involving:"));
    for (const Issue& issue : cycle)
      out.Line(Cat("   - ", out.Styled(Style::kId, issue.id), ": ", issue.title));
    out.Line();
  }
}

}  // namespace

extern const Command kCommand_dep_cycles = {
    .name = "dep cycles",
    .summary = "Find circles among dependencies",
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
