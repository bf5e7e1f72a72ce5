// The rules of style that a machine can check (docs/STYLE.md marks them), over the sources, the build files
// and the documents. Every rule first proves itself on planted text: see tidy_plants.h.
//
// usage: tidy_test SOURCE_DIRECTORY
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/tidy_layers.h"
#include "tests/tidy_plants.h"
#include "tests/tidy_source.h"

namespace tidy {
namespace {

constexpr int kColumnsMax = 110;
constexpr int kFileLinesReport = 400, kFileLinesMax = 800;
constexpr int kFunctionLinesReport = 70;
constexpr size_t kHeadWordsMin = 4;

// --- Includes

// The simulator is an operating system: it has the types of calls, and inodes with several owners. And it
// is a program that talks to people and to the machine below it, as is what puts faults into effect.
bool IsSimulator(const std::string& folder) {
  return folder == "sim" || folder.starts_with("sim/") || folder.starts_with("faultinject/");
}

constexpr std::string_view kBannedHeaders[] = {"thread",   "mutex",      "shared_mutex", "condition_variable",
                                               "future",   "atomic",     "semaphore",    "latch",
                                               "barrier",  "filesystem", "chrono",       "fstream",
                                               "iostream", "iomanip",    "random",       "csignal",
                                               "ctime",    "csetjmp",    "cassert"};

void CheckSystemHeader(const std::string& path, int line, const std::string& header, const Layers& layers,
                       Report& report) {
  const std::string folder = FolderOf(path);
  for (const auto& [prefix, folders] : layers.libraries) {
    if (!header.starts_with(prefix)) continue;
    if (folders.contains(folder)) return;
    return report.Fail(path, line, "includes <" + header + ">",
                       "the library belongs to another folder: layers.txt");
  }
  if (std::find(std::begin(kBannedHeaders), std::end(kBannedHeaders), header) != std::end(kBannedHeaders)) {
    report.Fail(path, line, "includes <" + header + ">",
                "use engine/os, engine/base; there are no threads here");
  } else if (header.find('.') != std::string::npos && folder != "engine/os" && !IsSimulator(folder)) {
    report.Fail(path, line, "includes <" + header + ">",
                "system calls stand in engine/os; libraries in layers.txt");
  }
}

void CheckIncludes(const std::string& path, std::string_view text, const Layers& layers, const Tree& tree,
                   Report& report) {
  const std::string folder = FolderOf(path);
  const std::string row = RowOf(layers, folder);
  const bool is_test = path.starts_with("tests/");
  int number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    if (!line.starts_with("#include ") || line.size() < 11) continue;
    const std::string header(line.substr(10, line.find_first_of("\">", 10) - 10));
    if (line[9] == '<') {
      if (!is_test) CheckSystemHeader(path, number, header, layers, report);
      continue;
    }
    if (!tree.Has(header)) {
      report.Fail(path, number, "includes \"" + header + "\"",
                  "there is no such file: paths begin at the root");
      continue;
    }
    const std::string target = RowOf(layers, FolderOf(header));
    if (row.empty() || (target != row && !layers.may_include.at(row).contains(target))) {
      report.Fail(path, number, "includes \"" + header + "\"",
                  "'" + folder + "' may not use it: tests/layers.txt");
    }
  }
}

// --- Words

struct Banned {
  std::string_view word;
  bool call = false;           // only where it is called
  bool engine_os_may = false;  // it is a system call or what becomes one
  std::string_view instead;
  bool simulator_may = false;
};
constexpr std::string_view kOs = "only engine/os talks to the system";
constexpr std::string_view kValues = "errors are values: Result, TRY";
constexpr std::string_view kSingle = "one thread, and every value has one owner";
constexpr Banned kBanned[] = {
    {"throw", false, false, kValues},
    {"try", false, false, kValues},
    {"catch", false, false, kValues},
    {"goto", false, false, "write the loop"},
    {"thread_local", false, false, kSingle},
    {"volatile", false, false, kSingle},
    {"shared_ptr", false, false, kSingle, true},
    {"make_shared", false, false, kSingle, true},
    {"weak_ptr", false, false, kSingle, true},
    {"filesystem", false, false, kOs},
    {"chrono", false, false, kOs},
    {"ifstream", false, false, kOs},
    {"ofstream", false, false, kOs},
    {"cout", false, false, "commands fill an Output"},
    {"cerr", false, false, "commands fill an Output"},
    {"stdout", false, false, "commands fill an Output", true},
    {"stderr", false, false, "commands fill an Output", true},
    {"stdin", false, false, kOs},
    {"printf", true, false, "commands fill an Output", true},
    {"fputs", true, false, "commands fill an Output", true},
    {"fprintf", true, false, "commands fill an Output", true},
    {"puts", true, false, "commands fill an Output"},
    {"exit", true, false, "return the exit code", true},
    {"abort", true, false, "ASSERT", true},
    {"assert", true, false, "ASSERT is always on"},
    {"fopen", true, false, kOs, true},
    {"popen", true, false, kOs},
    {"system", true, false, kOs},
    {"rand", true, false, kOs},
    {"srand", true, false, kOs},
    {"random_device", false, false, kOs},
    {"getenv", true, true, kOs},
    {"setenv", true, true, kOs},
    {"time", true, true, kOs},
    {"clock", true, true, kOs},
    {"clock_gettime", true, true, kOs, true},
    {"gettimeofday", true, true, kOs},
    {"localtime", true, true, kOs},
    {"localtime_r", true, true, kOs},
    {"gmtime", true, true, kOs},
    {"mktime", true, true, kOs},
    {"fork", true, true, kOs, true},
    {"sleep", true, true, "wait for the thing itself"},
    {"usleep", true, true, "wait for the thing itself"},
    {"nanosleep", true, true, "wait for the thing itself"},
    {"SleepMs", false, true, "wait for the thing itself"},
};

// A call, not a declaration `Time time(...)` and not a method `x.time(...)`.
bool IsCall(const std::vector<Token>& tokens, size_t at) {
  if (at + 1 >= tokens.size() || tokens[at + 1].text != "(") return false;
  if (at == 0) return true;
  const std::string_view before = tokens[at - 1].text;
  if (before == "return" || before == "else" || before == "do") return true;
  return before != "." && before != "->" && before != ">" && !IsWordChar(before[0]);
}

void CheckWords(const std::string& path, const std::vector<Token>& tokens, const Layers& layers,
                Report& report) {
  const bool in_os = FolderOf(path) == "engine/os";
  const bool in_simulator = IsSimulator(FolderOf(path));
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string word(tokens[i].text);
    const auto only = layers.only.find(word);
    if (only != layers.only.end() && !only->second.contains(path)) {
      report.Fail(path, tokens[i].line, "'" + word + "'", "it has one place: tests/layers.txt");
    }
    if (word == "namespace" && i > 0 && tokens[i - 1].text == "using") {
      report.Fail(path, tokens[i].line, "'using namespace'", "name what is used");
    }
    for (const Banned& banned : kBanned) {
      if (banned.word != word || (banned.call && !IsCall(tokens, i)) || (banned.engine_os_may && in_os))
        continue;
      if (banned.simulator_may && in_simulator) continue;
      if (layers.allowed.contains({word, path})) {
        layers.used.emplace(word, path);
      } else {
        report.Fail(path, tokens[i].line, "'" + word + "'", std::string(banned.instead));
      }
    }
  }
}

