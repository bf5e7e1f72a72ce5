// engine/query/list.h: each condition of a filter, orders, and counts.
#include "engine/query/list.h"

#include <gtest/gtest.h>

#include "tests/support/issues.h"

// A filter names what it asks for and leaves out the rest.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace bd {
namespace {

Time Day(int day) { return TestNow().Plus((day - 15) * 24 * 3600 * kNanosPerSecond); }

class ListTest : public testing::Test, protected QuestionTest {
 protected:
  ListTest() {
    Add("bd-1", [](Issue& i) {
      i.title = "Login fails";
      i.description = "On Monday";
      i.assignee = "ann";
      i.priority = 0;
      i.issue_type = "bug";
      i.labels = {"auth", "urgent"};
      i.created_at = i.updated_at = Day(1);
      i.due_at = Day(10);
      i.spec_id = "auth/login";
    });
    Add("bd-2", [](Issue& i) {
      i.title = "write docs";
      i.notes = "about LOGIN";
      i.priority = 3;
      i.labels = {"docs"};
      i.created_at = Day(2);
      i.updated_at = Day(9);
      i.defer_until = Day(20);
    });
    Add("bd-3", [](Issue& i) {
      i.title = "Done";
      i.status = "closed";
      i.closed_at = Day(5);
      i.created_at = Day(3);
      i.due_at = Day(4);
    });
    Add("bd-4", [](Issue& i) {
      i.title = "Gone";
      i.status = "tombstone";
      i.created_at = Day(4);
    });
    Add("bd-5", [](Issue& i) {
      i.title = "Pinned";
      i.status = "pinned";
      i.created_at = Day(5);
      i.description = "d";
    });
    Add("bd-6", [](Issue& i) {
      i.title = "Template";
      i.is_template = true;
      i.pinned = true;
      i.created_at = Day(6);
    });
    Add("bd-7", [](Issue& i) {
      i.title = "Gate";
      i.issue_type = "gate";
      i.created_at = Day(7);
    });
  }
  std::string List(IssueFilter filter, const ListOptions& options = {.order = "id"}) {
    filter.now = TestNow();
    const std::string ids = Ids(Must(ListIssues(tx_, filter, options, {})));
    if (options.limit == 0) {
      const auto count = static_cast<size_t>(Must(CountIssues(tx_, filter)));
      EXPECT_EQ(count, ids.empty() ? 0 : Split(ids, ' ').size());
    }
    return ids;
  }
};

using Lists = ListTest;

TEST_F(Lists, WithoutConditionsEverythingButTombstonesIsListed) {
  EXPECT_EQ(List({}), "bd-1 bd-2 bd-3 bd-5 bd-6 bd-7");
  EXPECT_EQ(List({.include_tombstones = true}), "bd-1 bd-2 bd-3 bd-4 bd-5 bd-6 bd-7");
  EXPECT_EQ(List({.status = "tombstone"}), "bd-4");
}

TEST_F(Lists, StatusAndKindsAreConditions) {
  EXPECT_EQ(List({.status = "closed"}), "bd-3");
  EXPECT_EQ(List({.exclude_closed = true, .exclude_templates = true, .exclude_gates = true}),
            "bd-1 bd-2 bd-5");
  EXPECT_EQ(List({.type = "bug"}), "bd-1");
  EXPECT_EQ(List({.pinned = true}), "bd-5 bd-6");
  EXPECT_EQ(List({.pinned = false}), "bd-1 bd-2 bd-3 bd-7");
}

TEST_F(Lists, PeopleAndPriorities) {
  EXPECT_EQ(List({.assignee = "ann"}), "bd-1");
  EXPECT_EQ(List({.no_assignee = true}), "bd-2 bd-3 bd-5 bd-6 bd-7");
  EXPECT_EQ(List({.priority = 3}), "bd-2");
  EXPECT_EQ(List({.priority_min = 0, .priority_max = 1}), "bd-1");
}

TEST_F(Lists, LabelsInEveryWay) {
  EXPECT_EQ(List({.labels_all = {"auth", "urgent"}}), "bd-1");
  EXPECT_EQ(List({.labels_all = {"auth", "docs"}}), "");
  EXPECT_EQ(List({.labels_any = {"auth", "docs"}}), "bd-1 bd-2");
  EXPECT_EQ(List({.no_labels = true}), "bd-3 bd-5 bd-6 bd-7");
  EXPECT_EQ(List({.label_pattern = "u*t"}), "bd-1");
  EXPECT_EQ(List({.label_regex = "^d|^u"}), "bd-1 bd-2");
  EXPECT_EQ(List({.label_regex = "nothing"}), "");
  const auto bad = ListIssues(tx_, {.label_regex = "("}, {}, {});
  EXPECT_EQ(bad.error().code, Code::kInvalid);
  EXPECT_EQ(bad.error().message, "failed to filter by label regex: invalid regex pattern \"(\"");
  EXPECT_EQ(CountIssues(tx_, {.label_regex = "("}).error().code, Code::kInvalid);
}

TEST_F(Lists, TextsAreFoundInAnyCase) {
  EXPECT_EQ(List({.title_contains = "LOGIN"}), "bd-1");
  EXPECT_EQ(List({.description_contains = "monday"}), "bd-1");
  EXPECT_EQ(List({.notes_contains = "login"}), "bd-2");
  EXPECT_EQ(List({.text = "D-3"}), "bd-3");
  EXPECT_EQ(List({.text = "monday"}), "bd-1");
  EXPECT_EQ(List({.text = "%"}), "");  // no wildcards
  EXPECT_EQ(List({.empty_description = true}), "bd-2 bd-3 bd-6 bd-7");
  EXPECT_EQ(List({.spec_prefix = "auth/"}), "bd-1");
  EXPECT_EQ(List({.spec_prefix = "auth%"}), "");
}

TEST_F(Lists, TimesAreStrictlyLaterAndEarlier) {
  EXPECT_EQ(List({.created = {Day(2), Day(5)}}), "bd-3");
  EXPECT_EQ(List({.updated = {Day(8), std::nullopt}}), "bd-2");
  EXPECT_EQ(List({.closed = {std::nullopt, TestNow()}}), "bd-3");
  EXPECT_EQ(List({.due = {Day(9), std::nullopt}}), "bd-1");
  EXPECT_EQ(List({.defer = {Day(19), Day(21)}}), "bd-2");
  EXPECT_EQ(List({.deferred = true}), "bd-2");
  EXPECT_EQ(List({.overdue = true}), "bd-1");  // what is closed is not late
}

TEST_F(Lists, IdsAndParents) {
  Edge("bd-2", "bd-1", "parent-child");
  Edge("bd-3", "bd-2", "parent-child");
  EXPECT_EQ(List({.ids = {"bd-2", "bd-4", "none"}}), "bd-2");
  EXPECT_EQ(List({.parent = "bd-1"}), "bd-2");  // direct children only
}

TEST_F(Lists, OrdersAreThoseAskedForAndTheLimitCutsAfterwards) {
  const struct {
    const char *order, *ids;
  } kCases[] = {{"priority", "bd-1 bd-7 bd-6 bd-5 bd-3 bd-2"}, {"created", "bd-7 bd-6 bd-5 bd-3 bd-2 bd-1"},
                {"updated", "bd-2 bd-1 bd-7 bd-6 bd-5 bd-3"},  {"closed", "bd-3 bd-1 bd-7 bd-6 bd-5 bd-2"},
                {"id", "bd-1 bd-2 bd-3 bd-5 bd-6 bd-7"},       {"title", "bd-3 bd-7 bd-1 bd-5 bd-6 bd-2"},
                {"type", "bd-1 bd-7 bd-6 bd-5 bd-3 bd-2"},     {"assignee", "bd-7 bd-6 bd-5 bd-3 bd-2 bd-1"},
                {"status", "bd-3 bd-1 bd-7 bd-6 bd-2 bd-5"},   {"", "bd-1 bd-7 bd-6 bd-5 bd-3 bd-2"},
                {"nonsense", "bd-1 bd-7 bd-6 bd-5 bd-3 bd-2"}};
  for (const auto& c : kCases) EXPECT_EQ(List({}, {.order = c.order}), c.ids) << c.order;
  EXPECT_EQ(List({}, {.order = "created", .reverse = true}), "bd-1 bd-2 bd-3 bd-5 bd-6 bd-7");
  EXPECT_EQ(List({}, {.order = "created", .limit = 2}), "bd-7 bd-6");
}

TEST_F(Lists, GroupsAreNamedAsPeopleAreToldThem) {
  using Groups = std::map<std::string, int64_t>;
  EXPECT_EQ(Must(CountGroups(tx_, {}, GroupBy::kStatus)),
            (Groups{{"closed", 1}, {"open", 4}, {"pinned", 1}}));
  EXPECT_EQ(Must(CountGroups(tx_, {}, GroupBy::kPriority)), (Groups{{"P0", 1}, {"P2", 4}, {"P3", 1}}));
  EXPECT_EQ(Must(CountGroups(tx_, {}, GroupBy::kType)), (Groups{{"bug", 1}, {"gate", 1}, {"task", 4}}));
  EXPECT_EQ(Must(CountGroups(tx_, {}, GroupBy::kAssignee)), (Groups{{"(unassigned)", 5}, {"ann", 1}}));
  EXPECT_EQ(Must(CountGroups(tx_, {}, GroupBy::kLabel)),
            (Groups{{"(no labels)", 4}, {"auth", 1}, {"docs", 1}, {"urgent", 1}}));
}

TEST_F(Lists, AttachmentsCountEdgesToWhatIsNotThereToo) {
  Edge("bd-1", "bd-2");
  Edge("bd-1", "bd-missing");
  Edge("bd-1", "external:p:c");
  Edge("bd-3", "bd-1", "related");
  Comment comment;
  comment.issue_id = "bd-1";
  comment.author = "a";
  comment.text = "t";
  comment.created_at = TestNow();
  Must(InsertComment(tx_, comment, std::nullopt));
  const std::vector<Counts> counts = Must(CountAttachments(tx_, {*Must(FindIssue(tx_, "bd-1"))}));
  ASSERT_EQ(counts.size(), 1);
  EXPECT_EQ(counts[0].dependencies, 3);
  EXPECT_EQ(counts[0].dependents, 1);
  EXPECT_EQ(counts[0].comments, 1);
}

}  // namespace
}  // namespace bd
