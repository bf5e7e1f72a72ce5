#include "engine/types/issue.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/types/issue_fields.h"

namespace bd {

bool operator==(const Dependency& a, const Dependency& b) {
  auto others = [](const Dependency& e) {
    return std::tie(e.issue_id, e.depends_on_id, e.type, e.created_by, e.metadata, e.thread_id, e.extra.text);
  };
  return others(a) == others(b) && IsWrittenAlike(a.created_at, b.created_at);
}

bool operator==(const Comment& a, const Comment& b) {
  auto others = [](const Comment& c) { return std::tie(c.id, c.issue_id, c.author, c.text, c.extra.text); };
  return others(a) == others(b) && IsWrittenAlike(a.created_at, b.created_at);
}

bool operator==(const Issue& a, const Issue& b) {
  auto alike = [&](const IssueField& field) {
    return std::visit([&](auto member) { return IsWrittenAlike(a.*member, b.*member); }, field.member);
  };
  return std::all_of(kIssueFields.begin(), kIssueFields.end(), alike) && a.extra == b.extra;
}

void SortEdges(std::vector<Dependency>& edges) {
  std::stable_sort(edges.begin(), edges.end(), [](const Dependency& a, const Dependency& b) {
    return std::tie(a.created_at, a.depends_on_id, a.type, a.issue_id) <
           std::tie(b.created_at, b.depends_on_id, b.type, b.issue_id);
  });
}

void Normalise(Issue& issue) {
  std::sort(issue.labels.begin(), issue.labels.end());
  issue.labels.erase(std::unique(issue.labels.begin(), issue.labels.end()), issue.labels.end());
  SortEdges(issue.dependencies);
  // One edge of a type leads to a target; of repeated ones the earliest stays.
  if (issue.dependencies.size() > 1) {
    std::set<std::pair<std::string, std::string>> known;
    std::erase_if(issue.dependencies, [&known](const Dependency& edge) {
      return !known.emplace(edge.depends_on_id, edge.type).second;
    });
  }
  std::stable_sort(issue.comments.begin(), issue.comments.end(), [](const Comment& a, const Comment& b) {
    return std::tie(a.created_at, a.id, a.author, a.text) < std::tie(b.created_at, b.id, b.author, b.text);
  });
}

}  // namespace bd
