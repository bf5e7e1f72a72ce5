#include "sim/run/generator.h"

#include <algorithm>
#include <cerrno>

#include "faultinject/profile.h"
#include "sim/run/generator_daemons.h"
#include "sim/run/run.h"
#include "sim/run/workload.h"
#include "sim/world/statics.h"

namespace sim {

namespace {

class Generator {
 public:
  Generator(uint64_t seed, const SwarmOptions& options)
      : options_(options),
        shape_(seed, "shape"),
        faults_(seed, "fault plan"),
        thinking_(seed, "thinking"),
        sandboxes_(seed, "sandboxes"),
        builds_(seed, "builds"),
        mounts_(seed, "mounts"),
        work_(seed) {
    plan_.seed = seed;
  }

  Plan Make() {
    DrawPlaces();
    DrawDisk();
    DrawSchedule();
    DrawAgents();
    DrawThinking();
    if (options_.external_edits && shape_.OneIn(3)) DrawEditor();
    if (shape_.OneIn(8) && !plan_.disk.locks_lie) DrawHooks();
    if (options_.faults && !shape_.OneIn(5)) DrawFaults();
    DrawDaemons(plan_.seed, options_, places_, plan_);
    if (sandboxes_.OneIn(4)) DrawSandboxes();
    if (builds_.OneIn(8)) DrawBuilds();
    if (options_.faults && mounts_.OneIn(16)) DrawRemounts();
    return std::move(plan_);
  }

 private:
  // Mostly one workspace; sometimes two, or two clones of one.
  void DrawPlaces() {
    const uint64_t kind = shape_.Below(12);
    plan_.setup = kind == 0 ? ClonesSetup() : kind <= 2 ? SeparateSetup() : UsualSetup();
    if (kind <= 2) places_.push_back({"/w2", kind == 0 ? "t" : "u", kind == 0});
    if (kind == 0) places_[0].is_clone = true;
  }

  void DrawDisk() {
    DiskRules& disk = plan_.disk;
    disk.journal = shape_.OneIn(2) ? Journal::kPosix : Journal::kExt4;
    disk.torn_sectors = shape_.OneIn(2);
    disk.exchange = !shape_.OneIn(4);
    disk.hard_links = !shape_.OneIn(8);
    disk.copy_range = !shape_.OneIn(4);
    disk.directory_sync = !shape_.OneIn(10) || disk.journal == Journal::kPosix;
    constexpr int64_t kTicks[] = {1, 4'000'000, 10'000'000, 1'000'000'000, 2'000'000'000};
    disk.mtime_step_ns = kTicks[shape_.Below(std::size(kTicks))];
    // Alone: with several agents two runs of one seed may differ (docs/SIMULATOR.md).
    disk.locks_lie = shape_.OneIn(50);
  }

  void DrawSchedule() {
    using Kind = SchedulerOptions::Kind;
    const uint64_t kind = shape_.Below(10);
    plan_.scheduler = kind < 6   ? SchedulerOptions{Kind::kSticky, static_cast<int64_t>(2 + shape_.Below(12))}
                      : kind < 9 ? SchedulerOptions{Kind::kPct, static_cast<int64_t>(1 + shape_.Below(5))}
                                 : SchedulerOptions{Kind::kRobin, 0};
    plan_.sync_ns = shape_.OneIn(3) ? 20'000 : 400'000;
    plan_.call_ns = shape_.OneIn(4) ? 20'000 : 2'000;
  }

  // Which kinds of commands this run has, and how many of each.
  void DrawWeights() {
    for (size_t i = 0; i < Workload::KindCount(); ++i) {
      weights_.push_back(i == 0 ? 4 : shape_.OneIn(3) ? 0 : 1 + shape_.Below(4));
      if (shape_.OneIn(40)) weights_.back() = 20;  // a run that is mostly about this
      total_weight_ += weights_.back();
    }
  }

