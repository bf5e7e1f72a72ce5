// The table of an issue's members: one row says everything about a member that more than one part
// of the program needs. Its order is the order of the keys in the file.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>
#include <variant>

#include "engine/types/issue.h"

namespace bd {

using IssueMember = std::variant<std::string Issue::*, int64_t Issue::*, std::optional<int64_t> Issue::*,
                                 bool Issue::*, Time Issue::*, std::optional<Time> Issue::*, RawJson Issue::*,
                                 std::vector<std::string> Issue::*, std::vector<Dependency> Issue::*,
                                 std::vector<Comment> Issue::*>;

// How two versions become one; groups stay together (see engine/sync/merge.h).
enum class MergeRule {
  kIdentity,   // the same in every version of an issue
  kValue,      // three-way; of two changes the later one
  kStatus,     // with the status: a deletion wins, else as kValue, all from one side
  kUpdatedAt,  // the later, or a moment after it
  kSet,        // members of a set, by their natural identity
};

struct IssueField {
  std::string_view key;
  std::string_view column;  // in table `issues`; empty: kept with the unknown members
  IssueMember member;
  MergeRule merge = MergeRule::kValue;
  bool always = false;           // written even when empty
  bool null_when_empty = false;  // the column holds NULL, not '', for an empty text
};

constexpr size_t kIssueFieldCount = 64;

namespace issue_fields_internal {
using enum MergeRule;
constexpr bool kAlwaysWritten = true;
constexpr bool kOmitted = false;
constexpr bool kNull = true;

// clang-format off
inline constexpr std::array<IssueField, kIssueFieldCount> kIssueFields = {{
    {"id", "id", &Issue::id, kIdentity, kAlwaysWritten},
    {"title", "title", &Issue::title, kValue, kAlwaysWritten},
    {"description", "description", &Issue::description},
    {"design", "design", &Issue::design},
    {"acceptance_criteria", "acceptance_criteria", &Issue::acceptance_criteria},
    {"notes", "notes", &Issue::notes},
    {"spec_id", "spec_id", &Issue::spec_id, kValue, kOmitted, kNull},
    {"status", "status", &Issue::status, kStatus},
    {"priority", "priority", &Issue::priority, kValue, kAlwaysWritten},
    {"issue_type", "issue_type", &Issue::issue_type},
    {"assignee", "assignee", &Issue::assignee, kValue, kOmitted, kNull},
    {"owner", "owner", &Issue::owner},
    {"estimated_minutes", "estimated_minutes", &Issue::estimated_minutes},
    {"created_at", "created_at", &Issue::created_at, kIdentity, kAlwaysWritten},
    {"created_by", "created_by", &Issue::created_by, kIdentity},
    {"updated_at", "updated_at", &Issue::updated_at, kUpdatedAt, kAlwaysWritten},
    {"closed_at", "closed_at", &Issue::closed_at, kStatus},
    {"close_reason", "close_reason", &Issue::close_reason, kStatus},
    {"closed_by_session", "closed_by_session", &Issue::closed_by_session, kStatus},
    {"due_at", "due_at", &Issue::due_at},
    {"defer_until", "defer_until", &Issue::defer_until},
    {"external_ref", "external_ref", &Issue::external_ref, kValue, kOmitted, kNull},
    {"source_system", "source_system", &Issue::source_system},
    {"metadata", "metadata", &Issue::metadata},
    {"compaction_level", "compaction_level", &Issue::compaction_level},
    {"compacted_at", "compacted_at", &Issue::compacted_at},
    {"compacted_at_commit", "compacted_at_commit", &Issue::compacted_at_commit, kValue, kOmitted, kNull},
    {"original_size", "original_size", &Issue::original_size, kValue, kOmitted, kNull},
    {"labels", "", &Issue::labels, kSet},
    {"dependencies", "", &Issue::dependencies, kSet},
    {"comments", "", &Issue::comments, kSet},
    {"deleted_at", "deleted_at", &Issue::deleted_at, kStatus},
    {"deleted_by", "deleted_by", &Issue::deleted_by, kStatus},
    {"delete_reason", "delete_reason", &Issue::delete_reason, kStatus},
    {"original_type", "original_type", &Issue::original_type, kStatus},
    {"sender", "sender", &Issue::sender},
    {"ephemeral", "ephemeral", &Issue::ephemeral},
    {"wisp_type", "wisp_type", &Issue::wisp_type},
    {"pinned", "pinned", &Issue::pinned},
    {"is_template", "is_template", &Issue::is_template},
    {"bonded_from", "", &Issue::bonded_from},
    {"creator", "", &Issue::creator},
    {"validations", "", &Issue::validations},
    {"quality_score", "", &Issue::quality_score},
    {"crystallizes", "crystallizes", &Issue::crystallizes},
    {"await_type", "await_type", &Issue::await_type, kValue, kOmitted, kNull},
    {"await_id", "await_id", &Issue::await_id, kValue, kOmitted, kNull},
    {"timeout", "timeout_ns", &Issue::timeout, kValue, kOmitted, kNull},
    {"waiters", "waiters", &Issue::waiters, kValue, kOmitted, kNull},
    {"holder", "", &Issue::holder},
    {"source_formula", "", &Issue::source_formula},
    {"source_location", "", &Issue::source_location},
    {"hook_bead", "hook_bead", &Issue::hook_bead},
    {"role_bead", "role_bead", &Issue::role_bead},
    {"agent_state", "agent_state", &Issue::agent_state},
    {"last_activity", "last_activity", &Issue::last_activity},
    {"role_type", "role_type", &Issue::role_type},
    {"rig", "rig", &Issue::rig},
    {"mol_type", "mol_type", &Issue::mol_type},
    {"work_type", "", &Issue::work_type},  // the column's default, mutex, would appear in every line
    {"event_kind", "event_kind", &Issue::event_kind},
    {"actor", "actor", &Issue::actor},
    {"target", "target", &Issue::target},
    {"payload", "payload", &Issue::payload},
}};
// clang-format on
}  // namespace issue_fields_internal

using issue_fields_internal::kIssueFields;

// Row of a key, by exact spelling; nothing if it is no member.
std::optional<size_t> IssueFieldIndex(std::string_view key);
// The same without regard to letter case, as the reference reads.
std::optional<size_t> IssueFieldIndexFold(std::string_view key);

// A set of members.
using FieldSet = std::bitset<kIssueFieldCount>;
FieldSet FieldsNamed(std::initializer_list<std::string_view> keys);

}  // namespace bd
