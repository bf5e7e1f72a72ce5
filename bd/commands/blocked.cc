// bd blocked: what something holds up.
#include "bd/command.h"
#include "bd/issue_view.h"
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

struct Row {
  Issue issue;
  std::vector<std::string> blocked_by;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("blocked_by", self.blocked_by);
  }
};

struct Body {
  std::vector<Row> rows;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("rows", self.rows);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginArray();
    for (const Row& row : rows) {
      out.BeginObject();
      WriteIssueMembers(out, row.issue, shape::Blocked());
      FieldWriter write(out);
      write("blocked_by_count", static_cast<int64_t>(row.blocked_by.size()));
      write("blocked_by", row.blocked_by);
      out.EndObject();
    }
    out.EndArray();
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const std::string parent = invocation.flags.Text("parent");
  return Args{parent.empty() ? std::nullopt : std::optional<std::string>(parent)};
}

Result<Body> Run(Session& session, const Args& args) {
  Body body;
  for (BlockedIssue& blocked : TRY(BlockedIssues(session.tx(), args.parent))) {
    body.rows.push_back({std::move(blocked.issue), std::move(blocked.blocked_by)});
  }
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
  for (const Row& row : body.rows) {
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
