// The content hash of an issue: what 0.49.6 compares records by (column issues.content_hash).
#pragma once

#include <string>

#include "engine/types/issue.h"

namespace bd {

// SHA-256 in lower-case hex over the values that say what the issue is; times, labels, edges and
// comments do not count. Order and encoding: docs/formats/jsonl.md, "Content hash".
std::string ContentHash(const Issue& issue);

}  // namespace bd
