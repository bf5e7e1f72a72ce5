// An operation of the socket protocol of 0.49.6 (docs/formats/rpc.md): one file each in bd/rpc/operations;
// the table is made from their names.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/session/session.h"

namespace bd {

// One request line, taken apart.
struct RpcRequest {
  std::string operation;
  std::optional<JsonValue> args;  // nothing: the key is missing; null counts as {}
  std::string actor;              // "daemon" if the request has none
  std::string request_id, cwd, client_version, expected_db;
};

struct Operation {
  std::string_view name;
  // Whether it changes something: it is then run in a group's write transaction, else in a read transaction
  // of its own.
  bool writes = false;
  // The answer's data as JSON; empty: no data. The message of an error is the whole text that the client
  // gets.
  Result<RawJson> (*run)(Session& session, const RpcRequest& request) = nullptr;
  // It may end the transaction it was given, and cannot be part of a batch.
  bool alone = false;
};

// All operations that need a store, sorted by name.
std::span<const Operation* const> AllOperations();
const Operation* FindOperation(std::string_view name);

}  // namespace bd
