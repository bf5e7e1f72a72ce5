// bd comments add.
#include "bd/comment_add.h"

namespace bd {
extern const Command kCommand_comments_add = CommentCommand("comments add", "");
}  // namespace bd
