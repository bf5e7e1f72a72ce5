// Content hashes against vectors: those of 0.49.6 were read from its database after an import.
#include "engine/types/content_hash.h"

#include <gtest/gtest.h>

#include "engine/types/issue_json.h"
#include "tests/support/must.h"

namespace bd {
namespace {

TEST(ContentHash, IsThatOfTheReferenceForFewMembers) {
  Issue issue;
  issue.title = "A";
  issue.priority = 2;
  EXPECT_EQ(ContentHash(issue), "56319922a73af39359e022e955fe6313c437a7c349a968d920b473602f5110c0");
  issue.title = "Fix login";
  issue.description = "Details";
  issue.priority = 1;
  issue.issue_type = "bug";
  issue.created_by = "alice";
  EXPECT_EQ(ContentHash(issue), "a3a159ffc9dba00b86b3a579beb5ecf356350dab2cc8eb983886baddf1085248");
}

Issue IssueWithManyTexts() {
  Issue issue;
  issue.title = "Größe <b> & \"q\"";
  issue.description = "line 1\nline 2\tTab";
  issue.design = "D";
  issue.acceptance_criteria = "AC";
  issue.notes = "N";
  issue.spec_id = "s-1";
  issue.status = "in_progress";
  issue.issue_type = "feature";
  issue.assignee = "bob";
  issue.owner = "bob@example.com";
  issue.created_by = "alice";
  issue.external_ref = "gh-12";
  issue.pinned = true;
  issue.metadata.text = R"({"b":1,  "a":[1,2]})";
  return issue;
}

TEST(ContentHash, IsThatOfTheReferenceForManyTexts) {
  Issue issue = IssueWithManyTexts();
  EXPECT_EQ(ContentHash(issue), "41dd7622296127bdfa64dcb9284fa9496bb725b79bbf801520834790295a0cae");
  issue.metadata.text = R"({"b":1,"a":[1,2]})";
  EXPECT_EQ(ContentHash(issue), "17a0f0c1853c50d93d1dc91abaf7c6f057ae933946f06c8f715036f2bfda3254");
}

TEST(ContentHash, IsThatOfTheReferenceForTheMembersOfMachinery) {
  const Issue issue = Must(ParseIssue(
      R"({"id":"bd-1","title":"done","status":"closed","priority":4,"issue_type":"chore","is_template":true,)"
      R"("closed_at":"2024-01-01T00:00:00Z","close_reason":"x","crystallizes":true,"mol_type":"swarm",)"
      R"("await_type":"timer","await_id":"w1","timeout":60000000000,"waiters":["m1","m2"],)"
      R"("event_kind":"e.k","actor":"act","target":"tgt","payload":"{}"})"));
  EXPECT_EQ(ContentHash(issue), "bc51a74f62648a06887de44afe7ec911c4310bbaf91bed933afae18129b260fd");
}

TEST(ContentHash, DoesNotDependOnTimesLabelsAndEdges) {
  const Issue issue = IssueWithManyTexts();
  Issue other = issue;
  other.id = "bd-2";
  other.labels = {"x"};
  other.estimated_minutes = 30;
  other.due_at = other.defer_until = other.updated_at = *ParseTime("2024-01-01T00:00:00Z");
  other.close_reason = "done";
  other.dependencies.push_back({"bd-2", "bd-1", "blocks", {}, "", "", "", {}});
  EXPECT_EQ(ContentHash(other), ContentHash(issue));
  other.pinned = false;
  EXPECT_NE(ContentHash(other), ContentHash(issue));
}

// Every value ends with a byte of its own, so that text cannot move from one member to the next.
TEST(ContentHash, TellsMembersApart) {
  Issue a, b;
  a.title = "xy";
  b.title = "x";
  b.description = "y";
  EXPECT_NE(ContentHash(a), ContentHash(b));
}

}  // namespace
}  // namespace bd
