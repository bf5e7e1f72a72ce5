// bd comment: the old name of comments add.
#include "bd/comment_add.h"

namespace bd {
extern const Command kCommand_comment =
    CommentCommand("comment", "use 'bd comments add' instead (will be removed in v1.0.0)");
}  // namespace bd
