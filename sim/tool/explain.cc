#include "sim/tool/explain.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "sim/run/run.h"
#include "sim/tool/forked.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

std::string FirstLine(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.size() > 100) line = line.substr(0, 97) + "...";
  return line;
}

std::string Name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

class Narrator : public Observer {
 public:
  Narrator(World& world, Detail detail) : world_(world), detail_(detail) {
    for (const MarkCount* mark = FirstMark(); mark != EndOfMarks(); ++mark) counts_.push_back(mark->count);
  }

  void OnStart(Task& task) override {
    std::string words;
    for (const std::string& word : task.options.arguments) {
      words += (words.empty() ? "" : " ") + (word.find(' ') == std::string::npos ? word : "\"" + word + "\"");
    }
    Tell(task, (task.options.program ? "begins: " : "") + words);
  }

  void OnEnd(const Task& task) override {
    if (task.killed()) return Tell(task, "is dead");
    const std::string& said = task.exit_status == 0 ? task.output : task.errors;
    Tell(task,
         "ends with " + std::to_string(task.exit_status) + (said.empty() ? "" : ": " + FirstLine(said)));
  }

  void OnFault(const Task& task, const fault::Rule& rule) override {
    Tell(task, "*** " + fault::Print(rule).substr(6));
  }

  void OnPowerLoss() override { Line("", "*** the machine loses power; what was not synced may be gone"); }

  void OnCall(const Task& task, const Call& call, Outcome outcome) override {
    TellMarks(task);
    if (detail_ == Detail::kEffects && !IsTelling(call, outcome)) return;
    std::string text = "  " + std::string(OpName(call.op)) + ' ' + Name(call.path);
    if (!call.second.empty()) text += " -> " + Name(call.second);
    if (detail_ == Detail::kAllCalls)
      text += " (" + std::to_string(call.a) + ", " + std::to_string(call.b) + ")";
    if (outcome < 0) text += std::string(": ") + strerror(static_cast<int>(-outcome));
    if (detail_ == Detail::kAllCalls && outcome >= 0) text += " = " + std::to_string(outcome);
    // Where two machines, or two kinds of memory, differ.
    if (detail_ == Detail::kAllCalls) text += " #" + std::to_string(world_.hash() % 65536);
    Tell(task, text);
  }

  std::string Take() { return std::move(text_); }

 private:
  static bool IsTelling(const Call& call, Outcome outcome) {
    const bool ours = call.path.find(".beads") != std::string_view::npos;
    switch (call.op) {
      case Op::kRename:
      case Op::kExchange:
      case Op::kLink:
      case Op::kUnlink: return ours && outcome >= 0;
      case Op::kSync: return ours;
      case Op::kWrite: return call.path.ends_with("issues.jsonl");
      default: return false;
    }
  }

  // What the program says of the rare ways that it took since its last call.
  void TellMarks(const Task& task) {
    for (size_t i = 0; i < counts_.size(); ++i) {
      const MarkCount& mark = FirstMark()[i];
      if (mark.count != counts_[i]) Tell(task, std::string("    (") + mark.name + ')');
      counts_[i] = mark.count;
    }
  }

  void Tell(const Task& task, const std::string& what) { Line(task.options.agent, what); }
  void Line(const std::string& who, const std::string& what) {
    char head[64];
    const double ms = static_cast<double>(world_.clocks().mono_ns) / 1e6;
    snprintf(head, sizeof head, "%7llu %10.3f ms  %-8s ", static_cast<unsigned long long>(world_.calls()), ms,
             who.c_str());
    text_ += head + what + '\n';
  }

  World& world_;
  Detail detail_;
  std::vector<uint64_t> counts_;
  std::string text_;
};

}  // namespace

Explanation Explain(const Plan& plan, Detail detail, const Paint& paint) {
  Run run(plan.setup.empty() ? UsualSetup() : plan.setup);
  if (run.setup_failed()) return {"The setup fails: " + run.setup_error() + '\n', true};
  Narrator narrator(run.world(), detail);
  run.AddObserver(narrator);
  DisturbHeap(paint);
  run.world().heaps().Disturb(static_cast<unsigned char>(paint.heap), paint.heap_shift);
  const RunResult result = run.Execute(plan, paint.stack);
  std::string text = "   call  simulated time  who\n" + narrator.Take() + '\n';
  if (result.violations.empty()) text += "No invariant is broken.\n";
  for (const Violation& violation : result.violations) {
    text += "Broken: " + violation.oracle + ", seen after call " + std::to_string(violation.step) + ": " +
            violation.message + '\n';
  }
  return {std::move(text), !result.violations.empty()};
}

}  // namespace sim
