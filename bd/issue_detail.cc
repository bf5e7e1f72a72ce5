#include "bd/issue_detail.h"

#include "engine/types/vocabulary.h"

namespace bd {

void Detail::PrintJson(JsonWriter& out) const {
  out.BeginObject();
  WriteIssueMembers(out, issue, shape::Details());
  FieldWriter write(out);
  write("labels", issue.labels, kOmitEmpty);
  if (!dependencies.empty()) {
    out.Key("dependencies");
    PrintLinked(out, dependencies);
  }
  if (!dependents.empty()) {
    out.Key("dependents");
    PrintLinked(out, dependents);
  }
  write("comments", issue.comments, kOmitEmpty);
  for (const LinkedRecord& record : dependencies) {
    if (record.dependency_type != edge::kParentChild) continue;
    write("parent", record.issue.id);
    break;
  }
  out.EndObject();
}

Result<Detail> LoadDetail(Tx& tx, const std::string& id, const std::string& mode) {
  Detail detail;
  detail.issue = *TRY(FindIssue(tx, id));
  if (mode == "short") return detail;
  detail.dependents = ToRecords(TRY(LinkedIssues(tx, id, Direction::kUp)));
  if (mode == "children") {
    std::erase_if(detail.dependents,
                  [](const LinkedRecord& r) { return r.dependency_type != edge::kParentChild; });
  }
  if (mode.empty()) detail.dependencies = ToRecords(TRY(LinkedIssues(tx, id, Direction::kDown)));
  return detail;
}

}  // namespace bd