void CheckOutline(const std::string& path, const std::vector<Token>& tokens, const Layers& layers,
                  Report& report) {
  const Outline outline(tokens);
  for (const Lasting& variable : outline.lasting()) {
    const std::pair<std::string, std::string> exception{std::string(variable.name), path};
    if (layers.allowed.contains(exception)) {
      layers.used.insert(exception);
      continue;
    }
    report.Fail(path, variable.line, "'" + std::string(variable.name) + "' lasts and can change",
                "no mutable statics or globals: pass it, or make it constant");
  }
  for (const Function& function : outline.functions()) {
    const int lines = function.last_line - function.first_line + 1;
    if (lines > kFunctionLinesReport) {
      report.Note(path, function.first_line,
                  "'" + std::string(function.name) + "' has " + std::to_string(lines) + " lines");
    }
  }
}

// --- Text

// Characters, not bytes.
int Columns(std::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

void CheckText(const std::string& path, std::string_view text, bool is_code, Report& report) {
  // In two pieces, or this file would be full of them.
  const std::string marks[] = {std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X"};
  int number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    if (line.ends_with(' ')) report.Fail(path, number, "blank at the end of the line", "remove it");
    if (line.find('\t') != std::string_view::npos) report.Fail(path, number, "tab", "use blanks");
    if (line.ends_with('\r'))
      report.Fail(path, number, "carriage return", "lines end with a line feed alone");
    if (is_code && Columns(line) > kColumnsMax) {
      report.Fail(path, number, std::to_string(Columns(line)) + " columns",
                  "at most " + std::to_string(kColumnsMax));
    }
    for (const std::string& mark : marks) {
      const size_t at = line.find(mark);
      if (at == std::string_view::npos) continue;
      const size_t end = at + mark.size();
      const bool is_word =
          (at == 0 || !IsWordChar(line[at - 1])) && (end == line.size() || !IsWordChar(line[end]));
      if (is_word) report.Fail(path, number, mark, "file an issue instead");
    }
  }
  if (!text.empty() && !text.ends_with('\n')) report.Fail(path, number, "no line feed at the end", "add it");
  if (!is_code) return;
  if (number > kFileLinesMax) {
    report.Fail(path, number, "more than " + std::to_string(kFileLinesMax) + " lines", "cut the file in two");
  } else if (number > kFileLinesReport) {
    report.Note(path, number, "the file has " + std::to_string(number) + " lines");
  }
}

// The first line says what the file is; that of a .cc may be its header's.
void CheckHead(const std::string& path, std::string_view text, const Tree& tree, Report& report) {
  const bool is_python = path.ends_with(".py");
  const bool is_test = path.starts_with("tests/") && path.find("_test.") != std::string::npos;
  const std::vector<std::string_view> lines = SplitLines(text);
  size_t at = 0;
  if (is_python && !lines.empty() && lines[0].starts_with("#!")) at = 1;
  const std::string_view head = at < lines.size() ? lines[at] : "";
  const bool has_header = path.ends_with(".cc") && tree.Has(path.substr(0, path.size() - 2) + "h");
  if (!head.starts_with(is_python ? "\"\"\"" : "//") && !has_header) {
    report.Fail(path, 1, "no comment at the head", "the first line says what the file is");
  } else if (is_test && WordsOf(std::string(head)).size() < kHeadWordsMin) {
    report.Fail(path, 1, "the head says too little", "a test begins with what it tests");
  }
  if (path.ends_with(".h") && text.find("\n#pragma once\n") == std::string_view::npos) {
    report.Fail(path, 1, "no #pragma once", "it stands behind the comment at the head");
  }
}

// "docs/..." in any text must lead somewhere, and so must links of documents.
void CheckReferences(const std::string& path, std::string_view text, const Tree& tree, Report& report) {
  if (path == "tests/tidy_plants.h") return;  // full of references to nowhere
  int number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    auto fail = [&](const std::string& target) {
      report.Fail(path, number, "'" + target + "' does not exist", "name the file as it is, from the root");
    };
    for (size_t at = line.find("docs/"); at != std::string_view::npos; at = line.find("docs/", at + 1)) {
      if (at > 0 && (IsWordChar(line[at - 1]) || line[at - 1] == '/' || line[at - 1] == '.')) continue;
      size_t end = at;
      while (end < line.size() &&
             (IsWordChar(line[end]) || line[end] == '/' || line[end] == '.' || line[end] == '-'))
        ++end;
      while (line[end - 1] == '.') --end;
      const std::string target(line.substr(at, end - at));
      if (target != "docs/" && !tree.HasBeginning(target)) fail(target);
    }
    if (!path.ends_with(".md")) continue;
    for (size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 1)) {
      std::string target(line.substr(at + 2, line.find(')', at) - at - 2));
      target.resize(std::min(target.find('#'), target.size()));
      if (target.empty() || target.find("://") != std::string::npos) continue;
      const std::filesystem::path full = (std::filesystem::path(FolderOf(path)) / target).lexically_normal();
      if (!tree.HasBeginning(full.string())) fail(target);
    }
  }
}

