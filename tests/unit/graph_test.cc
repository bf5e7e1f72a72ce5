// engine/query/graph.h: trees, circles, and the other ends of edges.
#include "engine/query/graph.h"

#include <gtest/gtest.h>

#include "tests/support/issues.h"

// A filter names what it asks for and leaves out the rest.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace bd {
namespace {

class GraphTest : public testing::Test, protected QuestionTest {
 protected:
  std::string Tree(const std::string& root, const TreeOptions& options = {}) {
    std::string text;
    for (const TreeNode& node : Must(DependencyTree(tx_, root, options)))
      text += Cat(text.empty() ? "" : " ", node.depth, node.issue.id, "<", node.parent_id,
                  node.truncated ? "!" : "");
    return text;
  }
  std::string Linked(const std::string& id, Direction direction) {
    std::string text;
    for (const LinkedIssue& link : Must(LinkedIssues(tx_, id, direction)))
      text += Cat(text.empty() ? "" : " ", link.issue.id, ":", link.type);
    return text;
  }
};

using Graph = GraphTest;

TEST_F(Graph, ATreeUnfoldsLevelByLevelByPriority) {
  for (const char* id : {"a", "b", "d"}) Add(id);
  Add("c", [](Issue& i) { i.priority = 0; });
  Edge("a", "b");
  Edge("a", "c");
  Edge("b", "d");
  Edge("c", "d", "related");
  EXPECT_EQ(Tree("a"), "0a<a 1c<a 1b<a 2d<c");
  EXPECT_EQ(Tree("a", {.all_paths = true}), "0a<a 1c<a 1b<a 2d<c 2d<b");
  EXPECT_EQ(Tree("a", {.type = "blocks"}), "0a<a 1c<a 1b<a 2d<b");
  EXPECT_EQ(Tree("d", {.direction = Direction::kUp}), "0d<d 1c<d 1b<d 2a<c");
  EXPECT_EQ(Tree("a", {.depth_max = 1}), "0a<a 1c<a! 1b<a!");
  EXPECT_EQ(Tree("a", {.depth_max = 0}), "0a<a!");
}

TEST_F(Graph, ACircleEndsAndWhatIsDeletedIsLeftOut) {
  for (const char* id : {"a", "b"}) Add(id);
  Add("gone", [](Issue& i) { i.status = "tombstone"; });
  Edge("a", "b");
  Edge("b", "a");
  Edge("a", "gone");
  Edge("a", "external:p:cap");
  EXPECT_EQ(Tree("a"), "0a<a 1b<a 1external:p:cap<a");
  EXPECT_EQ(Tree("a", {.all_paths = true}), "0a<a 1b<a 1external:p:cap<a 2a<b");
  EXPECT_EQ(DependencyTree(tx_, "gone", {}).error().code, Code::kNotFound);
  EXPECT_EQ(DependencyTree(tx_, "none", {}).error().message, "issue none not found");
}

TEST_F(Graph, CirclesBeginWithTheirSmallestId) {
  for (const char* id : {"a", "b", "c", "d", "e"}) Add(id);
  Edge("c", "a");
  Edge("a", "b");
  Edge("b", "c", "parent-child");
  Edge("d", "d", "waits-for");
  Edge("d", "e", "related");
  Edge("e", "d", "related");  // orders nothing
  EXPECT_EQ(Must(FindCycles(tx_)), (std::vector<std::vector<std::string>>{{"a", "b", "c"}, {"d"}}));
}

TEST_F(Graph, ADeepGraphNeedsNoDeepStack) {
  constexpr int kDepth = 5000;
  for (int i = 0; i < kDepth; ++i) Add(Cat("n", i));
  for (int i = 0; i + 1 < kDepth; ++i) {
    Dependency edge;
    edge.issue_id = Cat("n", i);
    edge.depends_on_id = Cat("n", i + 1);
    edge.type = "blocks";
    edge.created_by = "t";
    Must(InsertEdge(tx_, edge));
  }
  EXPECT_TRUE(Must(FindCycles(tx_)).empty());
  EXPECT_TRUE(Must(IsReachable(tx_, "n0", Cat("n", kDepth - 1))));
  EXPECT_FALSE(Must(IsReachable(tx_, Cat("n", kDepth - 1), "n0")));
  EXPECT_EQ(Must(DependencyTree(tx_, "n0", {})).size(), 51);
}

TEST_F(Graph, ReachingGoesOverEdgesThatOrderWork) {
  for (const char* id : {"a", "b", "c"}) Add(id);
  Edge("a", "b", "related");
  Edge("b", "c", "conditional-blocks");
  EXPECT_FALSE(Must(IsReachable(tx_, "a", "c")));
  EXPECT_TRUE(Must(IsReachable(tx_, "b", "c")));
  EXPECT_TRUE(Must(IsReachable(tx_, "a", "a")));
}

TEST_F(Graph, LinksHaveWhatIsNoIssueAtTheirEnd) {
  for (const char* id : {"a", "b"}) Add(id);
  Add("c", [](Issue& i) { i.priority = 0; });
  Add("gone", [](Issue& i) { i.status = "tombstone"; });
  Edge("a", "external:p:cap");
  Edge("a", "missing");
  Edge("a", "b");
  Edge("a", "b", "related");
  Edge("a", "c", "related");
  Edge("a", "gone");
  EXPECT_EQ(Linked("a", Direction::kDown),
            "c:related b:blocks b:related external:p:cap:blocks missing:blocks");
  EXPECT_EQ(Linked("b", Direction::kUp), "a:blocks a:related");
  EXPECT_EQ(Must(LinkedIssues(tx_, "a", Direction::kDown))[3].issue.title, "cap");
}

}  // namespace
}  // namespace bd
