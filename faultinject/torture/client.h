// One command after the other, each a process; what it says goes into the book.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/os/files.h"
#include "faultinject/torture/book.h"
#include "faultinject/torture/dice.h"
#include "faultinject/torture/place.h"

namespace fault::torture {

struct Tally {
  int64_t commands = 0, acknowledged = 0, questions = 0, refused = 0, killed = 0;
  int64_t slowest_ms = 0;  // of those that nobody stopped
  std::string slowest;
};

class Client {
 public:
  Client(int number, const Place& place, Book& book, Dice& dice, Tally& tally)
      : number_(number), place_(place), book_(book), dice_(dice), tally_(tally) {}

  bool running() const { return pid_ > 0; }
  bool stopped() const { return stopped_; }
  pid_t pid() const { return pid_; }
  int handle() const { return handle_.get(); }  // can be read when the process has ended
  int64_t started_ms() const { return started_ms_; }
  const std::string& words() const { return said_; }

  // What went wrong with starting it, or "".
  std::string Start();
  // After its end. `excused`: something happened meanwhile that it may refuse for. What must not be, or "".
  std::string Finish(bool excused);

  void Kill();
  void Stop();
  void Continue();

 private:
  enum class Kind { kCreate, kClose, kDelete, kComment, kLabel, kShow, kList };
  Kind Choose(Issue*& issue);
  std::vector<std::string> Words(Kind kind, Issue* issue);
  // Whether it is known now what became of it; `done`: it was acknowledged.
  void Note(bool done, const std::string& output);
  std::string Look(const std::string& output) const;

  int number_;
  const Place& place_;
  Book& book_;
  Dice& dice_;
  Tally& tally_;

  pid_t pid_ = 0;
  bd::os::Fd handle_, output_, errors_;
  Kind kind_ = Kind::kList;
  size_t issue_ = 0;
  std::string detail_, said_;
  int64_t started_ms_ = 0, count_ = 0;
  bool stopped_ = false, was_stopped_ = false, killed_ = false;
};

}  // namespace fault::torture
