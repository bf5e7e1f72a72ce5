// bd types: which types issues can have.
#include "bd/command.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

struct TypeRow {
  std::string name, description;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("description", self.description);
  }
};

struct Body {
  std::vector<TypeRow> core_types;
  std::vector<std::string> custom_types;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("core_types", self.core_types);
    visit("custom_types", self.custom_types, kOmitEmpty);
  }
};

Result<Body> Run(Session& session, const NoArgs&) {
  Body body;
  for (const TypeDescription& type : kCoreTypes) {
    body.core_types.push_back({std::string(type.name), std::string(type.description)});
  }
  body.custom_types = session.Edit().vocabulary.custom_types;
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line("Core work types (built-in):");
  for (const TypeRow& row : body.core_types) {
    out.Line(Cat("  ", out.Styled(Style::kId, row.name),
                 std::string(std::max<size_t>(10, row.name.size() + 1) - row.name.size(), ' '),
                 row.description));
  }
  out.Line();
  if (body.custom_types.empty()) {
    out.Line("No custom types configured.");
    out.Line("Configure with: bd config set types.custom \"type1,type2\"");
    return;
  }
  out.Line("Configured custom types:");
  for (const std::string& type : body.custom_types) out.Line("  " + type);
}

}  // namespace

extern const Command kCommand_types = {
    .name = "types",
    .summary = "List valid issue types",
    .group = "Views & Reports",
    .needs = Needs::kRead,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
