// One command of an agent: what it asked for and what it was told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/run/shown.h"

namespace sim {

struct Effect {
  Register target;  // kAnyIssue: it is not known which
  std::string value;
  bool acknowledged = false;  // else: it may have been or not
};

struct Invocation {
  enum class Outcome {
    kPending,
    kAcknowledged,  // exit 0
    kRefused,       // another exit: it may have had its effect or not
    kUnknown,       // killed: the same
  };

  int number = 0;
  std::string agent;
  std::string directory;  // where it ran
  int command = 0;
  std::vector<std::string> words;  // ids put in
  std::string input;               // of a file that it is told to read, as it was written before
  uint64_t begin = 0, end = UINT64_MAX;
  int64_t begin_ns = 0, end_ns = 0;
  uint64_t calls = 0;
  Outcome outcome = Outcome::kPending;
  int exit_status = -1;
  std::string output, errors;
  std::vector<Effect> effects;
  std::vector<std::string> made;  // ids that it said it made
  bool is_external = false;       // a program of the world
  bool is_service = false;        // a daemon: it ends when it is told to
  bool is_edit = false;           // ... that changes the workspace: taken in at any moment after it began

  bool acknowledged() const { return outcome == Outcome::kAcknowledged; }
};

}  // namespace sim
