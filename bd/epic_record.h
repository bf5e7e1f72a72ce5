// Epics with their progress: what is asked for, and the answer.
#pragma once

#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/query/stats.h"

namespace bd {

struct EpicsArgs {
  bool eligible_only = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("eligible_only", self.eligible_only);
  }
};

struct EpicRecord {
  Issue epic;
  int64_t total_children = 0, closed_children = 0;
  bool eligible_for_close = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("epic", self.epic);
    visit("total_children", self.total_children);
    visit("closed_children", self.closed_children);
    visit("eligible_for_close", self.eligible_for_close);
  }
};

inline std::vector<EpicRecord> ToEpicRecords(std::vector<EpicProgress> progresses) {
  std::vector<EpicRecord> records;
  for (EpicProgress& p : progresses) {
    const bool eligible = p.eligible();
    records.push_back({std::move(p.epic), p.children, p.closed, eligible});
  }
  return records;
}

inline void PrintEpics(JsonWriter& out, const std::vector<EpicRecord>& records) {
  out.BeginArray();
  for (const EpicRecord& record : records) {
    out.BeginObject();
    out.Key("epic");
    out.BeginObject();
    WriteIssueMembers(out, record.epic, shape::Node());
    out.EndObject();
    FieldWriter write(out);
    write("total_children", record.total_children);
    write("closed_children", record.closed_children);
    write("eligible_for_close", record.eligible_for_close);
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace bd
