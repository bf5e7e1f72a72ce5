#include "sim/run/generator_daemons.h"

#include <cerrno>
#include <iterator>

namespace sim {

namespace {

class Daemons {
 public:
  Daemons(uint64_t seed, const SwarmOptions& options, const std::vector<Workload::Place>& places, Plan& plan)
      : options_(options),
        places_(places),
        plan_(plan),
        services_(seed, "services"),
        kinds_(seed, "kinds of daemons") {}

  void Draw() {
    if (!services_.OneIn(3)) return;
    DrawServices();
    DrawKinds();
  }

 private:
  static void Append(PlanAgent& agent, std::vector<std::string> words) {
    PlanCommand command;
    command.words = std::move(words);
    agent.commands.push_back(std::move(command));
  }

  // A daemon beside the agents, or several; ended, killed, stopped and started again.
  void DrawServices() {
    const Workload::Place& place = places_[services_.Below(places_.size())];
    if (services_.OneIn(2)) {
      for (PlanAgent& agent : plan_.agents) agent.auto_start = services_.OneIn(2);
    }
    const uint64_t count = services_.OneIn(4) ? 2 : 1;
    const bool at_once = services_.OneIn(2);
    for (uint64_t i = 1; i <= count; ++i) {
      PlanAgent service;
      service.name = "d" + std::to_string(i);
      service.directory = place.directory;
      service.start_ms = at_once ? 0 : static_cast<int64_t>(services_.Below(30));
      service.pause_ms = services_.OneIn(2) ? 0 : static_cast<int64_t>(services_.Below(200));
      for (uint64_t life = 0, lives = 1 + services_.Below(5); life < lives; ++life) {
        if (life > 0) Append(service, {{"!unlink", place.directory + "/.beads/daemon-start-state.json"}});
        Append(service, {"daemon", "start", "--foreground"});
        if (services_.OneIn(4)) Append(service, {"!unlink", place.directory + "/.beads/bd.sock"});
      }
      plan_.agents.push_back(std::move(service));
    }
    if (services_.OneIn(2)) DrawKeeper(place.directory);
    if (options_.faults && !services_.OneIn(4)) DrawServiceFaults();
  }

  // Somebody who looks after daemons.
  void DrawKeeper(const std::string& directory) {
    constexpr const char* kKept[] = {"status", "list",    "logs",  "health",  "stop",
                                     "start",  "restart", "reset", "killall", "stop"};
    PlanAgent keeper;
    keeper.name = "keeper";
    keeper.directory = directory;
    keeper.start_ms = static_cast<int64_t>(services_.Below(50));
    keeper.pause_ms = static_cast<int64_t>(services_.Below(400));
    for (uint64_t i = 0, count = 1 + services_.Below(8); i < count; ++i) {
      const std::string kept = kKept[services_.Below(std::size(kKept))];
      Append(keeper, {"daemon", kept});
      if (kept == "stop" && services_.OneIn(2)) keeper.commands.back().words.push_back("--force");
    }
    plan_.agents.push_back(std::move(keeper));
  }

  void DrawServiceFaults() {
    constexpr struct {
      fault::Action action;
      const char* op;
      int error;
      int64_t most;  // of the amount
    } kTroubles[] = {{fault::Action::kKill, "", 0, 0},          {fault::Action::kKill, "recv", 0, 0},
                     {fault::Action::kKill, "send", 0, 0},      {fault::Action::kKill, "fsync", 0, 0},
                     {fault::Action::kKill, "change", 0, 0},    {fault::Action::kKill, "accept", 0, 0},
                     {fault::Action::kStop, "", 0, 60'000},     {fault::Action::kStop, "recv", 0, 3'000},
                     {fault::Action::kStop, "poll", 0, 60'000}, {fault::Action::kPower, "send", 0, 0},
                     {fault::Action::kPower, "", 0, 0},         {fault::Action::kShort, "send", 0, 300},
                     {fault::Action::kShort, "recv", 0, 300},   {fault::Action::kErrno, "accept", EMFILE, 0},
                     {fault::Action::kErrno, "fsync", EIO, 0},  {fault::Action::kErrno, "write", ENOSPC, 0},
                     {fault::Action::kErrno, "bind", EACCES, 0}};
    for (uint64_t i = 0, count = 1 + services_.Below(5); i < count; ++i) {
      const auto& trouble = kTroubles[services_.Below(std::size(kTroubles))];
      fault::Rule rule;
      rule.action = trouble.action;
      rule.op = trouble.op;
      rule.error = trouble.error;
      if (trouble.most != 0)
        rule.amount = static_cast<int64_t>(1 + services_.Below(static_cast<uint64_t>(trouble.most)));
      // Those that commands start, too; their clients for what goes between them.
      const bool is_between = rule.action == fault::Action::kShort;
      rule.agent = is_between ? "*" : services_.OneIn(3) ? "*/daemon" : "d*";
      if (rule.error == ENOSPC) rule.path = "/w*";
      rule.nth = static_cast<int64_t>(1 + services_.Below(rule.op.empty() ? 400 : 30));
      rule.times = is_between ? static_cast<int64_t>(1 + services_.Below(20)) : 1;
      rule.after = rule.action != fault::Action::kErrno && !is_between && services_.OneIn(2);
      plan_.rules.push_back(std::move(rule));
    }
  }

  // Some commit to git, some have a parent that starts them again.
  void DrawKinds() {
    const bool commits = kinds_.OneIn(4), supervised = kinds_.OneIn(4);
    for (PlanAgent& agent : plan_.agents) {
      for (PlanCommand& command : agent.commands) {
        std::vector<std::string>& words = command.words;
        if (words.size() < 2 || words[0] != "daemon" || words[1] != "start") continue;
        if (commits && kinds_.OneIn(2)) words.emplace_back("--auto-commit");
        if (supervised && words.back() == "start") words.emplace_back("--supervised");
      }
    }
  }

  const SwarmOptions& options_;
  const std::vector<Workload::Place>& places_;
  Plan& plan_;
  Random services_, kinds_;
};

}  // namespace

void DrawDaemons(uint64_t seed, const SwarmOptions& options, const std::vector<Workload::Place>& places,
                 Plan& plan) {
  Daemons(seed, options, places, plan).Draw();
}

}  // namespace sim
