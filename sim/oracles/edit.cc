// EDIT: what somebody else added to the shared file is carried along: issues that were made elsewhere, and
// lines that nobody can read. Not if power was lost (nobody synced them), if git put another version in place
// afterwards, maybe before anybody had looked, or if an editor was killed while he wrote all of it anew.
#include <algorithm>

#include "sim/run/oracle.h"

namespace sim {

namespace {

class EditOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void AtEnd() override {
    const Inode* file = SharedFile(view_.world);
    if (file == nullptr || view_.world.power_losses() != 0) return;
    Shown added;
    for (const Invocation& invocation : view_.history.invocations()) {
      const std::string& what = invocation.words[0];
      const bool done = invocation.outcome == Invocation::Outcome::kAcknowledged;
      if (what == "!checkout" || (invocation.is_edit && !done)) added = Shown();
      // What he had read may be from before a publisher put such a line back; then it is he who took it out.
      if (what == "!edit" || what == "!set") added.broken.clear();
      if (what == "!append" && done && IsShared(invocation.words[1]))
        Add(ReadLines(invocation.words[2]), added);
    }
    const Shown shown = ReadLines(file->content.visible());
    for (const std::string& id : added.issues) {
      if (!shown.issues.contains(id) && !IsInABrokenLine(shown, id))
        Fail("EDIT", id + " was added to the shared file, and is not in it");
    }
    for (const std::string& line : added.broken) {
      if (HasLine(shown, line)) continue;
      Fail("EDIT", "the line \"" + line + "\" was added to the shared file, and is not in it");
    }
  }

 private:
  static bool IsShared(const std::string& path) { return path == kSharedFile; }

  // The same for an issue.
  static bool IsInABrokenLine(const Shown& shown, const std::string& id) {
    const std::string key = "{\"id\":\"" + id + '"';
    return std::any_of(shown.broken.begin(), shown.broken.end(),
                       [&key](const std::string& line) { return line.find(key) != std::string::npos; });
  }

  // Behind one that an editor had cut off it makes one line with it.
  static bool HasLine(const Shown& shown, const std::string& line) {
    return std::any_of(shown.broken.begin(), shown.broken.end(),
                       [&line](const std::string& other) { return other.ends_with(line); });
  }

  static void Add(Shown lines, Shown& to) {
    to.issues.merge(lines.issues);
    for (const std::string& line : lines.broken) {
      // Without a line feed at its end it is an issue all the same; empty ones are nothing.
      Shown whole = ReadLines(line + '\n');
      const bool is_blank = line.find_first_not_of(" \t\r") == std::string::npos;
      if (!whole.issues.empty()) {
        to.issues.merge(whole.issues);
      } else if (!is_blank) {
        to.broken.push_back(line);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeEdit(RunView& view) { return std::make_unique<EditOracle>(view); }

}  // namespace sim
