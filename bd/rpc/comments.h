// The comments of one issue: comment_list, and comments, as some clients call it.
#pragma once

#include "bd/rpc/operation.h"

namespace bd {

Result<RawJson> RunCommentList(Session& session, const RpcRequest& request);

}  // namespace bd
