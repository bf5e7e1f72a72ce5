// The calls that a plan can name (op=NAME), and which of them a rule without a name means.
#pragma once

#include <string_view>

namespace fault {

enum class Effect {
  kNone,
  kState,    // of the process or of others: locks, descriptors
  kLasting,  // what a crash can fall between, though bytes and names are as before
  kChange,   // of bytes or names
};

struct OpRow {
  std::string_view name;
  Effect effect;
};

// The simulator counts on the order; new ones go to the end.
inline constexpr OpRow kOps[] = {
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

const OpRow* FindOp(std::string_view name);  // null if there is none
// Whether `op` of a rule ("" for any with an effect, "change") means this call; `changes`: it changes bytes
// or names, which of an open only its flags say.
bool Means(std::string_view op, const OpRow& call, bool changes);
bool IsOpName(std::string_view name);

}  // namespace fault
