// The data of answers, as JSON.
#pragma once

#include "bd/issue_view.h"
#include "bd/rpc/operation.h"
#include "bd/to_json.h"

namespace bd {

// One of the issues that a change leaves behind: with labels, without edges and comments.
Result<RawJson> ChangedIssue(Tx& tx, const std::string& id);
RawJson IssueData(const Issue& issue, const FieldSet& without);
// Where the reference has no list at all, it says null.
inline RawJson Null() { return RawJson{"null"}; }
RawJson IssueList(const std::vector<Issue>& issues, const FieldSet& without);
// Issues with counts and edges. An edge carries the issue at its other end beside its own members: some
// clients read it as an issue.
Result<RawJson> ListData(Tx& tx, std::vector<Issue> issues);

template <typename Print>
RawJson PrintedJson(Print print) {
  RawJson data;
  JsonWriter out(data.text);
  print(out);
  return data;
}

}  // namespace bd
