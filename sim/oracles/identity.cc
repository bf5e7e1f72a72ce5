// IDU: no id is given twice, every issue in the shared file was made by somebody, and one request makes one
// issue.
#include <algorithm>

#include "engine/base/json.h"
#include "sim/run/oracle.h"

namespace sim {

namespace {

class IdentityOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void AtEnd() override {
    Makers made_by;
    std::set<std::string> titles;                  // of creates whose id nobody was told
    std::set<std::string, std::less<>> requested;  // titles of creates that may have been sent again
    std::set<std::string> deleted;                 // whose ids may be asked for again
    // A create may be asked for before the deletion that makes room for it.
    for (const Invocation& invocation : view_.history.invocations()) {
      if (invocation.words[0] == "delete")
        deleted.insert(invocation.words.begin() + 1, invocation.words.end());
    }
    for (const Invocation& invocation : view_.history.invocations()) {
      const bool creates = invocation.words[0] == "create" || invocation.words[0] == "q";
      if (creates && invocation.made.empty() && invocation.words.size() > 1)
        titles.insert(invocation.words[1]);
      if (invocation.is_external) edited_.insert(invocation.words.begin(), invocation.words.end());
      if (creates && !invocation.made.empty() && IsRequest(invocation)) requested.insert(invocation.words[1]);
      for (const std::string& id : invocation.made) {
        const auto [at, is_new] = made_by.try_emplace(id, &invocation);
        if (is_new) continue;
        const Invocation& first = *at->second;
        const bool may_again = IsRequest(invocation) || invocation.words[0] == "import";
        if (may_again && first.agent == invocation.agent) continue;
        const bool may_be_asked_for =
            deleted.contains(id) && std::ranges::count(invocation.words, "--id") > 0;
        if (may_be_asked_for || view_.history.removed_for_good().contains(id)) continue;
        // By chance, where neither could know of the other: one of them gets another id when they meet.
        if (view_.clones && first.directory != invocation.directory) {
          for (const Invocation* one : {&first, &invocation})
            edited_.insert(one->words.begin(), one->words.end());
          continue;
        }
        Fail("IDU", id + " was given to " + first.agent + " and to " + invocation.agent);
      }
    }
    for (const std::string& workspace : view_.workspaces) {
      if (const Inode* file = SharedFile(view_.world, workspace)) Check(*file, made_by, titles, requested);
    }
  }

 private:
  using Makers = std::map<std::string, const Invocation*>;

  void Check(const Inode& file, const Makers& made_by, const std::set<std::string>& titles,
             const std::set<std::string, std::less<>>& requested) {
    const Shown shown = ReadLines(file.content.visible());
    std::map<std::string, std::string> shown_as;
    for (const auto& [key, value] : shown.values) {
      if (key.field != "title" || !requested.contains(value)) continue;
      const auto [at, is_new] = shown_as.try_emplace(value, key.issue);
      if (!is_new) Fail("IDU", "one request made " + at->second + " and " + key.issue + " \"" + value + '"');
    }
    for (const std::string& id : shown.issues) {
      if (made_by.contains(id)) continue;
      const auto title = shown.values.find({id, "title"});
      if (title == shown.values.end()) continue;  // a deleted one
      if (!titles.contains(title->second) && !IsRetitled(title->second)) {
        Fail("IDU", id + " \"" + title->second + "\" is in the shared file, and nobody made it");
      }
    }
  }

  // By an update or an editor, of an issue whose maker was killed.
  bool IsRetitled(const std::string& title) const {
    for (const std::string& word : edited_) {
      if (word == title || word.find(bd::JsonString(title)) != std::string::npos) return true;
    }
    for (const Invocation& invocation : view_.history.invocations()) {
      for (const Effect& effect : invocation.effects) {
        if (effect.target.field == "title" && effect.value == title) return true;
      }
    }
    return false;
  }

  static bool IsRequest(const Invocation& invocation) {
    return std::find(invocation.words.begin(), invocation.words.end(), "--request-id") !=
           invocation.words.end();
  }

  // All that editors wrote, values and whole lines, and of whom an id was taken.
  std::set<std::string> edited_;
};

}  // namespace

std::unique_ptr<Oracle> MakeIdentity(RunView& view) { return std::make_unique<IdentityOracle>(view); }

}  // namespace sim
