// BOUND and DEGR: every command ends within a bounded number of calls and a bounded time, with an exit status
// that means something, and one that fails says why.
#include "sim/run/oracle.h"

namespace sim {

namespace {

constexpr uint64_t kCallsMax = 60'000;
// Lock time-outs are 30 s by default; whoever is stopped waits longer, and so do those behind him.
constexpr int64_t kTimeMaxNs = 120LL * 1'000'000'000;
constexpr int kAborted = 134;
constexpr int kHung = 70;  // as engine/os/stall_guard.h has it

class BoundOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call&, Outcome) override {
    if (task.owns_statics && !task.options.serves && task.calls == 2 * kCallsMax) {
      Fail("BOUND", task.options.agent + " made " + std::to_string(task.calls) + " calls and goes on");
    }
  }

  void OnInvocationEnd(const Invocation& invocation) override {
    if (invocation.is_external || invocation.outcome == Invocation::Outcome::kUnknown) {
      if (invocation.exit_status != kAborted) return;
      return Fail("DEGR", Name(invocation) + " failed an assertion: " + invocation.errors);
    }
    const bool is_bounded = !invocation.is_service;
    // A daemon that hung and was ended by its guard says so in a file: there is no way to say it here.
    if (invocation.is_service && invocation.exit_status == kHung) return;
    if (is_bounded && invocation.calls > kCallsMax) {
      Fail("BOUND", Name(invocation) + " made " + std::to_string(invocation.calls) + " calls");
    }
    if (is_bounded && invocation.end_ns - invocation.begin_ns > kTimeMaxNs) {
      Fail("BOUND", Name(invocation) + " took " +
                        std::to_string((invocation.end_ns - invocation.begin_ns) / 1'000'000'000) + " s");
    }
    if (invocation.exit_status != 0 && invocation.errors.empty() && invocation.output.empty()) {
      Fail("DEGR", Name(invocation) + " failed without a word");
    }
    // To git, 1 would mean that a merge left conflicts.
    const int fails_with = invocation.words[0] == "merge" ? 2 : 1;
    const int status = invocation.exit_status;
    if (status != 0 && status != fails_with && status != 130) {
      Fail("DEGR", Name(invocation) + " ended with " + std::to_string(invocation.exit_status));
    }
  }

 private:
  static std::string Name(const Invocation& invocation) {
    std::string text = invocation.agent + ":";
    for (const std::string& word : invocation.words) text += ' ' + word;
    return text;
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeBound(RunView& view) { return std::make_unique<BoundOracle>(view); }

}  // namespace sim
