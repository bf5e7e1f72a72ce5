// engine/storage/attachments.h: what hangs on an issue goes with all that belongs to it.
#include "engine/storage/attachments.h"

#include <gtest/gtest.h>

#include "engine/storage/issues.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

constexpr const char* kMembers = R"({"seen_by":["me"]})";

class Attachments : public testing::Test {
 protected:
  Attachments() : store_(MemoryStore()), tx_(Must(store_.BeginWrite())) { Add("bd-1"); }
  void Add(const std::string& id) {
    Issue issue;
    issue.id = id;
    issue.title = "one";
    issue.status = "open";
    issue.issue_type = "task";
    issue.created_at = issue.updated_at = TestNow();
    Must(InsertIssueRow(tx_, issue));
  }
  // As from a file.
  static Comment Remark(const std::string& text, const std::string& extra = "") {
    Comment remark;
    remark.id = 5;
    remark.author = "a";
    remark.text = text;
    remark.created_at = TestNow();
    remark.extra.text = extra;
    return remark;
  }
  Issue Stored() { return *Must(FindIssue(tx_, "bd-1")); }
  Store store_;
  Tx tx_;
};

// Its number is free then, and the next remark from a file may have the same.
TEST_F(Attachments, WithARemarkGoWhatItHadBesides) {
  Must(SetComments(tx_, "bd-1", {Remark("first", kMembers)}));
  ASSERT_EQ(Stored().comments.size(), 1);
  EXPECT_EQ(Stored().comments[0].extra.text, kMembers);
  Must(SetComments(tx_, "bd-1", {}));
  Must(SetComments(tx_, "bd-1", {Remark("another")}));
  ASSERT_EQ(Stored().comments.size(), 1);
  EXPECT_EQ(Stored().comments[0].extra.text, "");
}

TEST_F(Attachments, WithAnIssueGoesWhatItsRemarksHadBesides) {
  Must(SetComments(tx_, "bd-1", {Remark("first", kMembers)}));
  Must(DeleteIssueRows(tx_, "bd-1"));
  EXPECT_EQ(Must(QueryInt(tx_.db(), "SELECT count(*) FROM bd_comment_extra")), 0);
}

// Another program takes a remark away and knows nothing of our tables.
TEST_F(Attachments, ARemarkHasNothingOfOneWhoseNumberItGets) {
  Must(SetComments(tx_, "bd-1", {Remark("first", kMembers)}));
  Must(tx_.db().Run("DELETE FROM comments"));
  Must(SetComments(tx_, "bd-1", {Remark("another")}));
  ASSERT_EQ(Stored().comments.size(), 1);
  EXPECT_EQ(Stored().comments[0].extra.text, "");
}

// Taken away and added again by somebody who knows no more of it than its ends.
TEST_F(Attachments, WithAnEdgeGoWhatItHadBesides) {
  Dependency edge;
  edge.issue_id = "bd-1";
  edge.depends_on_id = "bd-9";
  edge.type = "blocks";
  edge.created_at = TestNow();
  edge.extra.text = R"({"weight":3})";
  Must(SetEdges(tx_, "bd-1", {edge}));
  ASSERT_EQ(Stored().dependencies.size(), 1);
  EXPECT_EQ(Stored().dependencies[0].extra.text, edge.extra.text);
  Must(DeleteEdge(tx_, edge));
  edge.extra.text.clear();
  Must(InsertEdge(tx_, edge));
  ASSERT_EQ(Stored().dependencies.size(), 1);
  EXPECT_EQ(Stored().dependencies[0].extra.text, "");
}

}  // namespace
}  // namespace bd
