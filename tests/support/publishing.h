// A clone whose changes are published: what tests of the publisher share.
#pragma once

#include <string>
#include <string_view>

#include "engine/storage/dirty.h"
#include "tests/support/issues.h"
#include "tests/support/workspace.h"

namespace bd {

using Outcome = PublishReport::Outcome;

inline std::string LineOf(const std::string& id, const std::string& title = "Title") {
  return IssueLine(NamedIssue(id, title)) + "\n";
}

class PublishingClone : public TestClone {
 public:
  void Add(const std::string& id, const Time& now = TestNow().Plus(111'111'111)) {
    Edit([&](EditContext& context) {
      Must(InsertIssueRow(context.tx, NamedIssue(id)));
      Must(MarkNew(context.tx, id, now));
    });
  }
  int64_t Dirty() {
    Tx tx = Must(store().BeginRead());
    return Must(DirtyCount(tx));
  }
};

}  // namespace bd
