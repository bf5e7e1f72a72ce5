// Foreign prefixes become ours: new ids for issues that are imported, and every mention of the old ones.
//
// An issue keeps what stands behind its prefix if that id is free, or belongs to the same issue (the import
// is a repeated one); else it gets a code of its own. The same input finds the same ids again.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

class Renamer {
 public:
  Renamer(Tx& tx, std::string prefix) : tx_(tx), prefix_(std::move(prefix)) {}

  // An issue of the batch whose id stays. All of them come before those that get names.
  void Keep(const Issue& issue);
  // An issue that gets a name; a parent comes before its children.
  Status Name(const Issue& issue);

  // In ids, edges, comments and texts, there as whole words.
  void Apply(Issue& issue) const;

 private:
  struct Content {
    std::string title;
    Time created_at;
    friend bool operator==(const Content&, const Content&) = default;
  };
  Result<bool> IsFor(const std::string& id, const Issue& issue);
  Result<std::string> ChildName(const Issue& issue, const std::string& parent, int64_t number);
  Result<std::string> TopName(const Issue& issue);
  std::string Renamed(const std::string& id) const;
  std::string InText(std::string_view text) const;

  Tx& tx_;
  std::string prefix_;
  std::map<std::string, std::string> names_;  // old id to new one
  std::map<std::string, Content> taken_;      // ids of this batch
};

}  // namespace bd
