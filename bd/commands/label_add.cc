// bd label add.
#include "bd/label_edit.h"

namespace bd {

extern const Command kCommand_label_add = {
    .name = "label add",
    .summary = "Add a label to issues",
    .arguments = "<id...> <label>",
    .arity = kAtLeast(2),
    .needs = Needs::kWrite,
    .write_name = "label add",
    .json_errors = true,
    .completes_ids = true,
    .handlers = Handle<LabelArgs, LabelBody, PrepareLabel, RunLabelAdd, PrintLabel>(),
};

}  // namespace bd
