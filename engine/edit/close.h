// The ways into and out of being finished.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/edit/context.h"

namespace bd {

struct CloseOptions {
  std::string reason = "Closed";
  std::string session;
  bool force = false;  // also what is pinned or held up by open issues
};

// A closed issue can be closed again: time and reason are rewritten. Refused without force, with the
// whole line as the error: pinned issues, templates, issues with open blockers.
Status CloseIssue(EditContext& context, std::string_view id, const CloseOptions& options);

// Any status but deleted becomes open; a reason becomes a comment.
Status ReopenIssue(EditContext& context, std::string_view id, std::string_view reason);

// kInvalid for a closed issue: it is to be reopened first.
Status DeferIssue(EditContext& context, std::string_view id, const std::optional<Time>& until);
Status UndeferIssue(EditContext& context, std::string_view id);

}  // namespace bd
