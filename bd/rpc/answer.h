// The socket protocol: one JSON object each way.
//
//   request   {"operation", "args"?, "actor"?, "request_id"?, "cwd"?, "client_version"?, "expected_db"?}
//   answer    {"success", "data"?, "error"?}
//
// Keys of a request count whatever their case, the last one of a name wins, unknown ones are passed over.
#pragma once

#include <string>
#include <string_view>

#include "bd/rpc/operation.h"
#include "engine/base/json.h"

namespace bd {

// `document` owns what the request's args refer to. kInvalid: `invalid request: ...`.
Result<RpcRequest> ParseRpcRequest(std::string_view line, std::optional<JsonDocument>& document);

// What ping answers.
RawJson PongData();

std::string SuccessLine(const RawJson& data);
std::string FailureLine(std::string_view error, const RawJson& data = {});
// Of the lines of these two.
bool IsFailureLine(std::string_view line);

// What keeps a request from being carried out at all: another database, or a client of another version.
// Empty: nothing.
std::string Refusal(const RpcRequest& request, const std::string& database, std::string_view own_version);

}  // namespace bd
