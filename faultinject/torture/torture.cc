#include "faultinject/torture/torture.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "engine/base/text.h"
#include "engine/os/clock.h"
#include "engine/os/files.h"
#include "engine/os/poll.h"
#include "engine/os/signals.h"
#include "faultinject/torture/book.h"
#include "faultinject/torture/client.h"
#include "faultinject/torture/dice.h"
#include "faultinject/torture/mischief.h"
#include "faultinject/torture/place.h"
#include "faultinject/torture/store_copy.h"

namespace fault::torture {

namespace {

using bd::Cat;

constexpr int64_t kTickMs = 10;
constexpr int64_t kStuckMs = 60'000;  // longer than any lock is waited for
constexpr int64_t kLeaveMs = 10'000;  // for whoever ends after the others
constexpr int64_t kMoreFilesMax = 2;  // that a daemon may have open after the work, compared with before
constexpr int64_t kStraysMax = 3;
constexpr size_t kShownMax = 20;

class Run {
 public:
  Run(const Options& options, Place place)
      : options_(options), place_(std::move(place)), dice_(options.seed), mischief_(place_, clients_, dice_) {
    for (int i = 0; i < options.clients; ++i) clients_.emplace_back(i, place_, book_, dice_, tally_);
  }

  int Do() {
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // whoever loses his parent becomes ours, and is missed at the end
    bd::Result<bd::os::Fd> signals = bd::os::ReceiveSignals();
    if (signals) signals_ = std::move(*signals);
    Say(place_.Run({"daemon", "start"}), "bd daemon start");
    Say(place_.Run({"create", kFirst, "-d", "x"}), "bd create");
    const int64_t files_before = FilesOfDaemon();
    Work();
    mischief_.End();
    WaitForClients();
    CheckDaemon(files_before);
    CheckFacts();
    Leave();
    Summarize();
    const bool sound = wrong_.empty();
    if (!sound) printf("what there was is kept in %s\n", place_.Keep().c_str());
    place_.Remove();
    return sound ? 0 : 1;
  }

 private:
  static constexpr const char* kFirst = "the first";

  void Wrong(std::string what) {
    if (!what.empty()) wrong_.push_back(std::move(what));
  }
  void Say(const bd::Result<bd::os::ProcessResult>& result, const std::string& what) {
    if (!result) {
      Wrong(Cat(what, ": ", result.error().message));
    } else if (result->exit_code != 0) {
      Wrong(Cat(what, ": ended with ", result->exit_code, ": ", result->errors));
    }
  }

  // --- The work

  void Work() {
    began_ms_ = bd::os::MonotonicMs();
    const int64_t end = began_ms_ + options_.seconds * 1000;
    while (bd::os::MonotonicMs() < end && bd::os::NextSignal(signals_) == bd::os::Signal::kNone) {
      if (!mischief_.wants_quiet()) StartIdle();
      Wait(kTickMs);
      FinishEnded();
      Wrong(mischief_.Act(bd::os::MonotonicMs()));
    }
    worked_ms_ = bd::os::MonotonicMs() - began_ms_;
  }

  void StartIdle() {
    for (Client& client : clients_) {
      if (!client.running()) Wrong(client.Start());
    }
  }

  void Wait(int64_t ms) {
    std::vector<bd::os::Watched> watched;
    for (const Client& client : clients_) {
      if (client.running()) watched.push_back({client.handle(), true, false});
    }
    (void)bd::os::Poll(watched, ms);
  }

  void FinishEnded() {
    for (Client& client : clients_) {
      if (!client.running()) continue;
      std::vector<bd::os::Watched> watched = {{client.handle(), true, false}};
      (void)bd::os::Poll(watched, 0);
      if (watched[0].can_read) Wrong(client.Finish(mischief_.WasFull(client.started_ms())));
    }
  }

  // --- After it

  void WaitForClients() {
    const auto works = [](const Client& client) { return client.running(); };
    while (std::any_of(clients_.begin(), clients_.end(), works)) {
      Wait(kTickMs);
      FinishEnded();
      for (Client& client : clients_) {
        if (!client.running() || bd::os::MonotonicMs() - client.started_ms() < kStuckMs) continue;
        Wrong(Cat("bd ", client.words(), ": no end after ", kStuckMs / 1000, " s"));
        client.Kill();
        Wrong(client.Finish(true));
      }
    }
  }

  int64_t FilesOfDaemon() const {
    const bd::Result<std::vector<std::string>> files =
        bd::os::ListDirectory(Cat("/proc/", mischief_.Daemon(), "/fd"));
    return files ? static_cast<int64_t>(files->size()) : 0;
  }

