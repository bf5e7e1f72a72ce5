// get_mutations: the feed of changes, whoever made them. The Timestamp of an entry is its stamp (see
// engine/storage/events.h), so that a client that asks for what is later than the last one misses nothing.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/storage/events.h"

namespace bd {
namespace {

constexpr int64_t kEntriesMax = 1000, kMsPerSecond = 1000, kNanosPerMs = 1'000'000;

struct Args {
  int64_t since = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("since", self.since);
  }
};

struct Mutation {
  std::string type, issue_id, title, assignee, actor;
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

std::string TypeOf(std::string_view event) {
  if (event == "created") return "create";
  if (event == "deleted") return "delete";
  if (event == "commented") return "comment";
  if (event == "closed" || event == "reopened" || event == "status_changed") return "status";
  return "update";
}

// What the history keeps is an issue, or the members that changed.
std::string StatusIn(const std::optional<std::string>& value) {
  if (!value) return "";
  const Result<JsonDocument> document = JsonDocument::Parse(*value);
  if (!document || !document->root().IsObject()) return "";
  const auto status = document->root().Find("status");
  return status ? status->AsString().value_or("") : "";
}

Mutation ToMutation(const FeedEntry& entry) {
  Mutation mutation;
  mutation.type = TypeOf(entry.event.type);
  mutation.issue_id = entry.event.issue_id;
  mutation.title = entry.title;
  mutation.assignee = entry.assignee;
  mutation.actor = entry.event.actor;
  mutation.timestamp.seconds = entry.stamp / kMsPerSecond;
  mutation.timestamp.nanos = static_cast<int32_t>(entry.stamp % kMsPerSecond * kNanosPerMs);
  if (mutation.type != "status") return mutation;
  mutation.old_status = StatusIn(entry.event.old_value);
  mutation.new_status = StatusIn(entry.event.new_value);
  if (mutation.new_status.empty() && entry.event.type == "closed") mutation.new_status = "closed";
  if (mutation.new_status.empty() && entry.event.type == "reopened") mutation.new_status = "open";
  return mutation;
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "arguments"));
  std::vector<Mutation> mutations;
  for (const FeedEntry& entry : TRY(ReadFeed(session.tx(), args.since, kEntriesMax))) {
    mutations.push_back(ToMutation(entry));
  }
  return mutations.empty() ? Null() : ToJson(mutations);
}

}  // namespace

extern const Operation kOperation_get_mutations;
const Operation kOperation_get_mutations = {"get_mutations", false, Run};

}  // namespace bd
