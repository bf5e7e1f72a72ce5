// What a line may look like and what it must not: every kind of bad input by name, and what the shared
// file makes of it.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/types/issue_json.h"
#include "tests/support/workspace.h"

namespace bd {
namespace {

// A line with more members at its end.
std::string LineWith(std::string_view more) {
  return Cat(R"({"id":"bd-1","title":"t","status":"open","priority":2,"issue_type":"task",)",
             R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z")",
             more.empty() ? "" : ",", more, "}");
}

std::string ProblemWith(std::string_view line) {
  const Result<ParsedLine> parsed = ParseIssueLine(line);
  return parsed ? "" : parsed.error().message;
}

TEST(IssueParse, WhatIsNoJsonIsRefusedAtItsByte) {
  EXPECT_EQ(ProblemWith(R"({"id":"bd-1",})"), "not valid JSON at byte 14");
  EXPECT_EQ(ProblemWith(LineWith("") + "x"), Cat("not valid JSON at byte ", LineWith("").size() + 1));
  EXPECT_NE(ProblemWith(""), "");
  EXPECT_NE(ProblemWith(LineWith("").substr(0, 40)), "");
  EXPECT_NE(ProblemWith(LineWith(R"("a":"\ud80")")), "");
  EXPECT_NE(ProblemWith(LineWith("\"a\":\"tab\there\nfeed\"") + "\x01"), "");
}

TEST(IssueParse, WhatIsNoObjectIsRefused) {
  for (const char* line : {"[]", "17", "\"bd-1\"", "true", "[{}]"})
    EXPECT_EQ(ProblemWith(line), "not an object");
}

TEST(IssueParse, AByteOrderMarkAndInvalidBytesAreNoPartOfALine) {
  EXPECT_NE(ProblemWith("\xef\xbb\xbf" + LineWith("")), "");
  EXPECT_EQ(ProblemWith(LineWith("\"notes\":\"\xff\"")), "not valid UTF-8");
  EXPECT_EQ(ProblemWith(LineWith("\"notes\":\"\xed\xa0\x80\"")), "not valid UTF-8");
}

TEST(IssueParse, ACarriageReturnBehindALineIsABlank) {
  EXPECT_EQ(IssueLine(Must(ParseIssue(LineWith("") + "\r"))), LineWith(""));
}

TEST(IssueParse, AZeroByteIsRefusedWhereverItStands) {
  for (size_t at : {size_t{0}, size_t{5}, LineWith("").size()}) {
    std::string line = LineWith("");
    line.insert(at, 1, '\0');
    EXPECT_NE(ProblemWith(line), "") << at;
  }
  // As an escape it is a character like any other.
  const Issue issue = Must(ParseIssue(LineWith(R"("notes":"a\u0000b")")));
  EXPECT_EQ(issue.notes, std::string("a\0b", 3));
}

TEST(IssueParse, DeepNestingIsRefusedWhereverItStands) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const size_t fits = kJsonDepthMax - 1;
  EXPECT_EQ(ProblemWith(LineWith("\"x\":" + nested(fits))), "");
  EXPECT_EQ(ProblemWith(LineWith("\"x\":" + nested(fits + 1))), "nested deeper than 64 levels");
  EXPECT_EQ(ProblemWith(LineWith("\"metadata\":" + nested(fits + 1))), "nested deeper than 64 levels");
  EXPECT_EQ(ProblemWith(LineWith("\"comments\":[{\"x\":" + nested(fits) + "}]")),
            "nested deeper than 64 levels");
  EXPECT_EQ(ProblemWith(std::string(5'000'000, '[')), "not an object");
  EXPECT_NE(ProblemWith(LineWith("\"x\":" + std::string(5'000'000, '['))), "");
}

TEST(IssueParse, AWrongTypeIsRefusedByItsKey) {
  const struct {
    const char* member;
    const char* problem;
  } kCases[] = {
      {R"("title":17)", "key \"title\": a number does not fit here"},
      {R"("priority":"2")", "key \"priority\": a string does not fit here"},
      {R"("priority":2.5)", "key \"priority\": a number does not fit here"},
      {R"("priority":true)", "key \"priority\": a truth value does not fit here"},
      {R"("pinned":1)", "key \"pinned\": a number does not fit here"},
      {R"("labels":"x")", "key \"labels\": a string does not fit here"},
      {R"("labels":{"a":1})", "key \"labels\": an object does not fit here"},
      {R"("labels":[1])", "key \"labels\": a number does not fit here"},
      {R"("labels":[["x"]])", "key \"labels\": an array does not fit here"},
      {R"("dependencies":["bd-2"])", "key \"dependencies\": a string does not fit here"},
      {R"("dependencies":[{"type":1}])", "key \"type\": a number does not fit here"},
      {R"("comments":[{"id":"1"}])", "key \"id\": a string does not fit here"},
      {R"("title":["x"])", "key \"title\": an array does not fit here"},
      {R"("due_at":"tomorrow")", "key \"due_at\": \"tomorrow\" is no RFC 3339 time"},
      {R"("due_at":"")", "key \"due_at\": \"\" is no RFC 3339 time"},
      {R"("comments":[{"created_at":"x"}])", "key \"created_at\": \"x\" is no RFC 3339 time"},
  };
  for (const auto& c : kCases) EXPECT_EQ(ProblemWith(LineWith(c.member)), c.problem) << c.member;
}

TEST(IssueParse, NumbersOutOfRangeAreRefused) {
  EXPECT_NE(ProblemWith(LineWith(R"("timeout":9223372036854775808)")), "");
  EXPECT_NE(ProblemWith(LineWith(R"("timeout":1e3)")), "");
  EXPECT_EQ(Must(ParseIssue(LineWith(R"("timeout":9223372036854775807)"))).timeout, INT64_MAX);
  EXPECT_NE(ProblemWith(LineWith(R"("timeout":1e400)")), "");
}

TEST(IssueParse, NumbersThatNoDoubleHoldsAreKept) {
  for (const std::string& number : {std::string("1e400"), std::string("-1.5E+999"), std::string(400, '7')}) {
    const std::string line =
        LineWith("\"metadata\":{\"a\":[" + number + ",2,\"1e400 \\\" 3\"]},\"x\":" + number);
    EXPECT_EQ(IssueLine(Must(ParseIssue(line))), line);
    EXPECT_EQ(Must(ParseIssue(line)).priority, Must(ParseIssue(LineWith(""))).priority);
  }
  EXPECT_NE(ProblemWith(LineWith(R"("x":1e400,"y":01)")), "");
  EXPECT_NE(ProblemWith(LineWith(R"("x":[1e400 2])")), "");
  EXPECT_EQ(IssueLine(Must(ParseIssue(LineWith(R"("x":-12345678901234567890123456789.50)")))),
            LineWith(R"("x":-12345678901234567890123456789.50)"));
}

TEST(IssueParse, HalfASurrogatePairIsReadAsTheReplacementCharacter) {
  EXPECT_EQ(IssueLine(Must(ParseIssue(LineWith(R"("x":"\ud83c","y":1e400)")))),
            LineWith("\"x\":\"\xef\xbf\xbd\",\"y\":1e400"));
}

TEST(IssueParse, OfAKeyThatStandsTwiceTheLastOneCounts) {
  const Issue issue = Must(ParseIssue(LineWith(
      R"("TITLE":"second","labels":["a"],"labels":["b"],"comments":[{"id":1}],"comments":[],"x":1,"x":2)")));
  EXPECT_EQ(issue.title, "second");
  EXPECT_EQ(issue.labels, std::vector<std::string>{"b"});
  EXPECT_TRUE(issue.comments.empty());
  EXPECT_EQ(issue.extra.text, R"({"x":1,"x":2})");  // whoever reads it may decide
}

TEST(IssueParse, NullLeavesTheDefault) {
  const Issue issue = Must(ParseIssue(
      R"({"id":"bd-1","title":null,"status":null,"priority":null,"labels":null,"due_at":null,"pinned":null,)"
      R"("metadata":null,"dependencies":[{"type":null}],"x":null})"));
  EXPECT_EQ(issue.status, "open");
  EXPECT_EQ(issue.issue_type, "task");
  EXPECT_EQ(issue.priority, 0);
  EXPECT_TRUE(issue.created_at.IsZero());
  EXPECT_FALSE(issue.due_at.has_value());
  EXPECT_TRUE(issue.metadata.empty());
  EXPECT_EQ(issue.extra.text, R"({"x":null})");
}

TEST(IssueParse, ADeletionMarkerIsTold) {
  EXPECT_TRUE(Must(ParseIssueLine(R"({"id":"bd-1","_deleted":true})")).deletion_marker);
  EXPECT_FALSE(Must(ParseIssueLine(R"({"id":"bd-1","_deleted":"true"})")).deletion_marker);
}

// --- In the shared file

// One bad line among good ones: what was read, and what was set aside.
struct Outcome {
  ImportReport report;
  std::string exported;
};
Outcome Import(const std::string& bytes) {
  TestClone clone;
  clone.Write(bytes);
  Outcome outcome{clone.TakeIn(), ""};
  clone.Export(true);
  outcome.exported = clone.Read();
  return outcome;
}

const std::string kGood = R"({"id":"bd-2","title":"good","status":"open","priority":2,"issue_type":"task",)"
                          R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z"})";

TEST(BadLines, AreSetAsideAndStayInTheFile) {
  const std::string long_title = R"({"id":"bd-3","title":")" + std::string(501, 'x') + R"("})";
  for (const std::string& bad :
       {std::string("{\"id\":"), std::string("no JSON"), long_title, std::string(R"({"title":"no id"})"),
        LineWith(R"("priority":7)"), LineWith(R"("estimated_minutes":-5)"), LineWith(R"("title":"")"),
        LineWith("\"x\":" + std::string(70, '[') + std::string(70, ']')), std::string("null")}) {
    const Outcome outcome = Import(bad + "\n" + kGood + "\n");
    EXPECT_EQ(outcome.report.created, 1) << bad;
    ASSERT_EQ(outcome.report.rejected.size(), 1u) << bad;
    EXPECT_EQ(outcome.report.rejected[0].number, 1);
    EXPECT_FALSE(outcome.report.rejected[0].reason.empty());
    EXPECT_EQ(outcome.exported, kGood + "\n" + bad + "\n") << bad;
  }
}

TEST(BadLines, ATitleOfFiveHundredBytesIsGood) {
  EXPECT_TRUE(
      Import(LineWith(Cat(R"("title":")", std::string(500, 'x'), "\"")) + "\n").report.rejected.empty());
}

