// The engine side of a command: from a request to a reply, the same in this process and in another.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bd/command.h"

namespace bd {

struct Request {
  const Command* command = nullptr;
  std::unique_ptr<AnyArgs> args;
  std::string id;  // made by the client; sent again with a retry
};

struct Reply {
  std::unique_ptr<AnyBody> body;  // null if there is an error
  std::optional<Error> error;
  std::vector<std::string> failures;  // items of a list that failed, a line each, and what to do about them
  std::vector<std::string> notes;     // for standard error
  bool failed() const { return error.has_value() || !failures.empty(); }
};

// What a write does inside a transaction that somebody else began and will commit: the effect, or the stored
// reply of a request id that was seen before.
Status ServeWithin(Session& session, const Request& request, Reply& reply);

// A reply as text, to be stored or sent, and back. Errors and notes are not part of it.
std::string ReplyToWire(const Reply& reply);
Status ReplyFromWire(const Command& command, const std::string& text, Reply& reply);

// Opens the transaction that the command needs, runs it, commits, exports. A request id that was seen
// before is answered from the store.
Reply Serve(Session* session, const Request& request);

}  // namespace bd
