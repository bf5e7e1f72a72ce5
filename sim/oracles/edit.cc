// EDIT: what somebody else added to the shared file is carried along: issues that were made elsewhere, and
// lines that nobody can read. Not if power was lost (nobody synced them), if git put another version in place
// afterwards, maybe before anybody had looked, or if an editor was killed while he wrote all of it anew.
// Lines that nobody can read are demanded only if nobody published while they were written: in a version that
// just makes way for another one, such a line may be one that is not finished.
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
      if (what == "!checkout" || (invocation.is_external && !done)) added = Shown();
      if (what == "!append" && done && IsShared(invocation.words[1]))
        Add(ReadLines(invocation.words[2]), IsAlone(invocation), added);
    }
    const Shown shown = ReadLines(file->content.visible());
    for (const std::string& id : added.issues) {
      if (!shown.issues.contains(id)) Fail("EDIT", id + " was added to the shared file, and is not in it");
    }
    for (const std::string& line : added.broken) {
      if (std::find(shown.broken.begin(), shown.broken.end(), line) != shown.broken.end()) continue;
      Fail("EDIT", "the line \"" + line + "\" was added to the shared file, and is not in it");
    }
  }

 private:
  static bool IsShared(const std::string& path) { return path == kSharedFile; }

  bool IsAlone(const Invocation& edit) const {
    const std::vector<Invocation>& all = view_.history.invocations();
    return std::none_of(all.begin(), all.end(), [&edit](const Invocation& other) {
      return !other.is_external && other.begin < edit.end && other.end > edit.begin;
    });
  }

  static void Add(Shown lines, bool with_broken, Shown& to) {
    to.issues.merge(lines.issues);
    for (const std::string& line : lines.broken) {
      // Without a line feed at its end it is an issue all the same; empty ones are nothing.
      Shown whole = ReadLines(line + '\n');
      const bool is_blank = line.find_first_not_of(" \t\r") == std::string::npos;
      if (!whole.issues.empty()) {
        to.issues.merge(whole.issues);
      } else if (with_broken && !is_blank) {
        to.broken.push_back(line);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeEdit(RunView& view) { return std::make_unique<EditOracle>(view); }

}  // namespace sim
