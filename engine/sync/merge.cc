#include "engine/sync/merge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/types/issue_fields.h"
#include "engine/types/issue_json.h"

namespace bd {

namespace {

using EdgeKey = std::tuple<std::string, std::string>;
EdgeKey KeyOf(const Dependency& edge) { return {edge.depends_on_id, edge.type}; }
using CommentKey = std::tuple<Time, std::string, std::string>;
CommentKey KeyOf(const Comment& comment) { return {comment.created_at, comment.author, comment.text}; }
const std::string& KeyOf(const std::string& label) { return label; }

// What two records with one key may differ in.
auto RankOf(const Dependency& edge) {
  return std::tie(edge.created_at, edge.created_at.offset_seconds, edge.created_by, edge.metadata,
                  edge.thread_id, edge.extra.text);
}
auto RankOf(const Comment& comment) {
  return std::tie(comment.id, comment.created_at.offset_seconds, comment.extra.text);
}
auto RankOf(const std::string& label) { return std::tie(label); }

// Of two records with the same key, one for both sides: the one that was changed; of two changed ones the
// older, then the smaller text.
template <typename T>
const T& Pick(const T* base, const T& a, const T& b) {
  if (base && RankOf(*base) == RankOf(a)) return b;
  if (base && RankOf(*base) == RankOf(b)) return a;
  return RankOf(b) < RankOf(a) ? b : a;
}

template <typename T>
std::vector<T> MergeSets(const std::vector<T>* base, const std::vector<T>& a, const std::vector<T>& b) {
  using Key = std::decay_t<decltype(KeyOf(std::declval<const T&>()))>;
  auto index = [](const std::vector<T>& items) {
    std::map<Key, const T*> by_key;
    for (const T& item : items) by_key.emplace(KeyOf(item), &item);
    return by_key;
  };
  const auto in_a = index(a), in_b = index(b);
  const auto in_base = base ? index(*base) : std::map<Key, const T*>();
  std::vector<T> merged;
  for (const auto& [key, item] : in_a) {
    auto other = in_b.find(key);
    if (other != in_b.end()) {
      const auto before = in_base.find(key);
      merged.push_back(Pick(before == in_base.end() ? nullptr : before->second, *item, *other->second));
    } else if (!in_base.contains(key)) {
      merged.push_back(*item);
    }
  }
  for (const auto& [key, item] : in_b) {
    if (!in_a.contains(key) && !in_base.contains(key)) merged.push_back(*item);
  }
  return merged;
}

bool IsStatusMember(const IssueField& field) { return field.merge == MergeRule::kStatus; }

bool SameStatusMembers(const Issue& a, const Issue& b) {
  return std::all_of(kIssueFields.begin(), kIssueFields.end(), [&](const IssueField& field) {
    return !IsStatusMember(field) ||
           std::visit([&](auto member) { return IsWrittenAlike(a.*member, b.*member); }, field.member);
  });
}

// The side whose status, with all that belongs to it, is the result's.
const Issue& StatusSide(const Issue* base, const Issue& a, const Issue& b) {
  const Issue& later = IsLater(a, b) ? a : b;
  if (base && SameStatusMembers(*base, a)) return b;
  if (base && SameStatusMembers(*base, b)) return a;
  if (a.IsTombstone() != b.IsTombstone()) return a.IsTombstone() ? a : b;
  if (a.IsTombstone() && a.deleted_at != b.deleted_at) return a.deleted_at < b.deleted_at ? b : a;
  return later;
}

// By which of two versions tells better where the issue comes from.
std::tuple<Time, std::string, int32_t> Birth(const Issue& issue) {
  return {issue.created_at, issue.created_by, issue.created_at.offset_seconds};
}

constexpr int64_t kStepNanos = 1000;

class Merger {
 public:
  Merger(const Issue* base, const Issue& a, const Issue& b)
      : base_(base),
        a_(a),
        b_(b),
        later_(IsLater(a, b) ? a : b),
        status_(StatusSide(base, a, b)),
        first_(Birth(b) < Birth(a) ? b : a) {}

  Issue Run() {
    for (const IssueField& field : kIssueFields) {
      std::visit([&](auto member) { Take(field, member); }, field.member);
    }
    TakeValue(&Issue::extra);
    Normalise(result_);
    // What neither side says is a new version. As old as the later side, it could not be told from an
    // older one by the clone that has that side, which then would keep what the other side removed. Of two
    // sides of one moment each is the later one to its clone, also if the other says all of it.
    const bool is_new = !(result_ == a_) && !(result_ == b_);
    const bool is_tie = a_.updated_at == b_.updated_at && !(a_ == b_);
    if (is_new || is_tie) result_.updated_at = later_.updated_at.Plus(kStepNanos);
    return std::move(result_);
  }

 private:
  template <typename Member>
  void Take(const IssueField& field, Member member) {
    if constexpr (std::is_same_v<Member, std::vector<Dependency> Issue::*> ||
                  std::is_same_v<Member, std::vector<Comment> Issue::*>) {
      result_.*member = MergeSets(base_ ? &(base_->*member) : nullptr, a_.*member, b_.*member);
    } else {
      switch (field.merge) {
        case MergeRule::kIdentity: result_.*member = first_.*member; break;
        case MergeRule::kUpdatedAt: result_.*member = later_.*member; break;
        case MergeRule::kStatus: result_.*member = status_.*member; break;
        case MergeRule::kValue: TakeValue(member); break;
        case MergeRule::kSet:
          if constexpr (std::is_same_v<Member, std::vector<std::string> Issue::*>) {
            result_.*member = MergeSets(base_ ? &(base_->*member) : nullptr, a_.*member, b_.*member);
          }
          break;
      }
    }
  }

  template <typename Member>
  void TakeValue(Member member) {
    if (base_ && IsWrittenAlike(base_->*member, a_.*member)) {
      result_.*member = b_.*member;
    } else if (base_ && IsWrittenAlike(base_->*member, b_.*member)) {
      result_.*member = a_.*member;
    } else {
      result_.*member = later_.*member;
    }
  }

  const Issue* base_;
  const Issue &a_, &b_, &later_, &status_, &first_;
  Issue result_;
};

}  // namespace

bool IsLater(const Issue& a, const Issue& b) {
  if (a.updated_at != b.updated_at) return a.updated_at > b.updated_at;
  return IssueLine(a) > IssueLine(b);
}

bool AreDifferentIssues(const Issue& a, const Issue& b) {
  return a.created_at != b.created_at && a.title != b.title;
}

Issue MergeIssues(const Issue* base, const Issue& a, const Issue& b) {
  ASSERT(a.id == b.id);
  return Merger(base, a, b).Run();
}

}  // namespace bd
