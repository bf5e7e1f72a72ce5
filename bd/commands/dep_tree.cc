// bd dep tree: what hangs on an issue, as a tree or a diagram.
#include <map>

#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/query/graph.h"
#include "engine/query/resolve.h"
#include "engine/types/id.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {
    {"direction", kString, "down (dependencies), up (dependents) or both", 0, "down"},
    {"reverse", kBool, "The same as --direction up"},
    {"max-depth", kInt, "Greatest depth", 'd', "50"},
    {"show-all-paths", kBool, "Every way to a node, not only the first"},
    {"status", kString, "Nodes of this status only (the root stays)"},
    {"format", kString, "mermaid: a diagram in that language"},
    {"type", kString, "Edges of this type only", 't'},
};

struct Args {
  std::string id, direction, status, format, type;
  int64_t depth_max = 50;
  bool all_paths = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("id", self.id);
    visit("direction", self.direction);
    visit("status", self.status);
    visit("format", self.format);
    visit("type", self.type);
    visit("depth_max", self.depth_max);
    visit("all_paths", self.all_paths);
  }
};

struct Node {
  Issue issue;
  int64_t depth = 0;
  std::string parent_id;
  bool truncated = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("depth", self.depth);
    visit("parent_id", self.parent_id);
    visit("truncated", self.truncated);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginObject();
    WriteIssueMembers(out, issue, shape::Node());
    FieldWriter write(out);
    write("depth", depth);
    write("parent_id", parent_id);
    write("truncated", truncated);
    out.EndObject();
  }
};

struct Body {
  std::string root, direction, format;
  bool root_ready = false;
  std::vector<Node> nodes;
  std::vector<std::vector<std::string>> edges;  // of a diagram
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("root", self.root);
    visit("direction", self.direction);
    visit("format", self.format);
    visit("root_ready", self.root_ready);
    visit("nodes", self.nodes);
    visit("edges", self.edges, kOmitEmpty);
  }
  void PrintJson(JsonWriter& out) const {
    out.BeginArray();
    for (const Node& node : nodes) node.PrintJson(out);
    out.EndArray();
  }
};

Result<Args> Prepare(Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  Args args;
  args.id = invocation.arguments[0];
  args.direction = flags.Bool("reverse") && !flags.Has("direction") ? "up" : flags.Text("direction");
  if (args.direction != "down" && args.direction != "up" && args.direction != "both") {
    return Invalid("--direction must be 'down', 'up', or 'both'");
  }
  args.depth_max = flags.Int("max-depth");
  if (args.depth_max < 1) return Invalid("--max-depth must be >= 1");
  args.all_paths = flags.Bool("show-all-paths");
  args.status = flags.Text("status");
  args.type = flags.Text("type");
  args.format = flags.Text("format");
  if (!args.format.empty() && args.format != "mermaid") {
    return Invalid(Cat("--format must be 'mermaid', got ", Quote(args.format)));
  }
  return args;
}

Status AddTree(Session& session, const Args& args, const std::string& root, Direction direction,
               bool with_root, Body& body) {
  for (TreeNode& node :
       TRY(DependencyTree(session.tx(), root, {direction, args.depth_max, args.type, args.all_paths}))) {
    if (node.depth == 0 && !with_root) continue;
    if (node.depth > 0 && !args.status.empty() && node.issue.status != args.status) continue;
    body.nodes.push_back({std::move(node.issue), node.depth, std::move(node.parent_id), node.truncated});
  }
  return Ok();
}

// All edges between the shown issues, in their order.
Status AddEdges(Session& session, Body& body) {
  std::map<std::string, bool> shown;
  for (const Node& node : body.nodes) shown[node.issue.id] = true;
  for (auto& [id, first] : shown) first = true;
  for (const Node& node : body.nodes) {
    bool& first = shown[node.issue.id];
    if (!first) continue;
    first = false;
    for (const std::string& target :
         TRY(QueryTexts(session.tx().db(),
                        "SELECT DISTINCT depends_on_id FROM dependencies WHERE issue_id = ? ORDER BY 1",
                        node.issue.id))) {
      if (shown.contains(target)) body.edges.push_back({node.issue.id, target});
    }
  }
  return Ok();
}