TEST(BadLines, BytesThatAreNoUtf8AreReadAsReplacementsAndKeptInTheFile) {
  const std::string line = LineWith("\"notes\":\"a\xffz\"");
  TestClone clone;
  clone.Write(line + "\n");
  EXPECT_EQ(clone.TakeIn().repaired, 1);
  EXPECT_EQ(clone.Find("bd-1")->notes, "a\uFFFDz");
  clone.Export(true);
  EXPECT_EQ(clone.Read(), line + "\n");
}

TEST(BadLines, LineEndsOfWindowsAreKept) {
  const std::string bytes = LineWith("") + "\r\n" + kGood + "\r\n";
  const Outcome outcome = Import(bytes);
  EXPECT_EQ(outcome.report.created, 2);
  EXPECT_EQ(outcome.exported, bytes);
}

// The mark belongs to the file and not to its first line: it must not travel into the middle.
TEST(BadLines, AByteOrderMarkDoesNotMoveIntoTheMiddleOfTheFile) {
  TestClone clone;
  clone.Write("\xef\xbb\xbf" + kGood + "\n");
  EXPECT_TRUE(clone.TakeIn().rejected.empty());
  clone.Edit([](EditContext& context) {
    Issue first = Must(ParseIssue(LineWith("")));
    Must(InsertIssueRow(context.tx, first));
  });
  clone.Export(true);
  TestClone other;
  other.Write(clone.Read());
  EXPECT_EQ(other.TakeIn().created, 2);
  EXPECT_EQ(clone.Read(), LineWith("") + "\n" + kGood + "\n");
}

}  // namespace
}  // namespace bd
