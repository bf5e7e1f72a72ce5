#include "engine/types/issue.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace bd {

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
