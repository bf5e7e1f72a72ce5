#include "sim/world/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace sim {

namespace {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

constexpr size_t kGuardSize = 4096;
// The top of a new stack is painted; pages below are touched only by who needs them.
constexpr size_t kPaintedSize = 96 << 10;

}  // namespace

char* StackPool::Take() {
  if (!free_.empty()) {
    char* stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void* memory = mmap(nullptr, kGuardSize + kStackSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, kGuardSize, PROT_NONE) != 0) {
    perror("bd-sim: memory for a stack");
    abort();
  }
  char* stack = static_cast<char*>(memory) + kGuardSize;
  memset(stack + kStackSize - kPaintedSize, paint_, kPaintedSize);
  all_.push_back({stack, paint_});
  return stack;
}

size_t StackPool::HighWater() const {
  size_t deepest = 0;
  for (const Painted& painted : all_) {
    size_t clean = kStackSize - kPaintedSize;
    while (clean < kStackSize && static_cast<unsigned char>(painted.stack[clean]) == painted.paint) ++clean;
    deepest = std::max(deepest, kStackSize - clean);
  }
  return deepest;
}

Fiber::Fiber(std::function<void()> body, StackPool& pool)
    : body_(std::move(body)), pool_(pool), stack_(pool.Take()) {
  inside_ = make_fcontext(stack_ + StackPool::kStackSize, StackPool::kStackSize, &Fiber::Enter);
}

Fiber::~Fiber() { pool_.Give(stack_); }

void Fiber::Enter(transfer_t transfer) {
  auto* fiber = static_cast<Fiber*>(transfer.data);
  fiber->outside_ = transfer.fctx;
  fiber->body_();
  fiber->finished_ = true;
  fiber->Yield();
}

void Fiber::Resume() {
  void* globals = abi::__cxa_get_globals();
  char ours[sizeof exceptions_];
  const int our_errno = errno;
  memcpy(ours, globals, sizeof ours);
  memcpy(globals, &exceptions_, sizeof ours);
  errno = errno_;
  inside_ = jump_fcontext(inside_, this).fctx;
  errno_ = errno;
  memcpy(&exceptions_, globals, sizeof ours);
  memcpy(globals, ours, sizeof ours);
  errno = our_errno;
}

void Fiber::Yield() { outside_ = jump_fcontext(outside_, this).fctx; }

}  // namespace sim
