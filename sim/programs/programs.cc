#include "sim/programs/programs.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <span>

#include "engine/types/issue_json.h"
#include "faultinject/number.h"
#include "sim/calls/calls.h"
#include "sim/programs/file_tools.h"
#include "sim/programs/git.h"
#include "sim/programs/peers.h"
#include "sim/programs/script.h"
#include "sim/store/store_view.h"

namespace sim {

namespace {

constexpr const char* kShared = "/w/.beads/issues.jsonl";
constexpr const char* kCommits = "/w/.git/commits";
constexpr const char* kIndexLock = "/w/.git/index.lock";

using Words = std::vector<std::string>;

int64_t NumberOf(const std::string& text, int base = 10) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

bool WaitMs(int64_t ms) {
  const timespec wait = {ms / 1000, ms % 1000 * 1'000'000};
  return sim_nanosleep(&wait, nullptr) == 0;
}

void SetField(bd::Issue& issue, const std::string& field, const std::string& value) {
  if (field == "title") issue.title = value;
  if (field == "notes") issue.notes = value;
  if (field == "status") issue.status = value;
  if (field == "priority") issue.priority = NumberOf(value);
  if (field == "label") issue.labels.push_back(value);
}

void Stamp(bd::Issue& issue) {
  const int64_t now = TheWorld().clocks().wall_ns();
  issue.updated_at = {now / 1'000'000'000, static_cast<int32_t>(now % 1'000'000'000), 0};
}

// How an editor leaves the shared file.
struct Manner {
  bool in_place;
  bool stamps;  // a script says when it changed an issue, a person does not
};

// Nothing if the issue is not in it.
std::optional<std::string> Edited(const std::string& text, const Words& words, Manner manner) {
  std::string edited;
  bool found = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    bd::Result<bd::ParsedLine> parsed = bd::ParseIssueLine(line);
    if (parsed && parsed->issue.id == words[1] && !parsed->issue.IsTombstone()) {
      found = true;
      SetField(parsed->issue, words[2], words[3]);
      if (manner.stamps) Stamp(parsed->issue);
      line = bd::IssueLine(parsed->issue);
    }
    edited += line + '\n';
  }
  if (!found) return std::nullopt;
  return edited;
}

bool Edit(const Words& words, Manner manner) {
  const std::optional<std::string> text = ReadWhole(kShared);
  if (!text) return false;
  const std::optional<std::string> edited = Edited(*text, words, manner);
  if (!edited) return false;
  return manner.in_place ? WriteInPlace(kShared, *edited, O_TRUNC) : WriteByRename(kShared, *edited);
}

bool Commit() {
  const std::optional<std::string> text = ReadWhole(kShared);
  if (!text) return false;
  const std::string number = std::to_string(TheWorld().calls());
  sim_mkdir(kCommits, 0755);
  return WriteInPlace(std::string(kCommits) + "/" + std::string(20 - number.size(), '0') + number, *text,
                      O_TRUNC);
}

// The N-th commit, counted round. The list is looked up from outside: git's own bookkeeping is not the point.
std::optional<std::string> CommitNumber(int64_t number) {
  const InodeRef directory = TheWorld().kernel().Find(kCommits);
  if (!directory || directory->entries.empty()) return std::nullopt;
  auto at = directory->entries.begin();
  std::advance(at, number % static_cast<int64_t>(directory->entries.size()));
  return ReadWhole(std::string(kCommits) + "/" + std::string(at->first));
}

bool Checkout(const Words& words) {
  const int lock = sim_open(kIndexLock, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (lock < 0) return false;
  bool done = false;
  if (const std::optional<std::string> text = CommitNumber(NumberOf(words[1]))) {
    sim_unlink(kShared);
    done = WriteInPlace(kShared, *text, O_EXCL);
  }
  sim_close(lock);
  sim_rename(kIndexLock, "/w/.git/index");
  return done;
}

bool HoldFlock(const Words& words) {
  const int fd = sim_open(words[1].c_str(), O_RDWR | O_CREAT, 0644);
  if (fd < 0 || sim_flock(fd, LOCK_EX) != 0) return false;
  WaitMs(NumberOf(words[2]));
  sim_close(fd);
  return true;
}

bool Truncate(const Words& words) {
  const int fd = sim_open(words[1].c_str(), O_WRONLY);
  if (fd < 0) return false;
  const bool done = sim_ftruncate(fd, NumberOf(words[2])) == 0;
  sim_close(fd);
  return done;
}

bool Copy(const Words& words) {
  const std::optional<std::string> bytes = ReadWhole(words[1]);
  return bytes && WriteInPlace(words[2], *bytes, O_TRUNC);
}

bool LockByte(int fd, short type, int64_t offset) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_start = offset;
  lock.l_len = 1;
  return sim_fcntl(fd, F_SETLKW, &lock) == 0;
}