  void DrawAgents() {
    DrawWeights();
    const uint64_t agents =
        plan_.disk.locks_lie ? 1 : 1 + shape_.Below(static_cast<uint64_t>(options_.agents_max));
    const int64_t pause = shape_.OneIn(2) ? 0 : static_cast<int64_t>(1 + shape_.Below(30));
    const bool all_claim = shape_.OneIn(10);
    if (all_claim) AddStartingLine();
    for (uint64_t i = 1; i <= agents; ++i) {
      PlanAgent agent;
      agent.name = "a" + std::to_string(i);
      agent.start_ms = static_cast<int64_t>(1 + shape_.Below(20));
      agent.pause_ms = pause;
      const Workload::Place& place = places_[i % places_.size()];
      agent.directory = place.directory;
      work_.GoTo(place);
      if (all_claim) agent.commands.emplace_back().words = {"update", "@1", "--claim"};
      const int commands = std::max(1, options_.commands / static_cast<int>(agents));
      for (int n = 1; n <= commands; ++n) {
        DrawCommands(agent);
        if (agent.commands.back().words[0] == "create" && work_.random().OneIn(4)) SendAgain(agent);
      }
      plan_.agents.push_back(std::move(agent));
    }
  }

  // In one run of five some agents think for up to two minutes between commands: seconds pass for those who
  // look at times, and simulated time runs fast. Where nobody thinks, commands meet as often as before.
  void DrawThinking() {
    if (!thinking_.OneIn(5)) return;
    for (PlanAgent& agent : plan_.agents) {
      if (thinking_.OneIn(3)) continue;
      agent.pause_ms = static_cast<int64_t>(1'000 + thinking_.Below(60'000));
    }
  }

  // All wait for the store lock at the same moment, to claim the same issue.
  void AddStartingLine() {
    PlanAgent gate;
    gate.name = "gate";
    gate.commands.emplace_back().words = {"!flock", "/w/.beads/beads.db.lock", "40"};
    plan_.agents.push_back(std::move(gate));
  }

  // A client that gets no answer, or loses it, asks again.
  void SendAgain(PlanAgent& agent) {
    PlanCommand& command = agent.commands.back();
    command.words.insert(command.words.end(), {"--request-id", work_.Token("r")});
    agent.commands.push_back(PlanCommand(command));
  }

  void DrawCommands(PlanAgent& agent) {
    uint64_t at = work_.random().Below(total_weight_);
    size_t kind = 0;
    while (at >= weights_[kind]) at -= weights_[kind++];
    Append(agent, work_.Draw(kind));
  }

  static void Append(PlanAgent& agent, std::vector<std::vector<std::string>> commands) {
    for (std::vector<std::string>& words : commands) {
      PlanCommand command;
      command.words = std::move(words);
      agent.commands.push_back(std::move(command));
    }
  }

  void DrawEditor() {
    PlanAgent editor;
    editor.name = "editor";
    editor.start_ms = static_cast<int64_t>(shape_.Below(50));
    const bool is_busy = shape_.OneIn(3);
    editor.pause_ms = static_cast<int64_t>(1 + shape_.Below(is_busy ? 4 : 60));
    const bool has_git = shape_.OneIn(2), has_editor = !has_git || shape_.OneIn(2);
    const uint64_t count = is_busy ? 30 : 1 + shape_.Below(8);
    for (uint64_t i = 0; i < count; ++i) {
      PlanCommand command;
      const bool git = has_git && (!has_editor || work_.random().OneIn(2));
      command.words = git ? work_.DrawGit() : work_.DrawEdit();
      editor.commands.push_back(std::move(command));
    }
    plan_.agents.push_back(std::move(editor));
  }

  void DrawHooks() {
    PlanAgent owner;
    owner.name = "owner";
    owner.pause_ms = 0;
    Append(owner, work_.DrawHooks());
    plan_.agents.push_back(std::move(owner));
  }

