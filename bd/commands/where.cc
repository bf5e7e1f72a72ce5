// bd where: which workspace is used here.
#include "bd/command.h"
#include "engine/base/text.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Body {
  std::string path, redirected_from, prefix, database_path;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("path", self.path);
    visit("redirected_from", self.redirected_from, kOmitEmpty);
    visit("prefix", self.prefix, kOmitEmpty);
    visit("database_path", self.database_path, kOmitEmpty);
  }
};

Result<Body> Run(Session& session, const NoArgs&) {
  const Workspace& workspace = session.workspace();
  Body body{workspace.directory, workspace.redirected_from, "", ""};
  if (Result<std::string> prefix = IssuePrefix(session.tx())) body.prefix = *prefix;
  if (workspace.HasDatabase()) body.database_path = workspace.database;
  return body;
}

void Print(const Body& body, Output& out) {
  out.Line(body.path);
  if (!body.redirected_from.empty()) out.Line(Cat("  (via redirect from ", body.redirected_from, ")"));
  if (!body.prefix.empty()) out.Line(Cat("  prefix: ", body.prefix));
  if (!body.database_path.empty()) out.Line(Cat("  database: ", body.database_path));
}

}  // namespace

extern const Command kCommand_where = {
    .name = "where",
    .summary = "Show which workspace is used here",
    .group = "Setup & Configuration",
    .needs = Needs::kRead,
    .handlers = Handle<NoArgs, Body, PrepareNothing, Run, Print>(),
};

}  // namespace bd
