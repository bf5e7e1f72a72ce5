// Programs of the world besides bd: what editors, people and git do to files, call by call.
//
//   !write PATH TEXT       truncates and writes in place, in chunks
//   !append PATH TEXT
//   !replace PATH TEXT     a temporary file, then a rename
//   !truncate PATH SIZE
//   !unlink PATH           !rename FROM TO       !copy FROM TO (in chunks, in place)
//   !mkdir PATH            !chmod PATH OCTAL
//   !set ID FIELD VALUE    an editor: the shared file with one member of one issue changed, saved by a rename
//   !edit ID FIELD VALUE   the same, saved in place, in chunks
//   !commit                git: remembers the shared file as it is
//   !checkout N            git: index.lock; unlinks the shared file, creates it and writes the N-th commit
//   (counted
//                          round) in place, in chunks; renames index.lock
//   !git WORDS             the simulated git as a person uses it (sim/programs/git.h); the files of `!commit`
//   and
//                          `!checkout` are not its
//   !union FROM TO         git's union merge: lines of FROM that TO lacks are appended
//   !symlink TARGET PATH   !age PATH SECONDS (its mtime; negative: in the future)
//   !sql STATEMENTS        another program changes the database, while nobody has it open
//   !remount-read-only     !remount-writable (the disk; files that are open can be written no more)
//   !flock PATH MS         holds a flock for so long
//   !transaction PATH MS   another program of SQLite, without our lock, in a write transaction for so long
//   !wait MS
//
// and those that look:
//   !has PATH TEXT         !lacks PATH TEXT (a file that is there)
//   !exists PATH           !missing PATH
//   !same PATH PATH        !smaller PATH BYTES     !lines PATH NUMBER
//   !count GLOB NUMBER     of names in .beads
//   !unchanged PATH MS     nobody changes or replaces it for so long
//
// Programs that speak on sockets or send signals: sim/programs/peers.h.
//
// Exit status 1: a file was not there or not so, or a call failed.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.h"

namespace sim {

int RunWorldProgram(Task& task);
// What the program may start: git, and executable files.
void InstallPrograms(World& world);
// Which of the words for a program of the world is wrong, and why: there is none of that name, it takes
// another number of words (a plan from another build), or this one must be a number. "" if none is.
struct WrongWord {
  size_t at = 0;
  std::string why;
};
WrongWord FindWrongWord(const std::vector<std::string>& words);
// Whether a program changes no file.
bool OnlyLooks(const std::vector<std::string>& words);

}  // namespace sim
