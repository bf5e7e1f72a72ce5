// Loading many issues into a store that had none: indexes are built at the end, and what can be done in
// one statement for all is.
//
// Between Begin and Finish the store is not to be used for anything but Insert and what the caller does
// for ids that came before. All of it happens in one transaction, so nobody sees it half done.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/base/result.h"
#include "engine/storage/store.h"
#include "engine/types/issue.h"

namespace bd {

class BulkLoad {
 public:
  explicit BulkLoad(Tx& tx) : tx_(tx) {}

  Status Begin();
  // False if an issue with that id may be there already. (The answer is kept as a hash: a collision
  // only means that the caller looks.)
  bool IsNew(std::string_view id);
  // An issue that is new, with everything that hangs on it.
  Status Insert(const Issue& issue);
  struct Facts {
    Time now;
    std::string actor;
    bool mark_new = false;  // the issues are still to be exported
  };
  Status Finish(const Facts& facts);

 private:
  Tx& tx_;
  std::unordered_set<uint64_t> ids_;
};

// Whether the store holds no issues.
Result<bool> IsEmptyStore(Tx& tx);

}  // namespace bd
