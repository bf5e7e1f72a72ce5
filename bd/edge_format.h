// `list --format`: the edges between listed issues, for programs that draw graphs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bd/issue_view.h"

namespace bd {

// dot: Graphviz; digraph: "FROM TO" lines; else a template with fields in double braces:
// .IssueID .DependsOnID .Type, .Issue.X and .Dependency.X with X one of ID Title Status Priority
// IssueType Assignee. kInvalid for a bad template.
Result<std::string> FormatEdges(std::string_view format, const std::vector<ListedIssue>& issues);
Status CheckEdgeFormat(std::string_view format);

}  // namespace bd
