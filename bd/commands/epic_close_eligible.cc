// bd epic close-eligible: closes epics whose children are all closed.
#include "bd/epic_record.h"
#include "bd/issues_body.h"
#include "engine/edit/close.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"dry-run", FlagType::kBool, "Show which"}};

struct Args {
  bool dry_run = false;
  bool ReadsOnly() const { return dry_run; }
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("dry_run", self.dry_run);
  }
};

struct Body {
  bool dry_run = false;
  std::vector<EpicRecord> eligible;
  std::vector<std::string> closed;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("dry_run", self.dry_run);
    visit("eligible", self.eligible);
    visit("closed", self.closed);
  }
  void PrintJson(JsonWriter& out) const {
    if (dry_run || eligible.empty()) return PrintEpics(out, eligible);
    out.BeginObject();
    FieldWriter write(out);
    write("closed", closed);
    write("count", static_cast<int64_t>(closed.size()));
    out.EndObject();
  }
};

Result<Args> Prepare(Invocation& invocation) { return Args{invocation.flags.Bool("dry-run")}; }

Result<Body> Run(Session& session, const Args& args) {
  Body body{args.dry_run, ToEpicRecords(TRY(EpicProgresses(session.tx(), true))), {}};
  if (args.dry_run) return body;
  EditContext context = session.Edit();
  for (const EpicRecord& record : body.eligible) {
    const std::string& id = record.epic.id;
    const bool closed = TRY(ForOne(session, id, "closing", [&] {
      return CloseIssue(context, id, {"All children completed", "", false});
    }));
    if (!closed) continue;
    body.closed.push_back(id);
    session.QueueHook("close", id);
  }
  return body;
}

void Print(const Body& body, Output& out) {
  if (body.eligible.empty()) return out.Line("No epics eligible for closure");
  if (body.dry_run) {
    out.Line(Cat("Would close ", body.eligible.size(), " epic(s):"));
    for (const EpicRecord& record : body.eligible)
      out.Line(Cat("  - ", record.epic.id, ": ", record.epic.title));
    return;
  }
  out.Line(Cat(out.Styled(Style::kGood, "✓"), " Closed ", body.closed.size(), " epic(s)"));
  for (const std::string& id : body.closed) out.Line("  - " + id);
}

}  // namespace

extern const Command kCommand_epic_close_eligible = {
    .name = "epic close-eligible",
    .summary = "Close epics whose children are all closed",
    .flags = kFlags,
    .needs = Needs::kWrite,
    .write_name = "epic close-eligible",
    .json_errors = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
