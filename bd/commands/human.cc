// bd human: the few commands that a person needs.
#include "bd/guide.h"

namespace bd {
namespace {

constexpr std::string_view kText = R"(bd for people

bd has many commands for agents. These are enough for a day's work:

  bd ready                  what can be worked on
  bd list                   open issues
  bd show ID                one issue with everything
  bd search TEXT            find issues
  bd create "Title"         a new issue
  bd update ID --claim      take it
  bd close ID -r "Why"      done
  bd reopen ID              not done after all
  bd comments add ID TEXT   say something
  bd dep add A B            A waits for B
  bd status                 numbers
  bd sync                   write everything to the file that git carries

An id may be shortened to its last part: bd show a3f. Every command explains itself with --help.
)";

}  // namespace

extern const Command kCommand_human = {
    .name = "human",
    .summary = "The commands that people need most",
    .group = "Setup & Configuration",
    .handlers = Guide<kText>(),
};

}  // namespace bd
