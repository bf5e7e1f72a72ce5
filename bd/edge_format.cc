#include "bd/edge_format.h"

#include <map>

#include "engine/base/text.h"
#include "engine/types/vocabulary.h"

namespace bd {

namespace {

struct Edge {
  const Issue* from;
  const Issue* to;
  std::string type;
};

std::vector<Edge> EdgesBetween(const std::vector<ListedIssue>& issues) {
  std::map<std::string_view, const Issue*> by_id;
  for (const ListedIssue& listed : issues) by_id[listed.issue.id] = &listed.issue;
  std::vector<Edge> edges;
  for (const ListedIssue& listed : issues) {
    for (const Dependency& dependency : listed.issue.dependencies) {
      auto target = by_id.find(dependency.depends_on_id);
      if (target != by_id.end()) edges.push_back({&listed.issue, target->second, dependency.type});
    }
  }
  return edges;
}

std::string DotText(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string Dot(const std::vector<ListedIssue>& issues) {
  std::string out = "digraph dependencies {\n  rankdir=TB;\n  node [shape=box, style=rounded];\n\n";
  for (const ListedIssue& listed : issues) {
    const Issue& issue = listed.issue;
    std::string_view fill = "white", font = "black";
    if (issue.status == status::kInProgress) fill = "lightyellow";
    if (issue.status == status::kBlocked) fill = "lightcoral";
    if (issue.IsClosed()) {
      fill = "lightgray";
      font = "dimgray";
    }
    out +=
        Cat("  \"", DotText(issue.id), "\" [label=\"", DotText(issue.id), "\\n[", DotText(issue.issue_type),
            " P", issue.priority, "]\\n", DotText(issue.title), "\\n(", issue.status,
            ")\", style=\"rounded,filled\", fillcolor=\"", fill, "\", fontcolor=\"", font, "\"];\n");
  }
  out += '\n';
  for (const Edge& edge : EdgesBetween(issues)) {
    std::string_view colour = "black", style = "solid";
    if (edge.type == edge::kBlocks) {
      colour = "red";
      style = "bold";
    } else if (edge.type == edge::kParentChild) {
      colour = "blue";
    } else if (edge.type == "discovered-from") {
      colour = "green";
      style = "dashed";
    } else {
      colour = "gray";
      style = "dotted";
    }
    out += Cat("  \"", DotText(edge.from->id), "\" -> \"", DotText(edge.to->id), "\" [label=\"",
               DotText(edge.type), "\", color=", colour, ", style=", style, "];\n");
  }
  return out + "}\n";
}

std::string IssueValue(const Issue& issue, std::string_view name, bool& known) {
  if (name == "ID") return issue.id;
  if (name == "Title") return issue.title;
  if (name == "Status") return issue.status;
  if (name == "Priority") return Cat(issue.priority);
  if (name == "IssueType") return issue.issue_type;
  if (name == "Assignee") return issue.assignee;
  known = false;
  return "";
}

std::string EdgeValue(const Edge& edge, std::string_view name, bool& known) {
  if (name == ".IssueID") return edge.from->id;
  if (name == ".DependsOnID") return edge.to->id;
  if (name == ".Type") return edge.type;
  if (name.starts_with(".Issue.")) return IssueValue(*edge.from, name.substr(7), known);
  if (name.starts_with(".Dependency.")) return IssueValue(*edge.to, name.substr(12), known);
  known = false;
  return "";
}

Result<std::string> Expand(std::string_view format, const Edge& edge) {
  std::string out;
  for (size_t start = 0;;) {
    const size_t open = format.find("{{", start);
    if (open == std::string_view::npos) return out.append(format.substr(start));
    const size_t close = format.find("}}", open);
    if (close == std::string_view::npos) {
      return Invalid(
          Cat("invalid format template: the field at column ", open + 1, " is not closed with }}"));
    }
    const std::string_view name = Trim(format.substr(open + 2, close - open - 2));
    bool known = true;
    out.append(format.substr(start, open - start));
    out += EdgeValue(edge, name, known);
    if (!known) {
      return Invalid(Cat("invalid format template: no field ", Quote(name),
                         " (use .IssueID, .DependsOnID, .Type, .Issue.Title, .Dependency.Title, ...)"));
    }
    start = close + 2;
  }
}

}  // namespace

Status CheckEdgeFormat(std::string_view format) {
  if (format == "dot" || format == "digraph") return Ok();
  const Issue issue;
  TRY(Expand(format, {&issue, &issue, ""}));
  return Ok();
}

Result<std::string> FormatEdges(std::string_view format, const std::vector<ListedIssue>& issues) {
  if (format == "dot") return Dot(issues);
  std::string out;
  for (const Edge& edge : EdgesBetween(issues)) {
    out += format == "digraph" ? Cat(edge.from->id, " ", edge.to->id) : TRY(Expand(format, edge));
    out += '\n';
  }
  return out;
}

}  // namespace bd
