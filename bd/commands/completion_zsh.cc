// bd completion zsh.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText = R"(#compdef bd
# zsh completion for bd. Once: bd completion zsh > "${fpath[1]}/_bd"; or: source <(bd completion zsh)

_bd() {
    local line files=0
    local -a found
    while IFS= read -r line; do
        case "$line" in
            :0) files=1 ;;
            :*) ;;
            *$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) found+=("${line//:/\\:}") ;;
        esac
    done < <(bd __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    (( ${#found} )) && _describe -V 'bd' found
    (( files )) && _files
}

if [ "${funcstack[1]}" = "_bd" ]; then
    _bd "$@"
else
    compdef _bd bd
fi
)";

}  // namespace

extern const Command kCommand_completion_zsh = {
    .name = "completion zsh",
    .summary = "Script for zsh",
    .help = "To use it: bd completion zsh > \"${fpath[1]}/_bd\"",
    .arity = {0, 0},
    .handlers = Guide<kText>(),
};

}  // namespace bd
