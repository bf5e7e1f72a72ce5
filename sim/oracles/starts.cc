// BOUND, for starts: a daemon notes that it begins before it touches the store, and does not begin before the
// schedule on disk allows it: 30 s, 1, 2, 5, 10, 30 minutes after the last one, until one did well (for five
// minutes, and says so), ended in order (the file of the schedule is removed then; by people, too), or was
// ended by force.
#include <algorithm>
#include <iterator>
#include <map>

#include "sim/run/oracle.h"

namespace sim {

namespace {

constexpr std::string_view kState = "/daemon-start-state.json";
constexpr int64_t kWaitsS[] = {30, 60, 120, 300, 600, 1800};
constexpr int64_t kDidWellS = 300;
constexpr int64_t kSecond = 1'000'000'000;

class StartsOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    if (!task.owns_statics) {
      // People may do with it what they like.
      const bool changes = ChangesFiles(call) && outcome >= 0;
      if (changes && (call.path.ends_with(kState) || call.path.ends_with("/.beads"))) schedules_.clear();
      return;
    }
    if (call.op == Op::kUnlink && outcome >= 0 && call.path.ends_with(kState)) {
      schedules_.erase(std::string(call.path));
    }
    if (!task.options.serves) {
      // Who ended one by force says that it is not to count.
      const bool forces = task.process != nullptr && task.process->environment.contains("BD_FORCE_REBIND");
      if (forces && call.op == Op::kRename && outcome >= 0) schedules_.erase(std::string(call.second));
      return;
    }
    if (call.op == Op::kOpen && call.path.ends_with(kState)) Look(task, outcome);
    if (call.op == Op::kRename && outcome >= 0 && call.second.ends_with(kState)) Note(task, call.second);
    if (call.op == Op::kOpen && call.path.ends_with("/beads.db") && !lives_[task.number].noted) {
      Fail("BOUND", task.options.agent + " opened the store before it had noted that it starts");
      lives_[task.number].noted = true;
    }
  }

  // The schedule is kept by the wall clock.
  void OnFault(const Task&, const fault::Rule& rule) override {
    if (rule.action != fault::Action::kClock) return;
    schedules_.clear();
    // Whoever has looked and not yet noted will note a time of the clock before.
    for (auto& [task, life] : lives_) life.looked_ns = 0, life.could_look = false;
  }

  void OnPowerLoss() override {
    std::erase_if(schedules_, [this](const auto& entry) {
      return !view_.durable_disk || view_.world.kernel().Find(entry.first) == nullptr;
    });
  }

 private:
  struct Life {
    int64_t looked_ns = 0;  // the wall clock when it first asked whether it may begin
    bool could_look = true, noted = false;
    int64_t began_ns = 0;  // when it noted that it begins
  };
  struct Schedule {
    int64_t count = 0, last_ns = 0;
  };

  void Look(const Task& task, Outcome outcome) {
    Life& life = lives_[task.number];
    if (life.looked_ns == 0) life.looked_ns = view_.world.clocks().wall_ns();
    life.could_look &= outcome >= 0 || outcome == -ENOENT;
  }

  void Note(const Task& task, std::string_view path) {
    Life& life = lives_[task.number];
    Schedule& schedule = schedules_[std::string(path)];
    const int64_t now_ns = view_.world.clocks().mono_ns;
    if (life.noted) {
      if (now_ns - life.began_ns >= kDidWellS * kSecond) schedule.count = 0;
      return;
    }
    life.noted = true;
    life.began_ns = now_ns;
    if (!life.could_look) schedule = {};
    // Where every lock is granted two begin at once, and neither knows of the other.
    if (schedule.count > 0 && view_.honest_locks) Judge(task, schedule, life.looked_ns);
    ++schedule.count;
    schedule.last_ns = life.looked_ns;
  }

  void Judge(const Task& task, const Schedule& schedule, int64_t now_ns) {
    const size_t row = std::min<size_t>(static_cast<size_t>(schedule.count), std::size(kWaitsS)) - 1;
    const int64_t waited_ns = now_ns - schedule.last_ns;
    if (waited_ns >= kWaitsS[row] * kSecond) return;
    Fail("BOUND", task.options.agent + " began " + std::to_string(waited_ns / 1'000'000) +
                      " ms after a start that came to no good, the " + std::to_string(schedule.count) +
                      ". in a row");
  }

  std::map<int, Life> lives_;
  std::map<std::string, Schedule> schedules_;  // by the path of its file
};

}  // namespace

std::unique_ptr<Oracle> MakeStarts(RunView& view) { return std::make_unique<StartsOracle>(view); }

}  // namespace sim
