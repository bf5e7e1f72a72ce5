// bd-fault: a real command in a sandbox, or with faults. See docs/SANDBOXES.md.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "engine/os/clock.h"
#include "faultinject/real/assess.h"
#include "faultinject/real/plan.h"
#include "faultinject/real/run.h"
#include "faultinject/tool/options.h"
#include "faultinject/tool/read_text.h"
#include "faultinject/torture/torture.h"

namespace fault {

namespace {

constexpr const char* kHelp = R"(bd-fault: a real command in a sandbox, or with faults

  bd-fault profiles [NAME...]                what each sandbox denies, and how that can be enforced here
  bd-fault run --profile NAME|FILE [--workspace DIR] [--partly] -- COMMAND...
                                             runs a command in a sandbox; WORKSPACE is DIR, or where we are;
                                             TMP and HOME are $TMPDIR (or /tmp) and $HOME. --partly: also if
                                             not every row can be enforced; it is said which cannot
  bd-fault run --plan FILE [--trace FILE] [--partly] -- COMMAND...
                                             runs a command, and all that it starts, with the faults of a plan
                                             (lines "fault ...", as for bd-sim); agent=GLOB is the name of the
                                             program, or what $BD_FAULT_AGENT says. With --profile: both.
                                             --trace: every call, one a line
  bd-fault torture [--seconds N] [--seed S] [--clients N] [--bd PATH]
                                             clients and a daemon at work while they are killed and stopped,
                                             the store is replaced, the socket deleted, the disk full; then
                                             everything that was acknowledged is looked for. 0, or 1 if
                                             something is wrong
  bd-fault help

The exit code of `run` is that of the command, 128 + n if signal n ended it; 125: the sandbox cannot be
built here, the fault not be done, the trace not be written (why is on standard error); 124: a call was
made that a rule "never" forbids; 126, 127: the command cannot be run, is not found; 2: wrong usage.
)";

// With no link on the way.
std::string RealPath(const std::string& path) {
  char resolved[PATH_MAX];
  if (realpath(path.c_str(), resolved) == nullptr) UsageError(path + ": " + strerror(errno));
  return resolved;
}

std::string RealDirectory(const std::string& path) {
  std::string resolved = RealPath(path);
  struct stat found = {};
  if (stat(resolved.c_str(), &found) == 0 && !S_ISDIR(found.st_mode)) UsageError(path + ": not a directory");
  return resolved;
}

std::string RealProgram(const std::string& path) {
  std::string resolved = RealPath(path);
  struct stat found = {};
  const bool is_file = stat(resolved.c_str(), &found) == 0 && S_ISREG(found.st_mode);
  if (!is_file || access(resolved.c_str(), X_OK) != 0) UsageError(path + ": not a program that can be run");
  return resolved;
}

std::string Variable(const char* name, const char* otherwise) {
  const char* value = secure_getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

Profile ParseOrEnd(const std::string& name, const std::string& text) {
  auto parsed = ParseProfile(name, text);
  if (auto* error = std::get_if<TextError>(&parsed)) RefuseText(name, *error);
  return std::get<Profile>(std::move(parsed));
}

// A name that is built in, or a file.
Profile FindProfile(const std::string& name) {
  for (const ProfileText& text : AllProfiles()) {
    if (text.name == name) return ParseOrEnd(name, std::string(text.text));
  }
  if (name.find('/') == std::string::npos && !name.ends_with(".profile")) {
    UsageError("unknown profile '" + name + "' (bd-fault profiles)");
  }
  return ParseOrEnd(name, ReadTextOrEnd(name));
}

void PrintProfile(const Profile& profile, const real::Means& means) {
  printf("%s\n  %s\n", profile.name.c_str(), profile.about.c_str());
  for (const real::Assessment& row : Assess(profile, means)) {
    const bool can = row.how != real::How::kNone;
    const std::string how = can ? std::string(Name(row.how)) : "no: " + row.why_not;
    printf("    %-44s  %s\n", row.row.c_str(), how.c_str());
  }
}

int Profiles(const std::vector<std::string>& words) {
  const ToolOptions options = ParseOptions(words, {});
  const real::Means means = real::LookForMeans();
  std::vector<std::string> names = options.plain;
  if (names.empty()) {
    for (const ProfileText& text : AllProfiles()) names.emplace_back(text.name);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) printf("\n");
    PrintProfile(FindProfile(names[i]), means);
  }
  return 0;
}

// Whether nothing is; says what cannot be enforced.
bool SayWhatIsMissing(const Profile& profile, const real::Means& means) {
  bool complete = true;
  for (const real::Assessment& row : Assess(profile, means)) {
    if (row.how != real::How::kNone) continue;
    complete = false;
    fprintf(stderr, "bd-fault: %s: cannot be enforced here: %s: %s\n", profile.name.c_str(), row.row.c_str(),
            row.why_not.c_str());
  }
  return complete;
}

std::vector<Rule> ReadRulesOrEnd(const std::string& path) {
  auto parsed = real::ReadRules(ReadTextOrEnd(path));
  if (auto* error = std::get_if<TextError>(&parsed)) RefuseText(path, *error);
  return std::get<std::vector<Rule>>(std::move(parsed));
}

// Those that can be done; says which cannot.
std::vector<Rule> TakeWhatCanBeDone(std::vector<Rule> rules, bool& complete) {
  std::erase_if(rules, [&complete](const Rule& rule) {
    const std::string why = real::WhyNot(rule);
    if (why.empty()) return false;
    complete = false;
    fprintf(stderr, "bd-fault: cannot be done here: %s: %s\n", Print(rule).c_str(), why.c_str());
    return true;
  });
  return rules;
}

int Run(const std::vector<std::string>& words, std::vector<std::string> command) {
  const ToolOptions options = ParseOptions(words, {"profile=", "plan=", "trace=", "workspace=", "partly"});
  if (!options.plain.empty())
    UsageError("unexpected '" + options.plain[0] + "' (the command stands behind --)");
  if (command.empty()) UsageError("a command is missing: -- COMMAND...");
  const bool has_plan = options.Has("plan") || options.Has("trace");
  if (!options.Has("profile") && !has_plan) UsageError("expected --profile, --plan or --trace");
  Profile profile;
  if (options.Has("profile")) profile = FindProfile(options.flags.at("profile"));
  const Places places{RealDirectory(options.Has("workspace") ? options.flags.at("workspace") : "."),
                      RealDirectory(Variable("TMPDIR", "/tmp")), RealDirectory(Variable("HOME", "/"))};
  std::vector<Rule> rules;
  if (options.Has("plan")) rules = ReadRulesOrEnd(options.flags.at("plan"));
  const real::Means means = real::LookForMeans();
  bool complete = SayWhatIsMissing(profile, means);
  rules = TakeWhatCanBeDone(std::move(rules), complete);
  if (!complete && !options.Has("partly")) return real::kExitNotHere;
  if (options.Has("profile")) profile = real::WhatCanBeDone(profile, means);
  const auto run = [&] { return real::Run({profile, places, means, command}); };
  return has_plan ? real::RunWithRules(rules, options.Has("trace") ? options.flags.at("trace") : "", run)
                  : run();
}

// Beside this program, unless it is said where.
std::string FindBd(const ToolOptions& options) {
  if (options.Has("bd")) return RealProgram(options.flags.at("bd"));
  const std::string self = RealPath("/proc/self/exe");
  return RealProgram(self.substr(0, self.rfind('/')) + "/bd");
}

constexpr int64_t kSecondsMax = 10'000'000, kClientsMax = 1'000;

int Torture(const std::vector<std::string>& words) {
  const ToolOptions options = ParseFlags(words, {"seconds=", "seed=", "clients=", "bd="});
  torture::Options wanted;
  wanted.program = FindBd(options);
  wanted.seconds = options.Number("seconds", wanted.seconds, 1, kSecondsMax);
  wanted.clients = options.Number("clients", wanted.clients, 1, kClientsMax);
  wanted.seed = options.Seed("seed", static_cast<uint64_t>(bd::os::WallNanos()));
  return torture::Torture(wanted);
}

int Main(std::vector<std::string> words) {
  const std::string name = words.empty() ? "help" : words[0];
  if (!words.empty()) words.erase(words.begin());
  const auto dashes = std::find(words.begin(), words.end(), "--");
  std::vector<std::string> command(dashes == words.end() ? dashes : dashes + 1, words.end());
  words.erase(dashes, words.end());
  if (AsksForHelp(name, words)) return fputs(kHelp, stdout) < 0;
  if (name == "profiles") return Profiles(words);
  if (name == "run") return Run(words, std::move(command));
  if (name == "torture") return Torture(words);
  UsageError("unknown command '" + name + "'");
}

}  // namespace

}  // namespace fault

int main(int argc, char** argv) { return fault::Main(std::vector<std::string>(argv + 1, argv + argc)); }
