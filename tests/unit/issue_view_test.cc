// bd/issue_view.h and bd/output.h: lines and trees, and how they fit a terminal.
#include "bd/issue_view.h"

#include <gtest/gtest.h>

#include "tests/support/issues.h"

namespace bd {
namespace {

ListedIssue Listed(const std::string& id, const std::string& title) {
  ListedIssue listed;
  listed.issue = NamedIssue(id, title);
  return listed;
}

Output Plain(int width = 0) { return Output({false, width, false}); }

std::string TreeOf(const std::vector<ListedIssue>& issues) {
  Output out = Plain();
  PrintTree(out, issues);
  return out.text().substr(0, out.text().find("\n\n---"));
}

void AddParent(ListedIssue& child, const std::string& parent, const std::string& type = "parent-child") {
  Dependency edge;
  edge.issue_id = child.issue.id;
  edge.depends_on_id = parent;
  edge.type = type;
  child.issue.dependencies.push_back(edge);
}

TEST(ListLine, SaysEverythingInItsPlace) {
  ListedIssue listed = Listed("bd-1", "Title");
  EXPECT_EQ(ListLine(Plain(), listed), "○ bd-1 [● P2] [task] - Title");
  listed.issue.assignee = "ann";
  listed.issue.labels = {"a", "b"};
  listed.issue.pinned = true;
  listed.blocked_by = {"bd-2", "bd-3"};
  listed.blocks = {"bd-4"};
  EXPECT_EQ(ListLine(Plain(), listed),
            "○ 📌 bd-1 [● P2] [task] @ann [a b] - Title (blocked by: bd-2, bd-3, blocks: bd-4)");
  listed.issue.status = "closed";
  EXPECT_TRUE(ListLine(Plain(), listed).starts_with("✓ 📌 bd-1 [P2] [task]"));
  EXPECT_EQ(ListLine(Output({false, 0, true}), listed), "bd-1: Title (blocked by: bd-2, bd-3, blocks: bd-4)");
}

TEST(ListLine, NeverIsWiderThanTheTerminal) {
  for (const char* title : {"A rather long title that has to be cut somewhere in the middle of it",
                            "中文標題中文標題中文標題中文標題中文標題中文標題中文標題",
                            "e\u0301e\u0301e\u0301 emoji 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}) {
    const ListedIssue listed = Listed("bd-1", title);
    for (int width = 40; width < 80; ++width) {
      for (const std::string& line : {ListLine(Plain(width), listed), SearchLine(Plain(width), listed.issue),
                                      ShortLine(Plain(width), listed.issue)}) {
        EXPECT_LE(DisplayWidth(line), width) << line;
        EXPECT_TRUE(IsValidUtf8(line));
      }
    }
    EXPECT_NE(ListLine(Plain(), listed).find(title), std::string::npos);  // no terminal, no cut
  }
}

TEST(ListLine, ColoursChangeNothingElse) {
  auto without_colours = [](std::string text) {
    for (size_t at; (at = text.find('\x1b')) != std::string::npos;)
      text.erase(at, text.find('m', at) - at + 1);
    return text;
  };
  for (const char* status : {"open", "in_progress", "blocked", "closed", "deferred", "pinned", "own"}) {
    for (int64_t priority = 0; priority < 5; ++priority) {
      ListedIssue listed = Listed("bd-1", "Title");
      listed.issue.status = status;
      listed.issue.priority = priority;
      const Output colour({true, 60, false});
      EXPECT_NE(ListLine(colour, listed), ListLine(Plain(60), listed));
      EXPECT_EQ(without_colours(ListLine(colour, listed)), ListLine(Plain(60), listed));
      EXPECT_EQ(without_colours(ShortLine(colour, listed.issue)), ShortLine(Plain(60), listed.issue));
    }
  }
}

TEST(LongForm, HasALineForEach) {
  ListedIssue listed = Listed("bd-1", "Title");
  listed.issue.assignee = "ann";
  listed.issue.labels = {"a"};
  Output out = Plain();
  PrintLong(out, listed.issue, true);
  EXPECT_EQ(out.text(), "bd-1 [● P2] [task] open\n  Title\n  Assignee: ann\n  Labels: [a]\n\n");
}

TEST(Tree, ChildrenStandBelowTheirParentsByPriority) {
  std::vector<ListedIssue> issues{Listed("bd-1", "Root"), Listed("bd-1.1", "First"),
                                  Listed("bd-1.2", "Urgent"), Listed("bd-1.1.1", "Deep"),
                                  Listed("bd-9", "Alone")};
  AddParent(issues[1], "bd-1");
  AddParent(issues[2], "bd-1");
  issues[2].issue.priority = 0;
  EXPECT_EQ(TreeOf(issues),
            "○ bd-1 ● P2 Root\n"
            "├── ○ bd-1.2 ● P0 Urgent\n"
            "└── ○ bd-1.1 ● P2 First\n"
            "    └── ○ bd-1.1.1 ● P2 Deep\n"  // by its id
            "○ bd-9 ● P2 Alone");
}

TEST(Tree, NobodyIsLostInACircleOrWithoutItsParent) {
  std::vector<ListedIssue> issues{Listed("bd-1", "One"), Listed("bd-2", "Two"), Listed("bd-3", "Three")};
  AddParent(issues[0], "bd-2");
  AddParent(issues[1], "bd-1");
  AddParent(issues[2], "bd-unlisted");
  const std::string tree = TreeOf(issues);
  for (const char* title : {"One", "Two", "Three"}) EXPECT_NE(tree.find(title), std::string::npos) << tree;
}

TEST(Tree, SaysWhereThereIsNothing) {
  Output out = Plain();
  PrintTree(out, {});
  EXPECT_EQ(out.text(), "No issues found.\n");
}

}  // namespace
}  // namespace bd
