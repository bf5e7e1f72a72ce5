// Group commit: what several clients asked for, in one transaction.
#pragma once

#include <vector>

#include "engine/base/result.h"
#include "engine/session/effects.h"
#include "engine/session/session.h"

namespace bd {

// One client's share of a transaction.
class Part {
 public:
  virtual ~Part() = default;
  // The effect; an error undoes it and nothing else.
  virtual Status Run(Session& session) = 0;
  // Exactly one of these follows, when the transaction is durable, or will never be.
  virtual void Done(Effects effects, std::vector<std::string> notes) = 0;
  virtual void Failed(Error error) = 0;
};

// One transaction with a savepoint for each part, one commit, then the answers. A store that was replaced is
// opened anew, and all parts run again. The shared file is not published: see Session::PublishChanges.
void ServeTogether(Session& session, const std::vector<Part*>& parts);

}  // namespace bd
