// What the rules of tidy_test work with: the files, the table of tests/layers.txt, and what was found.
#pragma once

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy_source.h"

namespace tidy {

struct Report {
  std::vector<std::string> failures, notes;
  void Fail(const std::string& path, int line, const std::string& what, const std::string& why) {
    failures.push_back(path + ":" + std::to_string(line) + ": " + what + ": " + why);
  }
  void Note(const std::string& path, int line, const std::string& what) {
    notes.push_back(path + ":" + std::to_string(line) + ": " + what);
  }
};

struct Tree {
  std::map<std::string, std::string> files;  // path from the root -> text
  bool Has(const std::string& path) const { return files.contains(path); }
  bool HasBeginning(const std::string& path) const {
    auto next = files.lower_bound(path);
    return next != files.end() && next->first.starts_with(path);
  }
};

// --- The table of layers

struct Layers {
  std::map<std::string, std::set<std::string>> may_include;
  std::map<std::string, std::set<std::string>> libraries;      // prefix -> folders
  std::map<std::string, std::set<std::string>> only;           // word -> files
  std::set<std::pair<std::string, std::string>> allowed;       // word, file
  mutable std::set<std::pair<std::string, std::string>> used;  // of these
};

inline std::vector<std::string> WordsOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

inline void ReadLayerLine(const std::string& line, int number, Layers& layers, Report& report) {
  const size_t colon = line.find(':');
  const std::vector<std::string> left = WordsOf(line.substr(0, colon));
  const std::vector<std::string> right = colon == std::string::npos ? left : WordsOf(line.substr(colon + 1));
  const std::set<std::string> names(right.begin(), right.end());
  if (left.size() == 1 && colon != std::string::npos) {
    layers.may_include[left[0]] = names;
  } else if (left.size() == 2 && left[0] == "library") {
    layers.libraries[left[1]] = names;
  } else if (left.size() == 2 && left[0] == "only") {
    layers.only[left[1]] = names;
  } else if (left.size() == 3 && left[0] == "allow" && !right.empty()) {
    layers.allowed.emplace(left[1], left[2]);
  } else {
    report.Fail("tests/layers.txt", number, "not understood", "the head of the file explains the lines");
  }
}

inline Layers ReadLayers(std::string_view text, Report& report) {
  Layers layers;
  int number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    if (!line.empty() && line[0] != '#') ReadLayerLine(std::string(line), number, layers, report);
  }
  return layers;
}

// The row of the folder, or of the nearest one above that has a row.
inline std::string RowOf(const Layers& layers, std::string folder) {
  while (!layers.may_include.contains(folder)) {
    const size_t slash = folder.find_last_of('/');
    if (slash == std::string::npos) return "";
    folder.resize(slash);
  }
  return folder;
}

inline std::string FolderOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// engine/CMakeLists.txt must say the same: bd_part(query USES base types storage LIBRARIES ...).
inline void CheckParts(const Tree& tree, const Layers& layers, Report& report) {
  const std::string path = "engine/CMakeLists.txt";
  auto file = tree.files.find(path);
  if (file == tree.files.end()) return;
  int number = 0;
  for (std::string_view line : SplitLines(file->second)) {
    ++number;
    if (!line.starts_with("bd_part(")) continue;
    std::vector<std::string> words = WordsOf(std::string(line.substr(8, line.find(')') - 8)));
    std::set<std::string> uses;
    bool listing = false;
    for (const std::string& word : words) {
      if (listing && word != "LIBRARIES") uses.insert("engine/" + word);
      listing = word == "USES" || (listing && word != "LIBRARIES");
    }
    auto row = layers.may_include.find("engine/" + words[0]);
    if (row == layers.may_include.end() || row->second != uses) {
      report.Fail(path, number, "part '" + words[0] + "' differs from tests/layers.txt",
                  "say the same in both");
    }
  }
}

}  // namespace tidy
