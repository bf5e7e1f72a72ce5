// Ids, words and the acceptance of issues, against what release 0.49.6 does.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/types/id.h"
#include "engine/types/issue.h"
#include "engine/types/issue_fields.h"
#include "engine/types/validate.h"
#include "engine/types/vocabulary.h"
#include "tests/support/must.h"

namespace bd {
namespace {

// --- Ids

TEST(Id, CodesAreThoseOfTheReference) {
  const CodeSource source{"Fix login", "Details", "jira-import", *ParseTime("2024-01-02T03:04:05.006Z")};
  const char* const kCodes[] = {"vju", "8d8e", "bi3tk", "8bi3tk", "r5sr6bm", "8r5sr6bm"};
  for (int length = 3; length <= 8; ++length) EXPECT_EQ(MakeCode(source, length, 0), kCodes[length - 3]);
  EXPECT_NE(MakeCode(source, 8, 1), "8r5sr6bm");
}

TEST(Id, CodesGrowWithTheNumberOfIssues) {
  const struct {
    int64_t issues;
    int length;
  } kSteps[] = {{0, 3},    {163, 3},   {164, 4},   {983, 4},    {984, 5},    {5898, 5},
                {5899, 6}, {35389, 6}, {35390, 7}, {212339, 7}, {212340, 8}, {1 << 30, 8}};
  for (const auto& step : kSteps) EXPECT_EQ(CodeLength(step.issues, {}), step.length) << step.issues;
  EXPECT_EQ(CodeLength(0, {0.25, 5, 8}), 5);
  EXPECT_EQ(CodeLength(1 << 30, {0.25, 3, 4}), 4);
}

TEST(Id, ThePrefixEndsAtTheLastHyphenThatACodeFollows) {
  EXPECT_EQ(PrefixOf("bd-a3f"), "bd");
  EXPECT_EQ(PrefixOf("my-app-a3f8"), "my-app");
  EXPECT_EQ(PrefixOf("my-app-abc.1.2"), "my-app");  // three letters may be a code
  EXPECT_EQ(PrefixOf("my-app-word"), "my");         // four letters without a digit are none
  EXPECT_EQ(PrefixOf("bd-123456789012"), "bd");
  EXPECT_EQ(PrefixOf("bd-"), "bd");
  EXPECT_EQ(PrefixOf("bd"), "");
}

TEST(Id, OnlyALastPartOfDigitsMakesAChild) {
  EXPECT_EQ(SplitChildId("bd-a.1.12")->parent, "bd-a.1");
  EXPECT_EQ(SplitChildId("bd-a.1.12")->number, 12);
  for (const char* id : {"bd-a", "bd-a.x", "bd-a.", ".1", "bd-a.1x", "bd-a.99999999999999999999"}) {
    EXPECT_FALSE(SplitChildId(id).has_value()) << id;
  }
}

TEST(Id, AGivenIdHasAPrefixACodeAndNumbers) {
  for (const char* id : {"bd-a3f8e9", "bd-a3f.1", "my-app-x_1.2.3", "A-B"})
    EXPECT_TRUE(IsWellFormedId(id)) << id;
  for (const char* id : {"", "bd", "-a", "bd-", "bd-a.", "bd-a.x", "bd-a b", "bd-ä", "bd-a..1", "bd-.1"}) {
    EXPECT_FALSE(IsWellFormedId(id)) << id;
  }
}

TEST(Id, AnExternalReferenceHasThreeParts) {
  EXPECT_TRUE(CheckExternalReference("external:project:capability").has_value());
  for (const char* text : {"external:", "external:p", "external:p:", "external::c", "external:p:c:d"}) {
    EXPECT_FALSE(CheckExternalReference(text).has_value()) << text;
  }
}

// --- Words

TEST(Vocabulary, PrioritiesAreReadAsLenientlyAsTheReferenceDoes) {
  for (const char* text : {"1", "P1", "p1", "  1", "+1", "1abc", "P1x", "1.5"})
    EXPECT_EQ(Must(ParsePriority(text)), 1);
  for (const char* text : {"", "5", "-1", "high", "P", "10", "x1"}) EXPECT_FALSE(ParsePriority(text)) << text;
}

TEST(Vocabulary, AFailureIsToldByItsWords) {
  for (const char* reason :
       {"Tests FAILED", "won't fix", "WontFix", "cancelled by user", "timeout", "blocked"}) {
    EXPECT_TRUE(IsFailureReason(reason)) << reason;
  }
  EXPECT_FALSE(IsFailureReason("done"));
  EXPECT_FALSE(IsFailureReason(""));
}

TEST(Vocabulary, AliasesOfTypesHaveAnyLetterCase) {
  EXPECT_EQ(CanonicalType("Feat"), "feature");
  EXPECT_EQ(CanonicalType("ENHANCEMENT", false), "feature");
  EXPECT_EQ(CanonicalType("mr"), "merge-request");
  EXPECT_EQ(CanonicalType("mr", false), "mr");
  EXPECT_EQ(CanonicalType("Bug"), "Bug");
}

TEST(Vocabulary, AWorkspaceAddsItsOwnWords) {
  const Vocabulary vocabulary{{"review"}, {"spike"}};
  EXPECT_TRUE(IsKnownStatus("review", vocabulary));
  EXPECT_FALSE(IsKnownStatus("review", {}));
  EXPECT_TRUE(IsKnownType("spike", vocabulary));
  EXPECT_TRUE(IsKnownType("event", {}));
  EXPECT_FALSE(IsKnownType("spike", {}));
}

// --- Acceptance

Issue Acceptable() {
  Issue issue;
  issue.id = "bd-1";
  issue.title = "t";
  return issue;
}

std::string ProblemWith(const Issue& issue, WordCheck words = WordCheck::kKnownWords) {
  const Status valid = ValidateIssue(issue, {}, words);
  return valid ? "" : valid.error().message;
}

TEST(Validate, ATitleHasOneToFiveHundredBytes) {
  Issue issue = Acceptable();
  issue.title = std::string(500, 'x');
  EXPECT_EQ(ProblemWith(issue), "");
  issue.title = std::string(501, 'x');
  EXPECT_EQ(ProblemWith(issue), "title must be 500 characters or less (got 501)");
  issue.title = " \t\n";
  EXPECT_EQ(ProblemWith(issue), "title is required");
}

TEST(Validate, NumbersHaveTheirRange) {
  Issue issue = Acceptable();
  issue.priority = 5;
  EXPECT_EQ(ProblemWith(issue), "priority must be between 0 and 4 (got 5)");
  issue.priority = 4;
  issue.estimated_minutes = 0;
  EXPECT_EQ(ProblemWith(issue), "");
  issue.estimated_minutes = -1;
  EXPECT_EQ(ProblemWith(issue), "estimated_minutes cannot be negative");
}

TEST(Validate, ClosedIssuesAndOnlyTheseSayWhen) {
  Issue issue = Acceptable();
  issue.status = "closed";
  EXPECT_EQ(ProblemWith(issue), "closed issues must have closed_at timestamp");
  RepairClosedAt(issue);
  EXPECT_EQ(ProblemWith(issue), "");
  issue.status = "open";
  EXPECT_EQ(ProblemWith(issue), "non-closed issues cannot have closed_at timestamp");
  issue.status = "tombstone";
  EXPECT_EQ(ProblemWith(issue), "");
}

TEST(Validate, ARepairIsTheSameInEveryClone) {
  Issue issue = Acceptable();
  issue.status = "closed";
  issue.created_at = *ParseTime("2024-01-02T00:00:00Z");
  issue.updated_at = *ParseTime("2024-01-03T00:00:00+02:00");
  RepairClosedAt(issue);
  EXPECT_EQ(FormatTime(*issue.closed_at), "2024-01-03T00:00:00+02:00");
}

TEST(Validate, ForeignWordsAreAcceptedFromTheSharedFile) {
  Issue issue = Acceptable();
  issue.status = "review";
  EXPECT_EQ(ProblemWith(issue), "invalid status: review");
  EXPECT_EQ(ProblemWith(issue, WordCheck::kKnownStatus), "invalid status: review");
  EXPECT_EQ(ProblemWith(issue, WordCheck::kAnyWords), "");
  issue.status = "open";
  issue.issue_type = "spike";
  EXPECT_EQ(ProblemWith(issue), "invalid issue type: spike");
  EXPECT_EQ(ProblemWith(issue, WordCheck::kKnownStatus), "");
}

TEST(Validate, MetadataIsJson) {
  Issue issue = Acceptable();
  issue.metadata.text = R"({"a":)";
  EXPECT_EQ(ProblemWith(issue), "metadata must be valid JSON");
}

// --- Members

TEST(IssueFields, KeysAreFoundInAnyLetterCase) {
  for (size_t i = 0; i < kIssueFieldCount; ++i) {
    EXPECT_EQ(IssueFieldIndex(kIssueFields[i].key), i);
    EXPECT_EQ(IssueFieldIndexFold(Upper(kIssueFields[i].key)), i);
  }
  EXPECT_FALSE(IssueFieldIndex("Id").has_value());
  EXPECT_FALSE(IssueFieldIndexFold("content_hash").has_value());
}

TEST(Issue, NormalisingSortsAndDropsRepetitions) {
  Issue issue = Acceptable();
  issue.labels = {"b", "a", "b"};
  const Time early = *ParseTime("2024-01-01T00:00:00Z"), late = *ParseTime("2024-01-01T01:00:00+00:30");
  issue.dependencies = {{"bd-1", "bd-3", "blocks", late, "", "", "", {}},
                        {"bd-1", "bd-2", "blocks", early, "first", "", "", {}},
                        {"bd-1", "bd-2", "blocks", late, "again", "", "", {}},
                        {"bd-1", "bd-2", "related", early, "", "", "", {}}};
  Normalise(issue);
  EXPECT_EQ(issue.labels, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(issue.dependencies.size(), 3u);
  EXPECT_EQ(issue.dependencies[0].created_by, "first");
  EXPECT_EQ(issue.dependencies[2].depends_on_id, "bd-3");
}

TEST(Issue, EqualIssuesAreWrittenAlike) {
  Issue a = Acceptable(), b = Acceptable();
  a.due_at = *ParseTime("2024-01-01T00:00:00Z");
  b.due_at = *ParseTime("2024-01-01T02:00:00+02:00");
  EXPECT_EQ(a.due_at, b.due_at);
  EXPECT_FALSE(a == b);
  b.due_at = a.due_at;
  EXPECT_TRUE(a == b);
  b.extra.text = "{\"x\":1}";
  EXPECT_FALSE(a == b);
}

}  // namespace
}  // namespace bd
