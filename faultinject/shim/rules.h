// The rules of a plan in a real process: counted over all processes of a run, in memory that they share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "faultinject/op.h"
#include "faultinject/rule.h"

namespace fault::shim {

constexpr const char* kVariablePlan = "BD_FAULT_PLAN";    // a file with lines "fault ..."
constexpr const char* kVariableState = "BD_FAULT_STATE";  // a file with CountersOf them
constexpr const char* kVariableTrace = "BD_FAULT_TRACE";  // a file that every call is appended to
constexpr const char* kVariableAgent = "BD_FAULT_AGENT";  // otherwise the name of the program

struct Counter {
  int64_t seen = 0;
  int64_t struck = 0;
};
// One for each rule, and one for the lines that the trace lacks, for they could not be written.
constexpr size_t CountersOf(size_t rules) { return rules + 1; }

struct Call {
  std::string_view op;
  const char* path = nullptr;    // as given; null: `descriptor` says it
  const char* second = nullptr;  // the new name of a rename or link
  int descriptor = -1;
  bool changes = false;  // of an open: whether it creates or truncates
};

// What becomes of a call.
struct Verdict {
  int error = 0;
  int64_t limit = -1;  // bytes
  std::vector<const Rule*> after;
};

class Rules {
 public:
  // From the variables; without them nothing ever strikes.
  Rules();
  bool empty() const { return rules_.empty() && trace_.empty(); }
  // What is to happen before the call happens here: delay, stop, death.
  Verdict Before(const Call& call);
  void After(const Verdict& verdict);

 private:
  bool Matches(const Rule& rule, const OpRow& row, const Call& call, std::string_view path) const;
  void Trace(const Call& call, std::string_view path);
  void Strike(const Rule& rule, Verdict& verdict);

  std::vector<Rule> rules_;
  Counter* counters_ = nullptr;  // CountersOf
  std::string agent_, trace_;
};

}  // namespace fault::shim
