#include "sim/programs/script.h"

#include <charconv>
#include <sstream>

#include "sim/calls/calls.h"
#include "sim/programs/children.h"
#include "sim/programs/file_tools.h"
#include "sim/programs/git.h"

namespace sim {

namespace {

using Words = std::vector<std::string>;

Words Split(const std::string& line, const Words& arguments) {
  Words words;
  std::istringstream in(line);
  for (std::string word; in >> word;) {
    if (word == "$1" || word == "$2") {
      const size_t index = static_cast<size_t>(word[1] - '0');
      word = index < arguments.size() ? arguments[index] : "";
    }
    words.push_back(word);
  }
  return words;
}

int64_t NumberOf(const Words& words) {
  int64_t number = 0;
  if (words.size() > 1) std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
  return number;
}

// In the middle of what is said others may run.
void Talk(Task& task, int64_t bytes) {
  constexpr int64_t kChunk = 65536;
  for (int64_t at = 0; at < bytes; at += kChunk) {
    task.output.append(static_cast<size_t>(std::min(kChunk, bytes - at)), '.');
    sim_usleep(100);
  }
}

// What the script that bd installs as pre-commit does.
int PreCommit(Task& task) {
  const Child bd = RunBd({"sync", "--flush-only", "--no-daemon"}, task.options.directory);
  if (bd.status != 0) return 1;
  return RunGit(task, {"add", "--", task.options.directory + "/.beads/issues.jsonl"}) == 0 ? 0 : 1;
}

// ... and as post-merge.
int PostMerge(Task& task) {
  RunBd({"sync", "--import-only", "--no-daemon"}, task.options.directory);
  return 0;
}

}  // namespace

int RunScript(Task& task) {
  const Words arguments = task.options.arguments;
  const std::optional<std::string> text = ReadWhole(arguments[0]);
  if (!text) return 126;
  if (text->find("bd (beads) pre-commit hook") != std::string::npos) return PreCommit(task);
  if (text->find("bd (beads) post-merge hook") != std::string::npos) return PostMerge(task);
  std::istringstream in(*text);
  std::string line;
  if (!std::getline(in, line) || line != "#!/bin/sim") return 126;
  while (std::getline(in, line)) {
    Words words = Split(line, arguments);
    if (words.empty()) continue;
    if (words[0] == "sleep") sim_usleep(static_cast<unsigned>(NumberOf(words) * 1000));
    if (words[0] == "talk") Talk(task, NumberOf(words));
    if (words[0] == "exit") return static_cast<int>(NumberOf(words));
    if (words[0] == "bd") RunBd({words.begin() + 1, words.end()}, task.options.directory);
  }
  return 0;
}

}  // namespace sim
