// bd dep list: one level of dependencies or dependents.
#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/query/graph.h"
#include "engine/query/resolve.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {
    {"direction", FlagType::kString, "down (what it depends on) or up (what depends on it)", 0, "down"},
    {"type", FlagType::kString, "Edges of this type only", 't'},
};

struct Args {
  std::string id, type;
  bool up = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("type", self.type);
    visit("up", self.up);
  }
};

struct Body : Args {
  std::vector<LinkedRecord> records;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    Args::Describe(visit, self);
    visit("records", self.records);
  }
  void PrintJson(JsonWriter& out) const { PrintLinked(out, records); }
};

Result<Args> Prepare(Invocation& invocation) {
  const std::string direction = invocation.flags.Text("direction");
  if (direction != "down" && direction != "up") return Invalid("--direction must be 'down' or 'up'");
  return Args{invocation.arguments[0], invocation.flags.Text("type"), direction == "up"};
}

Result<Body> Run(Session& session, const Args& args) {
  const std::string id = TRY(ResolveId(session.tx(), args.id, "resolving"));
  Body body{{id, args.type, args.up}, {}};
  body.records = ToRecords(TRY(LinkedIssues(session.tx(), id, args.up ? Direction::kUp : Direction::kDown)));
  if (!args.type.empty()) {
    std::erase_if(body.records,
                  [&](const LinkedRecord& record) { return record.dependency_type != args.type; });
  }
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.records.empty()) {
    const std::string of_type = body.type.empty() ? "" : Cat(" of type '", body.type, "'");
    return out.Line(
        body.up ? Cat("No issues depend on ", body.id, body.type.empty() ? "" : Cat(" via '", body.type, "'"))
                : Cat(body.id, " has no dependencies", of_type));
  }
  out.Line(body.up ? Cat("📋 Issues that depend on ", body.id, ":\n") : Cat("📋 ", body.id, " depends on:\n"));
  for (const LinkedRecord& record : body.records) {
    const Issue& issue = record.issue;
    if (issue.created_at.IsZero()) {
      out.Line(Cat("  ", issue.id, " via ", record.dependency_type));
    } else {
      out.Line(Cat("  ", out.Styled(Style::kId, issue.id), ": ", issue.title, " [P", issue.priority, "] (",
                   issue.status, ") via ", record.dependency_type));
    }
  }
  out.Line();
}

}  // namespace

extern const Command kCommand_dep_list = {
    .name = "dep list",
    .summary = "List what an issue depends on, or what depends on it",
    .arguments = "<issue-id>",
    .flags = kFlags,
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
