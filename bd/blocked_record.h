// An issue with what holds it up.
#pragma once

#include "bd/issue_view.h"
#include "engine/query/ready.h"

namespace bd {

struct BlockedRecord {
  Issue issue;
  std::vector<std::string> blocked_by;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue", self.issue);
    visit("blocked_by", self.blocked_by);
  }
};

inline std::vector<BlockedRecord> ToBlockedRecords(std::vector<BlockedIssue> issues) {
  std::vector<BlockedRecord> records;
  for (BlockedIssue& blocked : issues) {
    records.push_back({std::move(blocked.issue), std::move(blocked.blocked_by)});
  }
  return records;
}

inline void PrintBlocked(JsonWriter& out, const std::vector<BlockedRecord>& records) {
  out.BeginArray();
  for (const BlockedRecord& record : records) {
    out.BeginObject();
    WriteIssueMembers(out, record.issue, shape::Blocked());
    FieldWriter write(out);
    write("blocked_by_count", static_cast<int64_t>(record.blocked_by.size()));
    write("blocked_by", record.blocked_by);
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace bd
