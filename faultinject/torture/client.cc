#include "faultinject/torture/client.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/spawn.h"

namespace fault::torture {

namespace {

using bd::Cat;

constexpr int64_t kOutputMax = 256 << 20;
constexpr int kSignalBase = 128;

// In memory, so that a full disk does not reach it.
bd::os::Fd MemoryFile() { return bd::os::Fd(memfd_create("output", MFD_CLOEXEC)); }

std::string TextOf(const bd::os::Fd& file) {
  if (lseek(file.get(), 0, SEEK_SET) < 0) return "";
  return bd::os::ReadToEnd(file.get(), kOutputMax).has_value() && lseek(file.get(), 0, SEEK_SET) == 0
             ? bd::os::ReadToEnd(file.get(), kOutputMax).value()
             : "";
}

}  // namespace

Client::Kind Client::Choose(Issue*& issue) {
  std::vector<size_t> usable;
  for (size_t i = 0; i < book_.issues.size(); ++i) {
    const Issue& candidate = book_.issues[i];
    const bool alive = candidate.made == Fact::kYes && candidate.deleted == Fact::kNo;
    if (alive && !candidate.busy && !candidate.retired) usable.push_back(i);
  }
  const uint64_t draw = dice_.Below(100);
  if (draw < 8) return Kind::kList;
  if (draw < 45 || usable.empty()) return Kind::kCreate;
  issue_ = usable[dice_.Below(usable.size())];
  issue = &book_.issues[issue_];
  if (draw < 55) return Kind::kShow;
  if (draw < 75) return Kind::kComment;
  if (draw < 87) return Kind::kLabel;
  if (draw < 94 && issue->closed == Fact::kNo) return Kind::kClose;
  return draw < 97 ? Kind::kDelete : Kind::kComment;
}

std::vector<std::string> Client::Words(Kind kind, Issue* issue) {
  detail_ = Cat(kind == Kind::kLabel ? "l" : "c", number_, "-", ++count_);
  switch (kind) {
    case Kind::kCreate:
      issue_ = book_.issues.size();
      book_.issues.push_back({"", Cat("made by ", detail_)});
      return {"create", book_.issues.back().title, "-d", "x", "--json"};
    case Kind::kClose: issue->closed = Fact::kMaybe; return {"close", issue->id};
    case Kind::kDelete: issue->deleted = Fact::kMaybe; return {"delete", issue->id, "--force"};
    case Kind::kComment:
      issue->comments[detail_] = Fact::kMaybe;
      return {"comments", "add", issue->id, detail_};
    case Kind::kLabel: issue->labels[detail_] = Fact::kMaybe; return {"label", "add", issue->id, detail_};
    case Kind::kShow: return {"show", issue->id, "--json"};
    case Kind::kList: break;
  }
  return dice_.Percent(50) ? std::vector<std::string>{"ready", "--json"}
                           : std::vector<std::string>{"list", "--json", "-n", "0", "--all"};
}

std::string Client::Start() {
  Issue* issue = nullptr;
  kind_ = Choose(issue);
  std::vector<std::string> words = Words(kind_, issue);
  if (kind_ != Kind::kList) book_.issues[issue_].busy = true;
  words.insert(words.begin(), place_.program());
  if (dice_.Percent(25)) words.emplace_back("--no-daemon");
  said_ = bd::Join(std::vector<std::string>(words.begin() + 1, words.end()), " ");
  output_ = MemoryFile();
  errors_ = MemoryFile();
  const bd::os::Fd nothing = MemoryFile();
  const bd::os::EnvironmentChanges environment = place_.Environment(true);
  const bd::Result<pid_t> started =
      bd::os::Spawn({words, environment, place_.Workspace(), {&nothing, &output_, &errors_}});
  if (!started) return started.error().message;
  pid_ = *started;
  handle_ = bd::os::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  started_ms_ = bd::os::MonotonicMs();
  stopped_ = was_stopped_ = killed_ = false;
  ++tally_.commands;
  return handle_ ? "" : "no handle on a process";
}

std::string Client::Finish(bool excused) {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = 0;
  handle_.Close();
  const int64_t took = bd::os::MonotonicMs() - started_ms_;
  if (!was_stopped_ && took > tally_.slowest_ms) {
    tally_.slowest_ms = took;
    tally_.slowest = said_;
  }
  const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  const std::string output = TextOf(output_), errors = TextOf(errors_);
  Note(done, output);
  if (done) return Look(output);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && killed_) {
    ++tally_.killed;
    return "";
  }
  ++tally_.refused;
  if (excused && WIFEXITED(status)) return "";
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
  return Cat("bd ", said_, ": ended with ", code, " for no reason of ours: ", errors, output);
}

void Client::Note(bool done, const std::string& output) {
  if (kind_ == Kind::kList) return;
  Issue& issue = book_.issues[issue_];
  issue.busy = false;
  if (kind_ == Kind::kShow) return;
  issue.retired = issue.retired || !done;
  if (!done) return;
  ++tally_.acknowledged;
  switch (kind_) {
    case Kind::kCreate: {
      issue.made = Fact::kYes;
      const bd::Result<bd::JsonDocument> document = bd::JsonDocument::Parse(output);
      const auto id = document ? document->root().Find("id") : std::nullopt;
      issue.id = id ? id->AsString().value_or("") : "";
      break;
    }
    case Kind::kClose: issue.closed = Fact::kYes; break;
    case Kind::kDelete: issue.deleted = Fact::kYes; break;
    case Kind::kComment: issue.comments[detail_] = Fact::kYes; break;
    case Kind::kLabel: issue.labels[detail_] = Fact::kYes; break;
    case Kind::kShow:
    case Kind::kList: break;
  }
}

// An answer is JSON, and has what was acknowledged before it was asked for.
std::string Client::Look(const std::string& output) const {
  if (kind_ == Kind::kCreate)
    return book_.issues[issue_].id.empty() ? Cat("bd ", said_, ": no id: ", output) : "";
  if (kind_ != Kind::kShow && kind_ != Kind::kList) return "";
  ++tally_.questions;
  const bd::Result<bd::JsonDocument> document = bd::JsonDocument::Parse(output);
  if (!document) return Cat("bd ", said_, ": no JSON: ", output.substr(0, 200));
  if (kind_ == Kind::kList) return "";
  const Issue& issue = book_.issues[issue_];
  if (output.find(issue.title) == std::string::npos)
    return Cat("bd ", said_, ": does not show '", issue.title, "'");
  for (const auto& [text, fact] : issue.labels) {
    if (fact == Fact::kYes && output.find(Cat("\"", text, "\"")) == std::string::npos) {
      return Cat("bd ", said_, ": does not show the label ", text);
    }
  }
  return "";
}

void Client::Kill() {
  killed_ = true;
  (void)kill(pid_, SIGKILL);
}
void Client::Stop() {
  stopped_ = was_stopped_ = true;
  (void)kill(pid_, SIGSTOP);
}
void Client::Continue() {
  stopped_ = false;
  (void)kill(pid_, SIGCONT);
}

}  // namespace fault::torture
