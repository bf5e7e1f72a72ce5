// The flags of `bd daemon start`, and of its old form `bd daemon --start`.
#pragma once

#include "bd/flags.h"

namespace bd {

inline constexpr Flag kDaemonStartFlags[] = {
    {"interval", FlagType::kDuration, "Between two commits of --auto-commit", 0, "5s"},
    {"foreground", FlagType::kBool, "Run as this process, for process managers"},
    {"local", FlagType::kBool, "Leave git alone (it does, without --auto-commit)"},
    {"auto-commit", FlagType::kBool, "Commit changes of the shared file"},
    {"auto-push", FlagType::kBool, "Push commits"},
    {"auto-pull", FlagType::kBool, "Pull from the remote"},
    {"supervised", FlagType::kBool, "Keep a parent that starts it again when it fails"},
    {"idle-exit", FlagType::kDuration, "End when nobody asked anything for so long"},
    {.name = "tell-starter",
     .type = FlagType::kBool,
     .help = "Say on descriptor 3 whether it runs",
     .hidden = true},
    {.name = "has-supervisor", .type = FlagType::kBool, .help = "Its parent is one", .hidden = true},
    {.name = "forced-by", .help = "Who ended the daemon before", .hidden = true},
};

}  // namespace bd
