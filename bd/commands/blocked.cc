// bd blocked: what something holds up.
#include "bd/blocked_record.h"
#include "bd/command.h"
#include "engine/query/ready.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"parent", FlagType::kString, "Below an issue, in any depth"}};

struct Args {
  std::optional<std::string> parent;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("parent", self.parent, kOmitEmpty);
  }
};

struct Body {
  std::vector<BlockedRecord> rows;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("rows", self.rows);
  }
  void PrintJson(JsonWriter& out) const { PrintBlocked(out, rows); }
};

Result<Args> Prepare(Invocation& invocation) {
  const std::string parent = invocation.flags.Text("parent");
  return Args{parent.empty() ? std::nullopt : std::optional<std::string>(parent)};
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  body.rows = ToBlockedRecords(TRY(BlockedIssues(session.tx(), args.parent)));
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.rows.empty()) {
    out.Line("✨ No blocked issues");
    out.Line();
    return;
  }
  out.Line(Cat("🚫 Blocked issues (", body.rows.size(), "):\n"));
  for (const BlockedRecord& row : body.rows) {
    const std::string head = Cat("[● P", row.issue.priority, "] ", row.issue.id, ": ");
    out.Line(Cat("[", StyledPriority(out, row.issue.priority), "] ", out.Styled(Style::kId, row.issue.id),
                 ": ", out.Fit(row.issue.title, DisplayWidth(head))));
    out.Line(
        Cat("  Blocked by ", row.blocked_by.size(), " open dependencies: [", Join(row.blocked_by, " "), "]"));
    out.Line();
  }
}

}  // namespace

extern const Command kCommand_blocked = {
    .name = "blocked",
    .summary = "Show issues that something holds up",
    .group = "Views & Reports",
    .flags = kFlags,
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
