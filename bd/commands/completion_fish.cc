// bd completion fish.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText =
    R"(# fish completion for bd. Once: bd completion fish > ~/.config/fish/completions/bd.fish

function __bd_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (bd __complete $words[2..-1] 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path (commandline -ct)
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c bd -f -a '(__bd_complete)'
)";

}  // namespace

extern const Command kCommand_completion_fish = {
    .name = "completion fish",
    .summary = "Script for fish",
    .help = "To use it: bd completion fish > ~/.config/fish/completions/bd.fish",
    .arity = {0, 0},
    .handlers = Guide<kText>(),
};

}  // namespace bd
