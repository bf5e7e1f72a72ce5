// The commands that agents draw from. A new kind is one row in workload.cc.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/kernel/random.h"

namespace sim {

class Workload {
 public:
  using Words = std::vector<std::string>;

  // A workspace: where, with which prefix; whether it exchanges its issues with a clone.
  struct Place {
    std::string directory, prefix;
    bool is_clone = false;
  };

  // In a third of the runs everybody is after the same few issues.
  explicit Workload(uint64_t seed)
      : random_(seed, "work"),
        odd_(seed, "odd"),
        issues_(random_.OneIn(3) ? 1 + random_.Below(3) : 24),
        has_odd_texts_(odd_.OneIn(4)),
        has_other_kinds_(odd_.OneIn(4)) {}

  // Whose commands are drawn next.
  void GoTo(const Place& place) { place_ = place; }
  const Place& place() const { return place_; }

  // Kind 0 makes issues: without it there would be little to do.
  static size_t KindCount();
  // One after the other: a file may be written first.
  std::vector<Words> Draw(size_t kind);
  // What an editor or git does.
  Words DrawEdit();
  Words DrawAppend();
  Words DrawGit();
  // What people hang on hooks of bd: it calls bd, hangs, fails, talks.
  std::vector<Words> DrawHooks();

  // Every value that is written is a new word: so it can be told who wrote it.
  std::string Token(const char* kind) { return kind + std::to_string(++token_); }
  std::string AnyIssue() { return "@" + std::to_string(1 + random_.Below(issues_)); }
  std::string AnyPriority() { return std::to_string(random_.Below(5)); }
  // As a token, in some runs with characters, or of a length, that are easily damaged.
  std::string Title();
  std::string Text(const char* kind);
  // In some runs not every edge is of the usual kind, and not every issue belongs into the file.
  Words WithKind(Words words);
  Words WithReason(Words words);
  Words WithReach(Words words);
  bool WaitsForChildren();
  // A label that may have been given before; a key, for which the same holds.
  std::string AnyLabel() { return "l" + std::to_string(random_.Below(20)); }
  std::string AnyKey() { return "k" + std::to_string(random_.Below(3)); }
  const char* AnyOf(std::initializer_list<const char*> words) {
    return words.begin()[random_.Below(words.size())];
  }
  // A line of a file: an issue that was made elsewhere.
  std::string IssueLine(const std::string& id);
  // None is a part of another: where an issue is missing, a part of an id may mean another one.
  std::string NewId() { return place_.prefix + Token("-in") + 'x'; }
  Random& random() { return random_; }

 private:
  std::string OddPart();
  std::string OddMembers(const std::string& id);

  Random random_, odd_;
  uint64_t issues_;
  bool has_odd_texts_, has_other_kinds_;
  Place place_{"/w", "t", false};
  int token_ = 0;
};

}  // namespace sim