void CheckFile(const std::string& path, const std::string& text, const Layers& layers, const Tree& tree,
               Report& report) {
  const bool is_code = path.ends_with(".cc") || path.ends_with(".h");
  CheckText(path, text, is_code, report);
  CheckReferences(path, text, tree, report);
  if (is_code || path.ends_with(".py")) CheckHead(path, text, tree, report);
  if (!is_code) return;
  CheckIncludes(path, text, layers, tree, report);
  const std::string code = CodeOf(text);
  const std::vector<Token> tokens = TokensOf(code);
  CheckOutline(path, tokens, layers, report);
  if (!path.starts_with("tests/")) CheckWords(path, tokens, layers, report);
}

// --- The tree, and the plants

Tree ReadTree(const std::filesystem::path& root) {
  constexpr std::string_view kEndings[] = {".cc", ".h", ".py", ".md", ".txt", ".cmake", ".json", ".sh"};
  Tree tree;
  for (auto entry = std::filesystem::recursive_directory_iterator(root);
       entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    const std::string path = std::filesystem::relative(entry->path(), root).string();
    // .beads is written by the program, in the form of the classic tool.
    const bool is_ours = path != "build" && path != ".git" && path != ".beads";
    if (entry->is_directory() && !is_ours) entry.disable_recursion_pending();
    if (!entry->is_regular_file()) continue;
    const bool wanted = std::any_of(std::begin(kEndings), std::end(kEndings),
                                    [&path](std::string_view ending) { return path.ends_with(ending); });
    if (!wanted) continue;
    std::ifstream in(entry->path());
    tree.files[path] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return tree;
}

// Each plant must give the one failure that it was planted for, or none.
int CheckPlants() {
  int wrong = 0;
  for (const Plant& plant : kPlants) {
    Report report;
    const Layers layers = ReadLayers(kPlantLayers, report);
    Tree tree;
    for (const char* path : kPlantFiles) tree.files[path];
    const std::string text = TextOf(plant);
    tree.files[std::string(plant.path)] = text;
    CheckFile(std::string(plant.path), text, layers, tree, report);
    CheckParts(tree, layers, report);
    std::vector<std::string> found = report.failures;
    found.insert(found.end(), report.notes.begin(), report.notes.end());
    const bool right = plant.expected.empty()
                           ? found.empty()
                           : found.size() == 1 && found[0].find(plant.expected) != std::string::npos;
    if (right) continue;
    ++wrong;
    std::printf("planted in %s: expected %s\n%s\n", plant.path.data(),
                plant.expected.empty() ? "nothing" : plant.expected.data(), plant.text.data());
    for (const std::string& line : found) std::printf("  found: %s\n", line.c_str());
  }
  return wrong;
}

int CheckTree(const std::filesystem::path& root) {
  const Tree tree = ReadTree(root);
  Report report;
  auto table = tree.files.find("tests/layers.txt");
  if (table == tree.files.end()) {
    std::printf("%s has no tests/layers.txt\n", root.c_str());
    return 1;
  }
  const Layers layers = ReadLayers(table->second, report);
  for (const auto& [path, text] : tree.files) CheckFile(path, text, layers, tree, report);
  CheckParts(tree, layers, report);
  for (const auto& [word, file] : layers.allowed) {
    if (!layers.used.contains({word, file})) {
      report.Fail("tests/layers.txt", 1, "'" + word + "' is not in " + file, "remove the exception");
    }
  }
  for (const std::string& line : report.notes) std::printf("note: %s\n", line.c_str());
  for (const std::string& line : report.failures) std::printf("%s\n", line.c_str());
  std::printf("%zu files, %zu failures, %zu notes\n", tree.files.size(), report.failures.size(),
              report.notes.size());
  return report.failures.empty() ? 0 : 1;
}

}  // namespace
}  // namespace tidy

int main(int argc, char** argv) {
  if (argc != 2) {
    std::printf("usage: tidy_test SOURCE_DIRECTORY\n");
    return 2;
  }
  if (tidy::CheckPlants() > 0) return 1;
  return tidy::CheckTree(argv[1]);
}
