// Plans as text: what ParsePlan reads.
#include <charconv>

#include "sim/run/plan.h"

namespace sim {

namespace {

std::string Quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_of(" \"'\\\n\t\r#") == std::string::npos &&
                     word != "=>" && word.find('\0') == std::string::npos;
  if (plain) return word;
  std::string text = "\"";
  for (char c : word) {
    switch (c) {
      case '\n': text += "\\n"; break;
      case '\t': text += "\\t"; break;
      case '\r': text += "\\r"; break;
      case '\0': text += "\\0"; break;
      case '"':
      case '\\': text += '\\'; [[fallthrough]];
      default: text += c;
    }
  }
  return text + '"';
}

std::string PrintDisk(const DiskRules& disk) {
  const DiskRules usual;
  std::string text = "disk ";
  text += disk.journal == Journal::kExt4 ? "ext4" : disk.journal == Journal::kPosix ? "posix" : "lying";
  if (disk.torn_sectors) text += " torn";
  if (!disk.exchange) text += " no-exchange";
  if (!disk.hard_links) text += " no-links";
  if (!disk.directory_sync) text += " no-directory-sync";
  if (disk.folds_case) text += " folds-case";
  if (!disk.copy_range) text += " no-copy-range";
  if (disk.locks_lie) text += " lying-locks";
  if (disk.capacity != usual.capacity) text += " capacity=" + std::to_string(disk.capacity);
  if (disk.mtime_step_ns != usual.mtime_step_ns) {
    text += " tick=" + std::to_string(disk.mtime_step_ns / 1'000'000);
  }
  if (disk.type != usual.type) {
    char hex[17];
    const auto [end, _] = std::to_chars(hex, hex + sizeof hex, disk.type, 16);
    text += " type=" + std::string(hex, end);
  }
  return text + '\n';
}

std::string PrintSchedule(const SchedulerOptions& scheduler) {
  switch (scheduler.kind) {
    case SchedulerOptions::Kind::kSticky: return "schedule sticky " + std::to_string(scheduler.amount) + '\n';
    case SchedulerOptions::Kind::kPct: return "schedule pct " + std::to_string(scheduler.amount) + '\n';
    case SchedulerOptions::Kind::kRobin: break;
  }
  return "schedule robin\n";
}

void PrintBlock(std::string& text, const std::string& head, const std::vector<PlanCommand>& commands) {
  std::string directory;
  text += head + (commands.empty() || commands[0].directory.empty() ? "\n" : "");
  for (const PlanCommand& command : commands) {
    const bool begins = &command == commands.data();
    if (command.directory != directory) {
      directory = command.directory;
      text += (begins ? "" : head) + (directory.empty() ? "" : " in=" + directory) + '\n';
    }
    text += "  " + Print(command) + '\n';
  }
}

}  // namespace

std::string Print(const PlanCommand& command) {
  std::string text;
  for (const std::string& word : command.words) text += (text.empty() ? "" : " ") + Quoted(word);
  std::string expected;
  if (command.expect_ok) expected += " ok";
  if (command.expect_failure) expected += " fails";
  if (command.expect_exit >= 0) expected += " exit " + std::to_string(command.expect_exit);
  for (const std::string& said : command.expect_texts) expected += " says " + Quoted(said);
  for (const std::string& absent : command.expect_absent) expected += " lacks " + Quoted(absent);
  if (command.expect_within_ms != 0) expected += " within " + std::to_string(command.expect_within_ms);
  return expected.empty() ? text : text + " =>" + expected;
}

std::string Print(const Plan& plan) {
  std::string text = "plan 1\nseed " + std::to_string(plan.seed) + '\n';
  text += PrintDisk(plan.disk) + PrintSchedule(plan.scheduler);
  text += "latency call=" + std::to_string(plan.call_ns) + " sync=" + std::to_string(plan.sync_ns) + '\n';
  if (plan.each != 0) text += "each " + std::to_string(plan.each) + '\n';
  if (plan.repeat != 1) text += "repeat " + std::to_string(plan.repeat) + '\n';
  if (!plan.setup.empty()) PrintBlock(text, "setup", plan.setup);
  for (const PlanAgent& agent : plan.agents) {
    std::string head = "agent " + agent.name + " start=" + std::to_string(agent.start_ms) +
                       " pause=" + std::to_string(agent.pause_ms);
    if (agent.auto_start) head += " auto-start=1";
    if (agent.restarts_ms >= 0) head += " restarts=" + std::to_string(agent.restarts_ms);
    if (!agent.sandbox.empty())
      head += " sandbox=" + agent.sandbox + (agent.box.empty() ? "" : "/" + agent.box);
    if (!agent.build.empty()) head += " build=" + agent.build;
    if (agent.uid != PlanAgent().uid) head += " uid=" + std::to_string(agent.uid);
    for (const auto& [name, value] : agent.environment) head += " env." + name + "=" + value;
    if (agent.directory != "/w") head += " in=" + agent.directory;
    PrintBlock(text, head, agent.commands);
  }
  for (const fault::Rule& rule : plan.rules) text += fault::Print(rule) + '\n';
  if (!plan.check.empty()) PrintBlock(text, "check", plan.check);
  return text;
}

}  // namespace sim
