// What the agents asked for and what they were told, in the order of the run: the material of the oracles.
//
// Every field of an issue is a register (the presence of a label, an edge, a comment, of the issue itself is
// one too): commands write values to it, answers and the shared file show values of it. Moments are numbers
// of calls: a command has an effect between its begin and its end, if it has one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

// (issue, field); fields: title, notes, status, priority, assignee, exists, label:L, dep:ID, comment:TEXT.
struct Register {
  std::string issue, field;
  friend auto operator<=>(const Register&, const Register&) = default;
};

struct Effect {
  Register target;
  std::string value;
};

inline constexpr std::string_view kPresent = "present";
inline constexpr std::string_view kAbsent = "absent";

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
  uint64_t begin = 0, end = UINT64_MAX;
  int64_t begin_ns = 0, end_ns = 0;
  uint64_t calls = 0;
  Outcome outcome = Outcome::kPending;
  int exit_status = -1;
  std::string output, errors;
  std::vector<Effect> effects;
  std::string made;          // the id of a create that said so
  bool is_external = false;  // a program of the world
  bool edits = false;        // an editor or git: taken in at any moment after it began
};

// A value that somebody was shown at some moment between `begin` and `end`.
struct Reading {
  Register source;
  std::string value;
  uint64_t begin = 0, end = UINT64_MAX;
  std::string who;
};

class History {
 public:
  // The words with @N replaced by ids that were made before (the N-th, counted round); "t-none" if there are
  // none.
  std::vector<std::string> PutIn(const std::vector<std::string>& words) const;

  Invocation& Begin(Invocation invocation);
  // Works out the effects and what was made, from the words and the output.
  void End(Invocation& invocation);

  const std::vector<Invocation>& invocations() const { return invocations_; }
  Invocation& at(int number) { return invocations_[static_cast<size_t>(number) - 1]; }
  const std::vector<std::string>& made() const { return made_; }

 private:
  std::vector<Invocation> invocations_;
  std::vector<std::string> made_;
};

// What the words ask for; `made` is the id of what is created ("" if it is not known).
std::vector<Effect> EffectsOf(const std::vector<std::string>& words, const std::string& agent,
                              const std::string& made);
bool IsRead(const std::vector<std::string>& words);
// What lines of issues (the shared file, an export) show.
struct Shown {
  std::set<std::string> issues;  // with tombstones
  std::map<Register, std::string> values;
  std::vector<std::string> broken;  // lines that are no issues
  std::string problem;  // the first of them that is not in `carried`, or an id that stands there twice
};
Shown ReadLines(std::string_view lines, const std::set<std::string>& carried = {});
// What the JSON answer of `show` or `list` shows: only members that every issue has there.
Shown ReadAnswer(std::string_view json);

}  // namespace sim
