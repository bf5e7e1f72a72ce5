// bd __complete WORD...: what the last word could become, for the scripts of bd completion. A line per
// candidate, with a description behind a tab; then ":" and 4 if file names make no sense there, else 0
// (the protocol of the completions of 0.49.6).
#include <algorithm>

#include "bd/command.h"
#include "bd/help.h"
#include "bd/select.h"
#include "engine/base/text.h"
#include "engine/query/ids.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

constexpr int kIssuesMax = 200;

struct Body {
  static constexpr bool kTextOnly = true;
  std::vector<std::string> candidates;
  bool files = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("candidates", self.candidates);
    visit("files", self.files);
  }
};

class Completer {
 public:
  Completer(Session* session, const std::vector<std::string>& words) : session_(session), words_(words) {
    if (!words_.empty()) {
      last_ = words_.back();
      words_.pop_back();
    }
    selection_ = SelectCommand(words_);
  }

  Result<Body> Run() {
    if (const Flag* flag = FlagBefore()) {
      AddValues(*flag);
    } else if (last_.starts_with("-")) {
      AddFlags();
    } else if (selection_.command == nullptr || selection_.command->is_group) {
      AddCommands();
    } else if (selection_.command->completes_ids) {
      TRY(AddIssues());
    } else {
      body_.files = true;
    }
    return std::move(body_);
  }

 private:
  void Add(std::string_view word, std::string_view description) {
    if (word.starts_with(last_))
      body_.candidates.push_back(description.empty() ? std::string(word) : Cat(word, "\t", description));
  }

  // Calls `visit` for the command's own flags, then for those of every command.
  template <typename Visit>
  void ForEachFlag(Visit visit) {
    if (selection_.command != nullptr) {
      for (const Flag& flag : selection_.command->flags) visit(flag);
    }
    for (const Flag& flag : GlobalFlags()) visit(flag);
  }

  // The flag whose value the last word is.
  const Flag* FlagBefore() {
    if (words_.empty() || !words_.back().starts_with("-") || words_.back().find('=') != std::string::npos)
      return nullptr;
    const std::string& word = words_.back();
    const Flag* found = nullptr;
    ForEachFlag([&](const Flag& flag) {
      const bool named = word == Cat("--", flag.name) || (flag.shorthand && word == Cat("-", flag.shorthand));
      if (named && found == nullptr && flag.type != FlagType::kBool) found = &flag;
    });
    return found;
  }

  void AddValues(const Flag& flag) {
    Vocabulary vocabulary;
    if (session_ != nullptr && session_->BeginRead()) {
      vocabulary = session_->Edit().vocabulary;
      session_->Rollback();
    }
    if (flag.name == "status") {
      for (const char* status : {"open", "in_progress", "blocked", "deferred", "closed", "pinned", "hooked"})
        Add(status, "");
      for (const std::string& status : vocabulary.custom_statuses) Add(status, "");
    } else if (flag.name == "type") {
      for (const TypeDescription& type : kCoreTypes) Add(type.name, type.description);
      for (const std::string& type : vocabulary.custom_types) Add(type, "");
    } else if (flag.name == "priority") {
      for (const char* priority : {"0", "1", "2", "3", "4"}) Add(priority, "");
    } else {
      body_.files = true;
    }
  }

  void AddFlags() {
    ForEachFlag([&](const Flag& flag) {
      if (!flag.hidden) Add(Cat("--", flag.name), flag.help);
    });
  }

  void AddCommands() {
    const std::string_view group = selection_.command ? selection_.command->name : "";
    for (const Command* command : AllCommands()) {
      if (GroupOf(command->name) == group && !command->hidden) Add(LeafOf(command->name), command->summary);
    }
  }

  Status AddIssues() {
    if (session_ == nullptr) return Ok();
    TRY(session_->BeginRead());
    for (const IdAndTitle& issue : TRY(IdsBeginningWith(session_->tx(), last_, kIssuesMax)))
      Add(issue.id, issue.title);
    return Ok();
  }

  Session* session_;
  std::vector<std::string> words_;
  std::string last_;
  Selection selection_;
  Body body_;
};

Result<Body> Run(Session* session, const IdArgs& args) { return Completer(session, args.ids).Run(); }

void Print(const Body& body, Output& out) {
  for (const std::string& candidate : body.candidates) out.Line(candidate);
  out.Line(body.files ? ":0" : ":4");
}

}  // namespace

extern const Command kCommand___complete = {
    .name = "__complete",
    .summary = "Candidates for the shell",
    .arguments = "[word...]",
    .needs = Needs::kIfThere,
    .hidden = true,
    .takes_any_words = true,
    .handlers = Handle<IdArgs, Body, PrepareIds, Run, Print>(),
};

}  // namespace bd