Result<bool> IsReady(Session& session, const Node& root) {
  if (root.issue.status != "open") return false;
  return TRY(QueryInt(session.tx().db(), "SELECT count(*) FROM blocked_issues_cache WHERE issue_id = ?",
                      root.issue.id)) == 0;
}

Result<Body> Run(Session& session, const Args& args) {
  const std::string id = TRY(ResolveId(session.tx(), args.id, "resolving"));
  Body body;
  body.root = id;
  body.direction = args.direction;
  body.format = args.format;
  if (args.direction == "both") TRY(AddTree(session, args, id, Direction::kUp, false, body));
  TRY(AddTree(session, args, id, args.direction == "up" ? Direction::kUp : Direction::kDown, true, body));
  for (const Node& node : body.nodes) {
    if (node.depth == 0) body.root_ready = TRY(IsReady(session, node));
  }
  if (!args.format.empty()) TRY(AddEdges(session, body));
  return body;
}

class TreeText {
 public:
  TreeText(const Body& body, Output& out) : body_(body), out_(out) {
    for (const Node& node : body.nodes) {
      if (node.depth > 0) children_[node.parent_id].push_back(&node);
    }
  }

  void Print() {
    for (const Node& node : body_.nodes) {
      if (node.depth != 0) continue;
      out_.Line(Cat(Text(node), body_.root_ready ? " [READY]" : ""));
      met_[node.issue.id] = true;
      Children(node.issue.id, 1);
    }
  }

 private:
  std::string Text(const Node& node) const {
    const Issue& issue = node.issue;
    if (IsExternalReference(issue.id)) return Cat("⏳ ", issue.title, " (external)");
    return Cat(out_.Styled(Style::kId, issue.id), ": ", issue.title, " [P", issue.priority, "] (",
               issue.status, ")", node.truncated ? " …" : "");
  }

  void Children(const std::string& id, size_t depth) {
    auto found = children_.find(id);
    if (found == children_.end()) return;
    for (const Node* child : found->second) {
      const bool last = child == found->second.back();
      const bool again = !met_.try_emplace(child->issue.id, true).second;
      out_.Line(Cat(std::string(depth * 4, ' '), last ? "└── " : "├── ",
                    again ? Cat(child->issue.id, " (shown above)") : Text(*child)));
      if (!again) Children(child->issue.id, depth + 1);
    }
  }

  const Body& body_;
  Output& out_;
  std::map<std::string, std::vector<const Node*>> children_;
  std::map<std::string, bool> met_;
};

std::string_view Box(const std::string& status) {
  if (status == "open") return "☐";
  if (status == "in_progress") return "◧";
  if (status == "blocked") return "⚠";
  if (status == "closed") return "☑";
  if (status == "deferred") return "❄";
  return "?";
}

void PrintMermaid(const Body& body, Output& out) {
  out.Line("flowchart TD");
  std::map<std::string, bool> met;
  for (const Node& node : body.nodes) {
    if (!met.try_emplace(node.issue.id, true).second) continue;
    std::string title;
    for (char c : node.issue.title) title += c == '"' ? std::string("#quot;") : std::string(1, c);
    out.Line(Cat("  ", node.issue.id, "[\"", Box(node.issue.status), " ", node.issue.id, ": ", title, "\"]"));
  }
  out.Line();
  for (const std::vector<std::string>& edge : body.edges) out.Line(Cat("  ", edge[0], " --> ", edge[1]));
}

void Print(const Body& body, Output& out) {
  if (!body.format.empty()) return PrintMermaid(body, out);
  const std::string_view kind = body.direction == "up"     ? "Dependent tree"
                                : body.direction == "both" ? "Full dependency graph"
                                                           : "Dependency tree";
  out.Line(Cat("\n🌲 ", kind, " for ", body.root, ":\n"));
  TreeText(body, out).Print();
  out.Line();
}

}  // namespace

extern const Command kCommand_dep_tree = {
    .name = "dep tree",
    .summary = "Show the tree of dependencies of an issue",
    .arguments = "<issue-id>",
    .flags = kFlags,
    .arity = kExactly(1),
    .needs = Needs::kRead,
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