  // It may be gone, it may be a new one; if there is one, it serves and holds no more than at first.
  void CheckDaemon(int64_t files_before) {
    if (mischief_.Daemon() == 0) return;
    Say(place_.Run({"create", "the last", "-d", "x"}), "bd create");
    book_.issues.push_back({"", "the last", Fact::kYes});
    const int64_t files = FilesOfDaemon();
    if (mischief_.Daemon() != 0 && files > files_before + kMoreFilesMax) {
      Wrong(Cat("the daemon has ", files, " descriptors open, and had ", files_before, " before the work"));
    }
  }

  void CheckFacts() {
    book_.issues.push_back({"", kFirst, Fact::kYes});
    Say(place_.Run({"sync", "--flush-only"}), "bd sync --flush-only");
    const bd::Result<bd::os::ProcessResult> exported = place_.Run({"export"});
    Say(exported, "bd export");
    if (!exported) return;
    for (std::string& what : book_.Compare(exported->output, found_)) Wrong(std::move(what));
    const bd::Result<std::string> shared = bd::os::ReadFile(place_.Beads() + "/issues.jsonl");
    if (!shared || *shared != exported->output) Wrong("issues.jsonl is not what the store has");
    Say(place_.Run({"kv", "set", "settled", "yes"}), "bd kv set");
    CountStrays();
  }

  void CountStrays() {
    const bd::Result<std::vector<std::string>> names = bd::os::ListDirectory(place_.Beads());
    int64_t strays = 0;
    for (const std::string& name : names ? *names : std::vector<std::string>()) {
      if (name.find(".publish.") != std::string::npos || name.find(".tmp") != std::string::npos) ++strays;
    }
    if (strays > kStraysMax) Wrong(Cat(strays, " temporary files are left in .beads"));
  }

  // Everybody goes; who does not is named, and killed.
  void Leave() {
    if (mischief_.Daemon() != 0) Say(place_.Run({"daemon", "stop"}), "bd daemon stop");
    const int64_t end = bd::os::MonotonicMs() + kLeaveMs;
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) >= 0;) {
      if (ended > 0) continue;
      if (bd::os::MonotonicMs() > end) {
        NameWhoIsLeft();
        break;
      }
      Wait(kTickMs);
    }
    Wrong(CheckStore(place_.Database()));
  }

  void NameWhoIsLeft() {
    const bd::Result<std::string> children = bd::os::ReadFile("/proc/thread-self/children");
    for (const std::string& pid : bd::Split(children ? *children : "", ' ')) {
      if (pid.empty()) continue;
      std::string words = bd::os::ReadFile(Cat("/proc/", pid, "/cmdline")).has_value()
                              ? bd::os::ReadFile(Cat("/proc/", pid, "/cmdline")).value()
                              : "";
      std::replace(words.begin(), words.end(), '\0', ' ');
      Wrong(Cat("process ", pid, " is left behind: ", words));
      (void)kill(static_cast<pid_t>(atoi(pid.c_str())), SIGKILL);
    }
  }

  void Summarize() const {
    printf("torture: seed %llu, %.1f s, %lld clients%s\n", static_cast<unsigned long long>(options_.seed),
           static_cast<double>(worked_ms_) / 1000, static_cast<long long>(options_.clients),
           place_.no_disk().empty() ? "" : Cat("; no full disk: ", place_.no_disk()).c_str());
    printf("commands: %lld; %lld changes acknowledged, %lld questions answered, %lld killed, %lld refused\n",
           Long(tally_.commands), Long(tally_.acknowledged), Long(tally_.questions), Long(tally_.killed),
           Long(tally_.refused));
    std::string mischief;
    for (const auto& [what, count] : mischief_.done())
      mischief += Cat(mischief.empty() ? "" : ", ", count, " ", what);
    printf("meanwhile: %s\n", mischief.c_str());
    printf("slowest command that was not stopped itself: %lld ms (%s)\n", Long(tally_.slowest_ms),
           tally_.slowest.c_str());
    printf("found again: %lld facts about %lld issues\n", Long(found_),
           Long(static_cast<int64_t>(book_.issues.size())));
    for (size_t i = 0; i < std::min(wrong_.size(), kShownMax); ++i) printf("WRONG: %s\n", wrong_[i].c_str());
    if (wrong_.size() > kShownMax) printf("... and %zu more\n", wrong_.size() - kShownMax);
    printf("%s\n", wrong_.empty() ? "nothing was lost, nobody is left" : "FAILED");
  }
  static long long Long(int64_t number) { return static_cast<long long>(number); }

  const Options& options_;
  Place place_;
  Dice dice_;
  Book book_;
  Tally tally_;
  std::vector<Client> clients_;
  Mischief mischief_;
  bd::os::Fd signals_;
  std::vector<std::string> wrong_;
  int64_t began_ms_ = 0, worked_ms_ = 0, found_ = 0;
};

}  // namespace

int Torture(const Options& options) {
  bd::Result<Place> place = Place::Make(options.program);
  if (!place) {
    fprintf(stderr, "bd-fault: %s\n", place.error().message.c_str());
    return 1;
  }
  return Run(options, std::move(*place)).Do();
}

}  // namespace fault::torture
