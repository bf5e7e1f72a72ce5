// A program that runs while we do something else. As RunProcess (process.h), except that nobody waits for it:
// it gets no input, its descriptors are watched with others, and Look sees what came of it so far.
//
//   running --ended--> result      running --out of time--> told to end --2 s--> killed --ended--> kBusy
//
// What was told to end, and even killed, may go on for a while (a file system that does not answer): it is at
// work until its end was seen, and whoever may have one only starts no other.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/background.h"
#include "engine/os/poll.h"
#include "engine/os/process.h"

namespace bd::os {

// Apart from the class: a simulated machine starts programs in its own way. Started::errors is there, too.
Result<Started> StartBeside(const ProcessOptions& options);

class RunningProcess {
 public:
  // Of the options input and output_file have no meaning here; output that is longer than output_max is cut
  // off.
  static Result<RunningProcess> Start(const ProcessOptions& options);
  // One whose end was not seen is told to end, with all that it started.
  ~RunningProcess();
  RunningProcess(RunningProcess&& other) noexcept
      : timed_out_(std::move(other.timed_out_)),
        output_max_(other.output_max_),
        started_(std::exchange(other.started_, std::nullopt)),
        result_(std::move(other.result_)),
        deadline_ms_(other.deadline_ms_),
        state_(other.state_) {}
  RunningProcess& operator=(RunningProcess&&) = delete;

  // Adds what is to be watched, ...
  void Watch(std::vector<Watched>& watched) const;
  // ... and until when at most: then Look has something to do.
  int64_t NextMs() const;
  // Waits for nothing. Its result, once, when it has ended; an error is its end as well: kBusy, it ran out of
  // time.
  Result<std::optional<ProcessResult>> Look();
  // It has no more time.
  void End();

 private:
  RunningProcess(const ProcessOptions& options, Started started);
  Status TakeOutput();
  Status Receive(Fd& from, std::string& into) const;

  Error timed_out_;
  size_t output_max_;
  std::optional<Started> started_;  // until its end was seen
  ProcessResult result_;
  int64_t deadline_ms_;
  enum class State { kRunning, kTold, kKilled } state_ = State::kRunning;
};

}  // namespace bd::os
