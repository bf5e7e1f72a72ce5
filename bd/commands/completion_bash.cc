// bd completion bash.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText = R"(# bash completion for bd. In ~/.bashrc: source <(bd completion bash)

_bd_complete() {
    local line files=0
    local current="${COMP_WORDS[COMP_CWORD]}"
    local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        case "$line" in
            :0) files=1 ;;
            :*) ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <(bd __complete "${words[@]}" 2>/dev/null)
    if [ "$files" = 1 ]; then
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    fi
}
complete -F _bd_complete bd
)";

}  // namespace

extern const Command kCommand_completion_bash = {
    .name = "completion bash",
    .summary = "Script for bash",
    .help = "To use it: source <(bd completion bash)",
    .arity = {0, 0},
    .handlers = Guide<kText>(),
};

}  // namespace bd
