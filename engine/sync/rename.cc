#include "engine/sync/rename.h"

#include "engine/base/mark.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"
#include "engine/sync/merge.h"
#include "engine/types/id.h"

namespace bd {

namespace {

constexpr int kCodeLength = 6;

bool IsWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

void Renamer::Keep(const Issue& issue) {
  taken_.try_emplace(issue.id, Content{issue.title, issue.created_at});
}

// Whether the issue may have this id.
Result<bool> Renamer::IsFor(const std::string& id, const Issue& issue) {
  const auto other = taken_.find(id);
  if (other != taken_.end()) return other->second == Content{issue.title, issue.created_at};
  const std::optional<Issue> present = TRY(FindIssue(tx_, id, {}));
  return !present || !AreDifferentIssues(*present, issue);
}

Status Renamer::Name(const Issue& issue) {
  if (names_.contains(issue.id)) return Ok();
  if (issue.id.size() <= PrefixOf(issue.id).size() + 1) return Ok();
  const std::optional<ChildId> child = SplitChildId(issue.id);
  const auto parent = child ? names_.find(child->parent) : names_.end();
  std::string name =
      parent != names_.end() ? TRY(ChildName(issue, parent->second, child->number)) : TRY(TopName(issue));
  taken_.try_emplace(name, Content{issue.title, issue.created_at});
  names_[issue.id] = std::move(name);
  return Ok();
}

Result<std::string> Renamer::ChildName(const Issue& issue, const std::string& parent, int64_t number) {
  std::string name = Cat(parent, ".", number);
  while (!TRY(IsFor(name, issue))) name = Cat(parent, ".", ++number);
  return name;
}

Result<std::string> Renamer::TopName(const Issue& issue) {
  std::string name = Cat(prefix_, "-", issue.id.substr(PrefixOf(issue.id).size() + 1));
  const CodeSource source{issue.title, issue.id, issue.created_by, issue.created_at};
  for (int nonce = 0; !TRY(IsFor(name, issue)); ++nonce) {
    MARK("import.renamed_to_code");
    name = Cat(prefix_, "-", MakeCode(source, kCodeLength, nonce));
  }
  return name;
}

void Renamer::Apply(Issue& issue) const {
  issue.id = Renamed(issue.id);
  for (std::string* text :
       {&issue.title, &issue.description, &issue.design, &issue.acceptance_criteria, &issue.notes}) {
    *text = InText(*text);
  }
  for (Dependency& edge : issue.dependencies) {
    edge.issue_id = Renamed(edge.issue_id);
    edge.depends_on_id = Renamed(edge.depends_on_id);
  }
  for (Comment& comment : issue.comments) {
    comment.issue_id = Renamed(comment.issue_id);
    comment.text = InText(comment.text);
  }
}

std::string Renamer::Renamed(const std::string& id) const {
  auto name = names_.find(id);
  return name == names_.end() ? id : name->second;
}

std::string Renamer::InText(std::string_view text) const {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && IsWord(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    std::string word(text.substr(i, end - i));
    // A sentence may end behind an id.
    std::string dots;
    while (word.ends_with('.')) {
      word.pop_back();
      dots += '.';
    }
    out += Renamed(word) + dots;
    i = end;
  }
  return out;
}

}  // namespace bd
