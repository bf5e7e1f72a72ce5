#include "engine/os/running_process.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/os/clock.h"

namespace bd::os {

namespace {

constexpr int64_t kGraceMs = 2'000;  // to remove its locks, which git does when it is told to end
constexpr int64_t kLookMs = 1'000;   // for the end of what was killed and goes on
constexpr int64_t kBlindMs = 20;     // for an end that cannot be watched
constexpr int kRoundsMax = 64;       // more than a pipe holds; who never stops talking holds nobody up

}  // namespace

Result<RunningProcess> RunningProcess::Start(const ProcessOptions& options) {
  return RunningProcess(options, TRY(StartBeside(options)));
}

RunningProcess::RunningProcess(const ProcessOptions& options, Started started)
    : timed_out_(TimedOut(options)),
      output_max_(options.output_max),
      started_(std::move(started)),
      deadline_ms_(MonotonicMs() + options.timeout_ms) {}

RunningProcess::~RunningProcess() {
  if (started_ && state_ == State::kRunning) End();
}

void RunningProcess::Watch(std::vector<Watched>& watched) const {
  if (!started_) return;
  for (const Fd* file : {&started_->words, &started_->errors, &started_->process})
    watched.push_back(WatchRead(*file));
}

int64_t RunningProcess::NextMs() const {
  const int64_t left = std::max<int64_t>(0, deadline_ms_ - MonotonicMs());
  return started_ && !started_->process ? std::min(left, kBlindMs) : left;
}

Result<std::optional<ProcessResult>> RunningProcess::Look() {
  // Its end first, then what it had said until then.
  const std::optional<int> code = TRY(EndOf(*started_));
  TRY(TakeOutput());
  if (!code) {
    if (MonotonicMs() >= deadline_ms_) End();
    return std::optional<ProcessResult>();
  }
  started_.reset();
  // Who was told to end and was done all the same has done it.
  if (state_ != State::kRunning && *code != 0) return timed_out_;
  result_.exit_code = *code;
  return std::optional(std::move(result_));
}

void RunningProcess::End() {
  if (state_ == State::kRunning) {
    state_ = State::kTold;
    deadline_ms_ = MonotonicMs() + kGraceMs;
    (void)SignalGroup(*started_, EndSignal::kStop);
    return;
  }
  state_ = State::kKilled;
  deadline_ms_ = MonotonicMs() + kLookMs;
  (void)SignalGroup(*started_, EndSignal::kKill);
}

Status RunningProcess::TakeOutput() {
  for (int round = 0; round < kRoundsMax; ++round) {
    std::vector<Watched> watched = {WatchRead(started_->words), WatchRead(started_->errors)};
    TRY(Poll(watched, 0));
    if (!watched[0].can_read && !watched[1].can_read) return Ok();
    if (watched[0].can_read) TRY(Receive(started_->words, result_.output));
    if (watched[1].can_read) TRY(Receive(started_->errors, result_.errors));
  }
  return Ok();
}

Status RunningProcess::Receive(Fd& from, std::string& into) const {
  char buffer[16384];
  const size_t got = TRY(Read(from.get(), buffer, sizeof buffer));
  if (got == 0) from.Close();
  into.append(buffer, std::min(got, output_max_ - into.size()));
  return Ok();
}

}  // namespace bd::os
