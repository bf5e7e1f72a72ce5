// One fault: when it strikes and what it does. The same text is read by everything that injects faults.
//
//   fault ACTION [op=NAME] [path=GLOB] [agent=GLOB] [command=N] [nth=N] [times=N|*] [when=before|after]
//
//   ACTION   ERRNO-NAME        the call fails with it (ENOSPC, EIO, EACCES ...)
//            short=N           a read or write moves at most N bytes
//            kill              the process is killed (-9)
//            interrupt         SIGINT (^C): the process ends with 130, and whoever pressed it goes on at once
//            stop=N            the process does not run for N milliseconds (SIGSTOP, SIGCONT)
//            clock=+N|-N       the wall clock steps by N seconds
//            suspend=N         the machine sleeps for N seconds: no process runs, the monotonic clock stands
//            power             the machine loses power
//            delay=N           the call takes N milliseconds longer
//            never             nothing; but the run is wrong if it comes to such a call
//   op       the call (open write fsync rename lock ...); change: every call that changes a file or a name;
//            without
//            it: those, and calls on descriptors and locks
//   path     matched with the whole path, * and ? as in a shell (* also crosses /)
//   agent    who makes it; command: in his n-th command
//   nth      strikes at the n-th call that matches (default 1), and `times` matching calls from there on
//            (default 1, *: for ever)
//   when     of kill, interrupt, power, stop and clock: before the call (default) or after it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace fault {

enum class Action { kErrno, kShort, kKill, kStop, kClock, kPower, kDelay, kNever, kInterrupt, kSuspend };

struct Rule {
  Action action = Action::kErrno;
  int error = 0;                // kErrno
  int64_t amount = 0;           // kShort: bytes; kStop, kDelay: ms; kClock, kSuspend: seconds
  std::string op, path, agent;  // empty: any
  int64_t command = 0;          // 0: any
  int64_t nth = 1;
  int64_t times = 1;  // 0: for ever
  bool after = false;

  friend bool operator==(const Rule&, const Rule&) = default;
};

// Where a text is wrong; columns and lines count from 1.
struct TextError {
  int line = 1;
  int column = 1;
  std::string message;
};

// `text` without the word "fault".
std::variant<Rule, TextError> ParseRule(std::string_view text);
std::string Print(const Rule& rule);

// * and ? as in a shell; * also crosses /.
bool GlobMatches(std::string_view glob, std::string_view text);

std::string_view ErrnoName(int number);  // "" if unknown
int ErrnoOfName(std::string_view name);  // 0 if unknown

}  // namespace fault
