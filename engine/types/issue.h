// The issue and what hangs on it, as the file and the store know them. Values only.
//
// Member names are the keys of the JSON form; issue_fields.h lists them with everything that the
// program knows about each. Empty means absent, unless a member is optional.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/time.h"

namespace bd {

// `issue_id` depends on `depends_on_id` (of a parent-child edge: child and parent).
struct Dependency {
  std::string issue_id;
  std::string depends_on_id;
  std::string type;
  Time created_at;
  std::string created_by;
  std::string metadata;  // JSON in a string; may be empty
  std::string thread_id;
  RawJson extra;  // unknown members, as one object; empty if none
};

struct Comment {
  int64_t id = 0;  // as exchanged in the file; unique only within one clone
  std::string issue_id;
  std::string author;
  std::string text;
  Time created_at;
  RawJson extra;
};

struct Issue {
  std::string id;
  std::string title;
  std::string description;
  std::string design;
  std::string acceptance_criteria;
  std::string notes;
  std::string spec_id;
  std::string status = "open";
  int64_t priority = 0;  // 0 (highest) to 4
  std::string issue_type = "task";
  std::string assignee;
  std::string owner;
  std::optional<int64_t> estimated_minutes;
  Time created_at;
  std::string created_by;
  Time updated_at;
  std::optional<Time> closed_at;
  std::string close_reason;
  std::string closed_by_session;
  std::optional<Time> due_at;
  std::optional<Time> defer_until;
  std::string external_ref;
  std::string source_system;
  RawJson metadata;
  int64_t compaction_level = 0;
  std::optional<Time> compacted_at;
  std::string compacted_at_commit;
  int64_t original_size = 0;
  std::optional<Time> deleted_at;
  std::string deleted_by;
  std::string delete_reason;
  std::string original_type;
  std::string sender;
  bool ephemeral = false;
  std::string wisp_type;
  bool pinned = false;
  bool is_template = false;
  RawJson bonded_from;
  RawJson creator;
  RawJson validations;
  RawJson quality_score;
  bool crystallizes = false;
  std::string await_type;
  std::string await_id;
  int64_t timeout = 0;  // nanoseconds
  std::vector<std::string> waiters;
  std::string holder;
  std::string source_formula;
  std::string source_location;
  std::string hook_bead;
  std::string role_bead;
  std::string agent_state;
  std::optional<Time> last_activity;
  std::string role_type;
  std::string rig;
  std::string mol_type;
  std::string work_type;
  std::string event_kind;
  std::string actor;
  std::string target;
  std::string payload;

  std::vector<std::string> labels;       // sorted by bytes, unique
  std::vector<Dependency> dependencies;  // sorted by creation, then target and type
  std::vector<Comment> comments;         // sorted by creation, then id
  RawJson extra;                         // unknown members, as one object; empty if none

  bool IsTombstone() const { return status == "tombstone"; }
  bool IsClosed() const { return status == "closed"; }
};

// Whether two values are written alike. Moments compare equal whatever their offsets are; a record that
// is to come out as it came in needs more than that.
template <typename T>
bool IsWrittenAlike(const T& a, const T& b) {
  return a == b;
}
inline bool IsWrittenAlike(const Time& a, const Time& b) {
  return a == b && a.offset_seconds == b.offset_seconds;
}
inline bool IsWrittenAlike(const std::optional<Time>& a, const std::optional<Time>& b) {
  return a && b ? IsWrittenAlike(*a, *b) : a.has_value() == b.has_value();
}
// Equal records are written alike.
bool operator==(const Dependency& a, const Dependency& b);
bool operator==(const Comment& a, const Comment& b);
bool operator==(const Issue& a, const Issue& b);

// The order of edges in the file; edges of several issues may be mixed.
void SortEdges(std::vector<Dependency>& edges);

// Sorts labels, dependencies and comments into the order of the file; drops repeated labels
// and edges.
void Normalise(Issue& issue);

}  // namespace bd
