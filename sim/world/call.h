// A system call as the world sees it: which one, by whom, on what, with which answer. Faults are matched
// against it, observers are told of it, and the trace is made of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/kernel/outcome.h"

namespace sim {

// Named in faultinject/op.h, in the same order.
enum class Op : uint8_t {
  kOpen,
  kClose,
  kRead,
  kWrite,
  kSync,
  kTruncate,
  kCopy,
  kStat,
  kMap,
  kUnlink,
  kLink,
  kRename,
  kExchange,
  kMkdir,
  kRmdir,
  kReadlink,
  kList,
  kMode,
  kTimes,
  kRecordLock,
  kFlock,
  kSleep,
  kRandom,
  kBarrier,
  kSpawn,
  kSocket,
  kBind,
  kListen,
  kConnect,
  kAccept,
  kReceive,
  kSend,
  kShutdown,
  kPoll,
  kSignal,
  kSockopt,
  kCount
};

std::string_view OpName(Op op);
struct Call {
  Op op;
  std::string_view path = {};    // as given, or as the descriptor was opened
  std::string_view second = {};  // the new name of a rename or link
  // The descriptor, if it has one (of a map: the length); the flags of an open; then a count or an offset.
  int64_t a = 0, b = 0;
};

// Whether it changes bytes or names (an open may, by its flags).
bool ChangesFiles(const Call& call);

// Whether a plan's op ("" for any with an effect) means this call.
bool Means(std::string_view op, const Call& call);
bool IsOpName(std::string_view name);

}  // namespace sim
