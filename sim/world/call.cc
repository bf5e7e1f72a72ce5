#include "sim/world/call.h"

#include <fcntl.h>

namespace sim {

namespace {

enum class Effect {
  kNone,
  kState,    // of the process or of others: locks, descriptors
  kLasting,  // what a crash can fall between, though bytes and names are as before
  kChange,   // of bytes or names
};

struct Row {
  std::string_view name;
  Effect effect;
};

constexpr Row kRows[] = {
    {"open", Effect::kState},      {"close", Effect::kState},   {"read", Effect::kNone},
    {"write", Effect::kChange},    {"fsync", Effect::kLasting}, {"truncate", Effect::kChange},
    {"copy", Effect::kChange},     {"stat", Effect::kNone},     {"mmap", Effect::kNone},
    {"unlink", Effect::kChange},   {"link", Effect::kChange},   {"rename", Effect::kChange},
    {"exchange", Effect::kChange}, {"mkdir", Effect::kChange},  {"rmdir", Effect::kChange},
    {"readlink", Effect::kNone},   {"list", Effect::kNone},     {"chmod", Effect::kLasting},
    {"utime", Effect::kLasting},   {"lock", Effect::kState},    {"flock", Effect::kState},
    {"sleep", Effect::kNone},      {"random", Effect::kNone},   {"barrier", Effect::kNone},
    {"spawn", Effect::kState},     {"socket", Effect::kState},  {"bind", Effect::kChange},
    {"listen", Effect::kState},    {"connect", Effect::kState}, {"accept", Effect::kState},
    {"recv", Effect::kNone},       {"send", Effect::kState},    {"shutdown", Effect::kState},
    {"poll", Effect::kNone},       {"signal", Effect::kState},  {"sockopt", Effect::kNone},
};
static_assert(sizeof kRows / sizeof kRows[0] == static_cast<size_t>(Op::kCount));

}  // namespace

std::string_view OpName(Op op) { return kRows[static_cast<size_t>(op)].name; }

bool ChangesFiles(const Call& call) {
  if (call.op == Op::kOpen) return (call.a & (O_CREAT | O_TRUNC)) != 0;
  return kRows[static_cast<size_t>(call.op)].effect == Effect::kChange;
}

bool Means(std::string_view op, const Call& call) {
  if (op.empty()) return kRows[static_cast<size_t>(call.op)].effect != Effect::kNone;
  if (op == "change") {
    return ChangesFiles(call) || kRows[static_cast<size_t>(call.op)].effect == Effect::kLasting;
  }
  return op == OpName(call.op);
}

bool IsOpName(std::string_view name) {
  if (name.empty() || name == "change") return true;
  for (const Row& row : kRows) {
    if (row.name == name) return true;
  }
  return false;
}

}  // namespace sim