// The locks that SQLite takes on the WAL-index: "in use" and "writing".
bool HoldTransaction(const Words& words) {
  constexpr int64_t kInUse = 128, kWriting = 120;
  const int fd = sim_open((words[1] + "-shm").c_str(), O_RDWR);
  if (fd < 0 || !LockByte(fd, F_RDLCK, kInUse) || !LockByte(fd, F_WRLCK, kWriting)) return false;
  WaitMs(NumberOf(words[2]));
  sim_close(fd);
  return true;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at) + '\n');
    at = end + 1;
  }
  return lines;
}

bool Union(const Words& words) {
  const std::optional<std::string> from = ReadWhole(words[1]), to = ReadWhole(words[2]);
  if (!from || !to) return false;
  const std::vector<std::string> present = LinesOf(*to);
  std::string merged;
  for (const std::string& line : present) merged += line;
  for (const std::string& line : LinesOf(*from)) {
    if (std::find(present.begin(), present.end(), line) == present.end()) merged += line;
  }
  return WriteByRename(words[2], merged);
}

bool SetAge(const Words& words) {
  const int64_t mtime_ns = TheWorld().clocks().wall_ns() - NumberOf(words[2]) * 1'000'000'000;
  return TheWorld().kernel().SetTimes(*TheWorld().running().process, words[1], mtime_ns) == 0;
}

bool Sql(const Words& words) {
  constexpr const char* kPath = "/w/.beads/beads.db";
  std::string database;
  return ChangeStore(TheWorld(), kPath, words[1], database) &&
         Truncate({"", std::string(kPath) + "-wal", "0"}) && WriteInPlace(kPath, database, O_TRUNC);
}

bool Holds(const Words& words, bool wanted) {
  const std::optional<std::string> text = ReadWhole(words[1]);
  return text && (text->find(words[2]) != std::string::npos) == wanted;
}

bool AreSame(const Words& words) {
  const std::optional<std::string> one = ReadWhole(words[1]), other = ReadWhole(words[2]);
  return one && other && *one == *other;
}

bool HasLines(const Words& words) {
  const std::optional<std::string> text = ReadWhole(words[1]);
  return text && std::count(text->begin(), text->end(), '\n') == NumberOf(words[2]);
}

// Names in the workspace's directory; the answer of `ls`, not of a search.
bool Counts(const Words& words) {
  int64_t count = 0;
  const InodeRef directory = TheWorld().kernel().Find("/w/.beads");
  if (directory == nullptr) return false;
  for (const auto& [name, inode] : directory->entries)
    count += fault::GlobMatches(words[1], std::string(name));
  return count == NumberOf(words[2]);
}

bool Is(const std::string& path) { return TheWorld().kernel().Find(path) != nullptr; }

// Whether nobody writes into a file or puts another one in its place for so long.
bool StaysAsItIs(const Words& words) {
  const InodeRef before = TheWorld().kernel().Find(words[1]);
  if (before == nullptr) return false;
  const int64_t changed_ns = before->ctime_ns;
  WaitMs(NumberOf(words[2]));
  return TheWorld().kernel().Find(words[1]) == before && before->ctime_ns == changed_ns;
}

// A word that must be a number.
struct NumberWord {
  size_t word = 0;  // 0: none
  int64_t lowest = 0, highest = fault::kCountMax;
  int base = 10;
};

struct WorldProgram {
  std::string_view name;
  size_t words;
  bool (*run)(const Words& words);
  NumberWord number = {}, other = {};
};

constexpr int64_t kConnectionsMax = 100'000, kSignalMax = 64;
constexpr NumberWord Ms(size_t word) { return {word, 0, fault::kMsMax}; }

bool Remount(bool read_only) {
  TheWorld().kernel().rules().read_only = read_only;
  return true;
}

