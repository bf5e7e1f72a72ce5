// bd label list-all: every label with the number of its issues.
#include "bd/command.h"
#include "engine/query/stats.h"

namespace bd {
namespace {

struct Body {
  std::vector<LabelCount> rows;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("rows", self.rows);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, rows); }
};

Result<Body> Run(Session& session, const NoArgs&) { return Body{TRY(LabelCounts(session.tx()))}; }

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.rows.empty()) return out.Line("No labels found in database");
  int width = 0;
  for (const LabelCount& row : body.rows) width = std::max(width, DisplayWidth(row.label));
  out.Line(Cat("🏷 All labels (", body.rows.size(), " unique):"));
  for (const LabelCount& row : body.rows) {
    out.Line(Cat("  ", row.label, std::string(static_cast<size_t>(width - DisplayWidth(row.label)), ' '),
                 "  (", row.count, " issues)"));
  }
  out.Line();
}

}  // namespace

extern const Command kCommand_label_list_all = {
    .name = "label list-all",
    .summary = "List all labels with the number of their issues",
    .needs = Needs::kRead,
    .json_errors = true,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
