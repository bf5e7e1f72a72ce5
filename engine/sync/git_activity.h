// What happened to the shared file in git lately.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/sync/git.h"

namespace bd {

struct GitActivity {
  int64_t commits = 0, created = 0, closed = 0, updated = 0, reopened = 0;
  int64_t total() const { return created + closed + updated + reopened; }
};

// Of the last `hours`. Nothing without git, without commits, or if git fails.
std::optional<GitActivity> RecentActivity(const GitRepository& git, const std::string& file, int hours);

// The counting itself, over `git log -p` output in which each commit begins with "commit ".
GitActivity CountActivity(std::string_view log);

}  // namespace bd
