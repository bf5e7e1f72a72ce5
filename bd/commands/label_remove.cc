// bd label remove.
#include "bd/label_edit.h"

namespace bd {

extern const Command kCommand_label_remove = {
    .name = "label remove",
    .summary = "Remove a label from issues",
    .arguments = "<id...> <label>",
    .arity = kAtLeast(2),
    .needs = Needs::kWrite,
    .write_name = "label remove",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<LabelArgs, LabelBody, PrepareLabel, RunLabelRemove, PrintLabel>(),
};

}  // namespace bd