constexpr WorldProgram kPrograms[] = {
    {"!write", 3, [](const Words& words) { return WriteInPlace(words[1], words[2], O_TRUNC); }},
    {"!append", 3, [](const Words& words) { return WriteInPlace(words[1], words[2], O_APPEND); }},
    {"!replace", 3, [](const Words& words) { return WriteByRename(words[1], words[2]); }},
    {"!truncate", 3, Truncate, {2}},
    {"!unlink", 2, [](const Words& words) { return sim_unlink(words[1].c_str()) == 0; }},
    {"!rename", 3, [](const Words& words) { return sim_rename(words[1].c_str(), words[2].c_str()) == 0; }},
    {"!copy", 3, Copy},
    {"!mkdir", 2, [](const Words& words) { return sim_mkdir(words[1].c_str(), 0755) == 0; }},
    {"!chmod",
     3,
     [](const Words& words) {
       const auto mode = static_cast<uint32_t>(NumberOf(words[2], 8));
       return TheWorld().kernel().ChangeMode(*TheWorld().running().process, words[1], mode) == 0;
     },
     {2, 0, 07777, 8}},
    {"!set", 4,
     [](const Words& words) {
       return Edit(words, {false, true});
     }},
    {"!edit", 4,
     [](const Words& words) {
       return Edit(words, {true, true});
     }},
    {"!retouch", 4,
     [](const Words& words) {
       return Edit(words, {true, false});
     }},
    {"!commit", 1, [](const Words&) { return Commit(); }},
    {"!checkout", 2, Checkout, {1}},
    {"!union", 3, Union},
    {"!symlink", 3,
     [](const Words& words) {
       return TheWorld().kernel().Symlink(*TheWorld().running().process, words[1], words[2]) == 0;
     }},
    {"!age", 3, SetAge, {2, -fault::kClockStepMax, fault::kClockStepMax}},
    {"!sql", 2, Sql},
    {"!remount-read-only", 1, [](const Words&) { return Remount(true); }},
    {"!remount-writable", 1, [](const Words&) { return Remount(false); }},
};

// They change no file.
constexpr WorldProgram kLooks[] = {
    {"!flock", 3, HoldFlock, Ms(2)},
    {"!transaction", 3, HoldTransaction, Ms(2)},
    {"!wait", 2, [](const Words& words) { return WaitMs(NumberOf(words[1])); }, Ms(1)},
    {"!has", 3, [](const Words& words) { return Holds(words, true); }},
    {"!lacks", 3, [](const Words& words) { return Holds(words, false); }},
    {"!exists", 2, [](const Words& words) { return Is(words[1]); }},
    {"!missing", 2, [](const Words& words) { return !Is(words[1]); }},
    {"!same", 3, AreSame},
    {"!smaller",
     3,
     [](const Words& words) {
       const InodeRef file = TheWorld().kernel().Find(words[1]);
       return file != nullptr && file->content.size() < NumberOf(words[2]);
     },
     {2}},
    {"!lines", 3, HasLines, {2}},
    {"!unchanged", 3, StaysAsItIs, Ms(2)},
    {"!ask", 3, Ask},
    {"!utter", 4, Utter, Ms(3)},
    {"!mute", 4, BeMute, {2, 1, kConnectionsMax}, Ms(3)},
    {"!pretend", 4, Pretend, Ms(3)},
    {"!signal", 3, SignalFromFile, {2, 0, kSignalMax}},
    {"!count", 3, Counts, {2}},
};

const WorldProgram* FindIn(std::span<const WorldProgram> programs, const Words& words) {
  for (const WorldProgram& program : programs) {
    if (program.name == words[0] && program.words == words.size()) return &program;
  }
  return nullptr;
}

WrongWord FindWrongNumber(const WorldProgram& program, const Words& words) {
  for (const NumberWord& rule : {program.number, program.other}) {
    if (rule.word == 0) continue;
    int64_t number = 0;
    const std::string why = fault::ReadNumber(words[rule.word], rule.lowest, rule.highest, number, rule.base);
    if (!why.empty()) return {rule.word, why};
  }
  return {};
}

}  // namespace

int RunWorldProgram(Task& task) {
  const Words& words = task.options.arguments;
  if (words[0] == "!git") return RunGit(task, {words.begin() + 1, words.end()});
  const WorldProgram* program = FindIn(kPrograms, words);
  if (program == nullptr) program = FindIn(kLooks, words);
  if (program != nullptr) return program->run(words) ? 0 : 1;
  task.errors = "no such program of the world, or another number of words: " + words[0];
  return 2;
}

void InstallPrograms(World& world) {
  world.Install("git", [](Task& task) {
    return RunGit(task, {task.options.arguments.begin() + 1, task.options.arguments.end()});
  });
  world.InstallScripts(RunScript);
}

WrongWord FindWrongWord(const Words& words) {
  if (words[0] == "!git") {
    if (words.size() < 2) return {0, "!git needs a sub-command"};
    if (IsGitCommand({words.begin() + 1, words.end()})) return {};
    return {1, "this is not simulated (sim/programs/git.h says what is)"};
  }
  for (std::span<const WorldProgram> programs :
       {std::span<const WorldProgram>(kPrograms), std::span<const WorldProgram>(kLooks)}) {
    for (const WorldProgram& program : programs) {
      if (program.name != words[0]) continue;
      if (program.words == words.size()) return FindWrongNumber(program, words);
      return {0, words[0] + " takes " + std::to_string(program.words - 1) + " words"};
    }
  }
  return {0, "unknown program '" + words[0] + "'"};
}

bool OnlyLooks(const std::vector<std::string>& words) { return FindIn(kLooks, words) != nullptr; }

}  // namespace sim
