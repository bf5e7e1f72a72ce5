#include "bd/mutation.h"

#include "engine/base/json.h"

namespace bd {

namespace {

constexpr int64_t kMsPerSecond = 1000, kNanosPerMs = 1'000'000;

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

}  // namespace

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

}  // namespace bd
