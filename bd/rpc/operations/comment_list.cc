// comment_list: the comments of an issue.
#include "bd/rpc/comments.h"

namespace bd {

extern const Operation kOperation_comment_list;
const Operation kOperation_comment_list = {"comment_list", false, RunCommentList};

}  // namespace bd
