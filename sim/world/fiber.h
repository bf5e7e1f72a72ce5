// A fiber: a stack of its own on the one thread, entered and left by hand. With it go errno and the C++
// runtime's stack of caught exceptions, which belong to a thread and so would be shared.
//
// A fiber that is abandoned is never unwound: that is how a killed process ends. Its stack may be used
// again; what it had allocated is lost until the simulator's own process ends.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <functional>
#include <vector>

namespace sim {

// Stacks, each with a guard page below; those that are free again are used first: making one costs more than
// running a short command. New ones are painted, so that the deepest use can be told, and so that runs with
// another paint show whoever depends on what was there.
class StackPool {
 public:
  static constexpr size_t kStackSize = 512 << 10;

  explicit StackPool(unsigned char paint) : paint_(paint) {}
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // For stacks that are made from now on.
  void SetPaint(unsigned char paint) { paint_ = paint; }
  char* Take();
  void Give(char* stack) { free_.push_back(stack); }
  // The deepest that any of them was used, in bytes.
  size_t HighWater() const;

 private:
 private:
  struct Painted {
    char* stack;
    unsigned char paint;
  };
  unsigned char paint_;
  std::vector<char*> free_;
  std::vector<Painted> all_;
};

class Fiber {
 public:
  // `body` runs at the first Resume. It must not return by an exception. `pool` outlives the fiber.
  Fiber(std::function<void()> body, StackPool& pool);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  // From outside: runs the fiber until it yields or its body returns.
  void Resume();
  // From inside: back to whoever resumed it.
  void Yield();
  bool finished() const { return finished_; }

 private:
  static void Enter(boost::context::detail::transfer_t transfer);

  std::function<void()> body_;
  StackPool& pool_;
  char* stack_;
  bool finished_ = false;
  boost::context::detail::fcontext_t inside_ = nullptr, outside_ = nullptr;
  int errno_ = 0;
  struct {
    void* caught = nullptr;
    unsigned uncaught = 0;
  } exceptions_;
};

}  // namespace sim
