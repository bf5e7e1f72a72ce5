#include "engine/sync/git_activity.h"

#include <map>

#include "engine/base/text.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

// The statuses that one commit removed and added, by issue.
struct Change {
  std::optional<std::string> before, after;
};

void Count(const std::map<std::string, Change>& changes, GitActivity& activity) {
  for (const auto& [id, change] : changes) {
    if (!change.after) continue;
    if (!change.before) {
      ++activity.created;
    } else if (*change.after == "closed" && *change.before != "closed") {
      ++activity.closed;
    } else if (*change.before == "closed" && *change.after != "closed" && *change.after != "tombstone") {
      ++activity.reopened;
    } else {
      ++activity.updated;
    }
  }
}

}  // namespace

GitActivity CountActivity(std::string_view log) {
  GitActivity activity;
  std::map<std::string, Change> changes;
  while (!log.empty()) {
    const size_t feed = log.find('\n');
    const std::string_view line = log.substr(0, feed);
    log.remove_prefix(feed == std::string_view::npos ? log.size() : feed + 1);
    if (line.starts_with("commit ")) {
      Count(changes, activity);
      changes.clear();
      ++activity.commits;
      continue;
    }
    const bool added = line.starts_with("+{"), removed = line.starts_with("-{");
    if (!added && !removed) continue;
    Result<Issue> issue = ParseIssue(line.substr(1));
    if (!issue) continue;
    Change& change = changes[issue->id];
    (added ? change.after : change.before) = issue->status;
  }
  Count(changes, activity);
  return activity;
}

std::optional<GitActivity> RecentActivity(const GitRepository& git, const std::string& file, int hours) {
  if (!file.starts_with(git.work_tree + "/")) return std::nullopt;
  Result<os::ProcessResult> log =
      RunGit(git.work_tree,
             {"log", Cat("--since=", hours, " hours ago"), "--format=commit %H", "-p", "-U0", "--no-color",
              "--", file.substr(git.work_tree.size() + 1)},
             10'000);
  if (!log || log->exit_code != 0) return std::nullopt;
  GitActivity activity = CountActivity(log->output);
  if (activity.commits == 0) return std::nullopt;
  return activity;
}

}  // namespace bd
