// Taking one version of an issue into the store: the heart of every import.
//
//   in the store        incoming line                        outcome
//   absent              -                                    created
//   same content        -                                    unchanged, clean
//   clean               later                                replaces it
//   clean               same moment                          replaces it; sets are united
//   clean               earlier (an old branch, a stash)     kept; dirty again, so that it is exported
//   dirty               equals the base                      kept, stays dirty
//   dirty               differs from the base                three-way merge; with an old version, which
//                                                            may be no child of the base, without it
//   another issue under the same id                          both kept, the later one renumbered
//   any, and the file has two lines of it (a merge of        both count: values of the later, sets united
//   texts)
//
// "Clean" means that store and file agreed when they last met; the base is what they agreed on.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/bulk.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

enum class TakenIn { kCreated, kUpdated, kUnchanged, kKeptNewer, kMerged, kSkipped, kRenumbered };

// Takes in lines. Collects which issues changed, for Finish.
class TakeIn {
 public:
  enum class Source {
    kSharedFile,    // what it says counts as exchanged
    kOtherVersion,  // another version of it: whatever is new there is dirty, and nothing becomes clean
    kOldVersion,    // as kOtherVersion, but it may be older than the base: what it lacks was not removed
  };
  TakeIn(Tx& tx, Source source, const Time& now)
      : tx_(tx),
        shared_(source == Source::kSharedFile),
        has_ancestor_(source != Source::kOldVersion),
        now_(now) {}

  // To be called first. A store that holds no issues yet, and of which none is still to be taken out of the
  // file, is loaded without looking for them.
  Status Begin();
  bool loads_empty_store() const { return bulk_.has_value(); }

  // `line` is the text that `issue` was read from.
  Result<TakenIn> Line(const Issue& issue, std::string_view line);
  // Another line of an issue of which the same file says something else: neither replaces the other.
  Result<TakenIn> Second(const Issue& issue, std::string_view line);
  // A line of a file that is not the shared one: the store's version is what counts as exchanged, what
  // is taken over becomes dirty. Only a strictly later version is taken.
  Result<TakenIn> Foreign(const Issue& issue);

  // blocked_issues_cache follows; to be called once, at the end.
  Status Finish();
  const std::set<std::string>& touched() const { return touched_; }
  bool touched_many() const { return touched_many_; }

 private:
  Status Load(const Issue& issue, std::string_view line, std::string_view canonical);
  Status Create(const Issue& issue, std::string_view line, std::string_view canonical);
  Status Agree(const Issue& issue, std::string_view line, std::string_view canonical);
  Status Differ(const std::string& id, std::string_view canonical);
  Status Replace(const Issue& before, const Issue& after);
  Result<TakenIn> KeepNewer(Issue older, const Time& newest);
  Result<TakenIn> Clean(const Issue& present, const Issue& issue, std::string_view line,
                        std::string_view canonical);
  Result<TakenIn> Dirty(const Issue& present, const Issue& issue, std::string_view line,
                        std::string_view canonical);
  Status Unite(const Issue& present, const Issue& issue);
  Result<std::optional<Issue>> FindMoved(const Issue& moving);
  Status PutMoved(const Issue& moving, const std::optional<Issue>& moved);
  Result<TakenIn> Renumber(const Issue& present, const Issue& issue, std::string_view line);
  Status Event(const Issue& issue, std::string_view type, const Issue* before);
  void Touch(const std::string& id);

  Tx& tx_;
  bool shared_;
  bool has_ancestor_;  // the base is an ancestor of what comes
  Time now_;
  std::optional<BulkLoad> bulk_;
  std::set<std::string> touched_;
  bool touched_many_ = false;  // then everything is worked out anew, and touched_ is not kept
};

}  // namespace bd
