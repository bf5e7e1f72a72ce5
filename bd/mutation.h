// An entry of the feed of changes as clients see it, whoever made the change.
#pragma once

#include <string>

#include "engine/base/fields.h"
#include "engine/base/time.h"
#include "engine/storage/events.h"

namespace bd {

struct Mutation {
  std::string type;  // create, update, status, comment, delete
  std::string issue_id, title, assignee, actor;
  Time timestamp;
  std::string old_status, new_status;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("Type", self.type);
    visit("IssueID", self.issue_id);
    visit("Title", self.title);
    visit("Assignee", self.assignee);
    visit("Actor", self.actor);
    visit("Timestamp", self.timestamp);
    visit("old_status", self.old_status, kOmitEmpty);
    visit("new_status", self.new_status, kOmitEmpty);
  }
};

// The Timestamp is the entry's stamp (see engine/storage/events.h), so that who asks for what is later than
// the last one misses nothing.
Mutation ToMutation(const FeedEntry& entry);

}  // namespace bd