  // Some are in sandboxes, of one kind or two; some of those share one that lasts.
  void DrawSandboxes() {
    const std::span<const fault::ProfileText> profiles = fault::AllProfiles();
    const std::string one(profiles[sandboxes_.Below(profiles.size())].name);
    const std::string other(profiles[sandboxes_.Below(profiles.size())].name);
    for (PlanAgent& agent : plan_.agents) {
      if (!RunsBd(agent) || sandboxes_.OneIn(2)) continue;
      agent.sandbox = sandboxes_.OneIn(3) ? other : one;
      if (sandboxes_.OneIn(2)) agent.box = "box";
    }
  }

  static bool RunsBd(const PlanAgent& agent) {
    return std::any_of(agent.commands.begin(), agent.commands.end(),
                       [](const PlanCommand& command) { return command.words[0][0] != '!'; });
  }

  // An upgrade half done: some work with another version already. Where that has migrated the store the
  // others are refused from then on, so it is drawn less often.
  void DrawBuilds() {
    const std::span<const Build> later = AllBuilds().subspan(kShipped + 1);
    if (later.empty()) return;
    const bool migrates = builds_.OneIn(4);
    std::vector<std::string> names;
    for (const Build& build : later) {
      if (migrates || build.schema == AllBuilds()[kShipped].schema) names.emplace_back(build.name);
    }
    if (names.empty()) return;
    for (PlanAgent& agent : plan_.agents) {
      if (RunsBd(agent) && builds_.OneIn(2)) agent.build = names[builds_.Below(names.size())];
    }
  }

  const PlanAgent& AnyAgent() { return plan_.agents[faults_.Below(plan_.agents.size())]; }

  // At some call of some command: where a fault strikes stays the same when other parts of the plan are taken
  // out. Every second one is aimed at a call beside which much can be half done.
  void Aim(fault::Rule& rule) {
    constexpr const char* kCritical[] = {"exchange", "fsync", "rename", "truncate", "unlink", "flock"};
    // What is half done when power goes is half synced: names and bytes apart.
    const uint64_t kinds = rule.action == fault::Action::kPower ? 2 : std::size(kCritical);
    const PlanAgent& agent = AnyAgent();
    rule.agent = agent.name;
    rule.command = static_cast<int64_t>(1 + faults_.Below(agent.commands.size()));
    if (faults_.OneIn(2)) {
      rule.op = kCritical[faults_.Below(kinds)];
      rule.nth = faults_.OneIn(2) ? 1 : static_cast<int64_t>(1 + faults_.Below(4));
    } else {
      rule.nth = static_cast<int64_t>(1 + faults_.Below(faults_.OneIn(4) ? 120 : 40));
    }
  }

  void DrawFaults() {
    const bool kills = !shape_.OneIn(3), power = shape_.OneIn(2), errors = shape_.OneIn(2);
    const bool stops = shape_.OneIn(4), clocks = shape_.OneIn(5), interrupts = shape_.OneIn(4);
    if (kills) Repeat(1 + shape_.Below(6), fault::Action::kKill);
    if (power) Repeat(1 + shape_.Below(3), fault::Action::kPower);
    if (interrupts) Repeat(1 + shape_.Below(4), fault::Action::kInterrupt);
    if (stops) Repeat(1 + shape_.Below(3), fault::Action::kStop);
    if (clocks) Repeat(1 + shape_.Below(3), fault::Action::kClock);
    if (errors) DrawErrors();
    if (shape_.OneIn(3)) DrawGitTrouble();
  }

