// bd epic status: how far epics are.
#include "bd/epic_record.h"

namespace bd {
namespace {

constexpr Flag kFlags[] = {{"eligible-only", FlagType::kBool, "Only epics whose children are all closed"}};

struct Body {
  std::vector<EpicRecord> epics;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("epics", self.epics);
  }
  void PrintJson(JsonWriter& out) const { PrintEpics(out, epics); }
};

Result<EpicsArgs> Prepare(Invocation& invocation) {
  return EpicsArgs{invocation.flags.Bool("eligible-only")};
}

Result<Body> Run(Session& session, const EpicsArgs& args) {
  return Body{ToEpicRecords(TRY(EpicProgresses(session.tx(), args.eligible_only)))};
}

void Print(const Body& body, Output& out) {
  if (body.epics.empty()) return out.Line("No open epics found");
  for (const EpicRecord& record : body.epics) {
    const int64_t percent =
        record.total_children > 0 ? record.closed_children * 100 / record.total_children : 0;
    out.Line(Cat(record.eligible_for_close ? out.Styled(Style::kGood, "✓") : "○", " ",
                 out.Styled(Style::kId, record.epic.id), " ", record.epic.title));
    out.Line(Cat("   Progress: ", record.closed_children, "/", record.total_children, " children closed (",
                 percent, "%)"));
    if (record.eligible_for_close) out.Line("   Eligible for closure");
    out.Line();
  }
}

}  // namespace

extern const Command kCommand_epic_status = {
    .name = "epic status",
    .summary = "Show the progress of open epics",
    .flags = kFlags,
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<EpicsArgs, Body, Prepare, Run, Print>(),
};

}  // namespace bd
