// bd/rpc/operation.h: an operation that refuses what it is asked for has changed nothing by then. A batch and
// a group would take a change back; here nobody does.
#include "bd/rpc/operation.h"

#include <gtest/gtest.h>

#include "engine/edit/create.h"
#include "tests/support/must.h"
#include "tests/support/test_workspace.h"

namespace bd {
namespace {

class OperationTest : public testing::Test {
 protected:
  OperationTest() {
    Must(session_.BeginWrite());
    EditContext context = session_.Edit();
    NewIssue request;
    request.issue.id = "bd-1";
    request.issue.title = "One";
    request.issue.issue_type = "task";
    Must(CreateIssue(context, request));
  }
  // The words it refuses with; empty if it does not.
  std::string Refusal(std::string_view operation, const std::string& args) {
    const JsonDocument document = Must(JsonDocument::Parse(args));
    RpcRequest request;
    request.operation = operation;
    request.args = document.root();
    request.actor = "tester";
    const Result<RawJson> data = FindOperation(operation)->run(session_, request);
    return data ? "" : data.error().message;
  }
  int64_t Changes() { return Must(QueryInt(session_.tx().db(), "SELECT total_changes()")); }

  TestWorkspace workspace_;
  Session session_ = workspace_.Open();
};

TEST_F(OperationTest, ARefusalHasChangedNothing) {
  const std::pair<const char*, const char*> kRefused[] = {
      {"label_add", R"({"id": "bd-1", "label": ""})"},
      {"label_add", R"({"id": "bd-1", "label": " \t"})"},
      {"comment_add", R"({"id": "bd-1", "text": " "})"},
      {"dep_add", R"({"from_id": "bd-1", "to_id": "bd-1", "dep_type": "blocks"})"},
      {"dep_add", R"({"from_id": "bd-1", "to_id": "bd-2", "dep_type": ""})"},
      {"dep_remove", R"({"from_id": "bd-1", "to_id": "bd-2"})"},
      {"update", R"({"id": "bd-1", "title": "Other", "priority": 9})"},
      {"create", R"({"title": "", "issue_type": "task"})"},
      {"close", R"({"id": "bd-2"})"},
      {"delete", R"({"ids": ["bd-2"]})"},
  };
  const int64_t before = Changes();
  for (const auto& [operation, args] : kRefused) {
    EXPECT_NE(Refusal(operation, args), "") << operation << args;
    EXPECT_EQ(Changes(), before) << operation << args;
  }
  EXPECT_EQ(Refusal("label_add", R"({"id": "bd-1", "label": "x"})"), "");
  EXPECT_GT(Changes(), before);
}

TEST_F(OperationTest, AnEmptyLabelIsRefusedBeforeTheIssueIsLookedFor) {
  EXPECT_EQ(Refusal("label_add", R"({"id": "bd-none", "label": " "})"),
            "failed to label add: label cannot be empty");
}

}  // namespace
}  // namespace bd
