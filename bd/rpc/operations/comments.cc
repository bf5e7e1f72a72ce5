// comments: the comments of an issue.
#include "bd/rpc/comments.h"

namespace bd {

extern const Operation kOperation_comments;
const Operation kOperation_comments = {"comments", false, RunCommentList};

}  // namespace bd
