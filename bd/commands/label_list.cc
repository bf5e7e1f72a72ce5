// bd label list: the labels of one issue.
#include "bd/command.h"
#include "engine/query/resolve.h"
#include "engine/storage/issues.h"

namespace bd {
namespace {

struct Body {
  std::string id;
  std::vector<std::string> labels;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("labels", self.labels);
  }
  void PrintJson(JsonWriter& out) const { WriteJson(out, labels); }
};

Result<Body> Run(Session& session, const IdArgs& args) {
  const std::string id = TRY(ResolveId(session.tx(), args.ids[0], "resolving"));
  std::optional<Issue> issue = TRY(FindIssue(session.tx(), id, {.labels = true}));
  return Body{id, std::move(issue->labels)};
}

void Print(const Body& body, Output& out) {
  out.Line();
  if (body.labels.empty()) return out.Line(body.id + " has no labels");
  out.Line(Cat("🏷 Labels for ", body.id, ":"));
  for (const std::string& label : body.labels) out.Line("  - " + label);
  out.Line();
}

}  // namespace

extern const Command kCommand_label_list = {
    .name = "label list",
    .summary = "List the labels of an issue",
    .arguments = "<id>",
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<IdArgs, Body, PrepareIds, Run, Print>(),
};

}  // namespace bd
