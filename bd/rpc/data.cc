#include "bd/rpc/data.h"

#include <algorithm>
#include <map>

#include "bd/rpc/args.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"

namespace bd {

std::optional<Time> ReadMoment(std::string_view text) {
  constexpr size_t kDateLength = 10;
  if (text.size() == kDateLength) return ParseRfc3339(Cat(text, "T00:00:00Z"));
  return ParseRfc3339(text);
}

RawJson IssueData(const Issue& issue, const FieldSet& without) {
  return PrintedJson([&](JsonWriter& out) {
    out.BeginObject();
    WriteIssueMembers(out, issue, without);
    out.EndObject();
  });
}

Result<RawJson> ChangedIssue(Tx& tx, const std::string& id) {
  const std::optional<Issue> issue = TRY(FindIssue(tx, id, {.labels = true}));
  if (!issue) return NotFound(Cat("issue ", id, " not found"));
  return IssueData(*issue, shape::Plain());
}

RawJson IssueList(const std::vector<Issue>& issues, const FieldSet& without) {
  return PrintedJson([&](JsonWriter& out) { PrintIssues(out, issues, without); });
}

namespace {

using Targets = std::map<std::string, std::optional<Issue>>;

// What an edge says of itself stands; of the issue what is left.
void WriteEdge(JsonWriter& out, const Dependency& edge, const std::optional<Issue>& target) {
  std::string own;
  JsonWriter edge_out(own);
  WriteJson(edge_out, edge);
  out.BeginObject();
  std::vector<std::string> taken;
  auto copy = [&](const std::string& key, JsonValue value) {
    if (std::find(taken.begin(), taken.end(), key) != taken.end()) return;
    taken.push_back(key);
    out.Key(key);
    out.Raw(value.Dump());
  };
  if (auto document = JsonDocument::Parse(own)) document->root().ForEachMember(copy);
  if (target) {
    const RawJson issue = IssueData(*target, shape::Linked());
    if (auto document = JsonDocument::Parse(issue.text)) document->root().ForEachMember(copy);
  }
  out.Key("dependency_type");
  out.String(edge.type);
  out.EndObject();
}

}  // namespace

Result<RawJson> ListData(Tx& tx, std::vector<Issue> issues) {
  Targets targets;
  for (const Issue& issue : issues) {
    for (const Dependency& edge : issue.dependencies) {
      if (targets.contains(edge.depends_on_id)) continue;
      targets[edge.depends_on_id] = TRY(FindIssue(tx, edge.depends_on_id, {}));
    }
  }
  const FieldSet without = shape::Listed() | FieldsNamed({"dependencies"});
  const std::vector<ListedIssue> listed = TRY(WithCounts(tx, std::move(issues)));
  return PrintedJson([&](JsonWriter& out) {
    out.BeginArray();
    for (const ListedIssue& one : listed) {
      out.BeginObject();
      one.PrintMembers(out, without);
      if (!one.issue.dependencies.empty()) {
        out.Key("dependencies");
        out.BeginArray();
        for (const Dependency& edge : one.issue.dependencies) {
          WriteEdge(out, edge, targets[edge.depends_on_id]);
        }
        out.EndArray();
      }
      out.EndObject();
    }
    out.EndArray();
  });
}

}  // namespace bd