  // Git that is slow (longer than anybody waits for it), fails, dies, or cannot be started.
  void DrawGitTrouble() {
    for (uint64_t i = 0, count = 1 + faults_.Below(3); i < count; ++i) {
      fault::Rule rule;
      rule.agent = AnyAgent().name + "/git";
      rule.nth = static_cast<int64_t>(1 + faults_.Below(60));
      switch (faults_.Below(4)) {
        case 0: rule.action = fault::Action::kKill; break;
        case 1:
          rule.action = fault::Action::kStop;
          rule.amount = static_cast<int64_t>(1 + faults_.Below(40'000));
          break;
        case 2: rule.error = faults_.OneIn(2) ? ENOSPC : EIO; break;
        default:
          rule.agent = AnyAgent().name;
          rule.op = "spawn";
          rule.error = faults_.OneIn(2) ? EACCES : ENOMEM;
          rule.nth = static_cast<int64_t>(1 + faults_.Below(4));
      }
      plan_.rules.push_back(std::move(rule));
    }
  }

  // The kernel takes the disk for broken and lets nobody write; later somebody mounts it anew.
  void DrawRemounts() {
    PlanAgent kernel;
    kernel.name = "mount";
    kernel.start_ms = static_cast<int64_t>(1 + mounts_.Below(200));
    kernel.pause_ms = 0;
    for (uint64_t i = 0, count = 1 + mounts_.Below(3); i < count; ++i) {
      kernel.commands.emplace_back().words = {"!remount-read-only"};
      kernel.commands.emplace_back().words = {"!wait", std::to_string(1 + mounts_.Below(3'000))};
      kernel.commands.emplace_back().words = {"!remount-writable"};
      kernel.commands.emplace_back().words = {"!wait", std::to_string(1 + mounts_.Below(300))};
    }
    plan_.agents.push_back(std::move(kernel));
  }

  void Repeat(uint64_t count, fault::Action action) {
    for (uint64_t i = 0; i < count; ++i) {
      fault::Rule rule;
      rule.action = action;
      Aim(rule);
      rule.after = faults_.OneIn(2);
      if (action == fault::Action::kStop) rule.amount = static_cast<int64_t>(1 + faults_.Below(3'000));
      if (action == fault::Action::kClock)
        // All together less than a day: so long are requests kept.
        rule.amount = static_cast<int64_t>(faults_.Below(50'000)) - 25'000;
      plan_.rules.push_back(std::move(rule));
    }
  }

  void DrawErrors() {
    constexpr struct {
      const char* op;
      int error;
    } kErrors[] = {{"write", ENOSPC}, {"write", EIO},       {"fsync", EIO},   {"open", EACCES},
                   {"open", EMFILE},  {"rename", EIO},      {"lock", ENOLCK}, {"write", EDQUOT},
                   {"truncate", EIO}, {"exchange", EINVAL}, {"copy", ENOSPC}, {"unlink", EACCES},
                   {"flock", EINTR},  {"read", EIO},        {"mmap", ENOMEM}};
    const uint64_t count = 1 + shape_.Below(4);
    for (uint64_t i = 0; i < count; ++i) {
      fault::Rule rule;
      if (faults_.OneIn(5)) {
        rule.action = fault::Action::kShort;
        rule.op = faults_.OneIn(2) ? "write" : "read";
        rule.amount = static_cast<int64_t>(1 + faults_.Below(600));
      } else {
        const auto& kind = kErrors[faults_.Below(std::size(kErrors))];
        rule.op = kind.op;
        rule.error = kind.error;
      }
      const std::string op = rule.op;
      Aim(rule);
      rule.op = op;
      // Not on the standard streams: an answer that cannot be given is another matter.
      rule.path = "/w/*";
      rule.nth = static_cast<int64_t>(1 + faults_.Below(12));
      // What can be repeated at once must come to its end.
      const bool is_repeated = rule.error == EINTR || rule.action == fault::Action::kShort;
      if (faults_.OneIn(3) && !is_repeated) rule.times = 0;
      plan_.rules.push_back(std::move(rule));
    }
  }

  SwarmOptions options_;
  Random shape_, faults_, thinking_, sandboxes_, builds_, mounts_;
  Workload work_;
  std::vector<Workload::Place> places_{{"/w", "t", false}};
  Plan plan_;
  std::vector<uint64_t> weights_;
  uint64_t total_weight_ = 0;
};

}  // namespace

Plan MakePlan(uint64_t seed, const SwarmOptions& options) { return Generator(seed, options).Make(); }

}  // namespace sim
