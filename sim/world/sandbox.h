// A sandbox that processes of the world are in: a profile of faultinject/profiles, put into effect. What it
// denies fails before the kernel is asked; who may be seen and signalled is decided here and in the kernel.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "faultinject/profile.h"
#include "sim/kernel/process.h"
#include "sim/world/call.h"

namespace sim {

struct Sandbox {
  const fault::Profile* profile = nullptr;
  fault::Places places;
  std::shared_ptr<PidSpace> space;  // null: that of the machine
  bool lives_on = false;            // it is there for many commands: a container, a session
};

// Null if there is none of that name.
const fault::Profile* FindProfile(std::string_view name);

// The paths that a call would change: what must be there for that, and what would be made.
struct Change {
  std::string_view present, made;
};
Change ChangeOf(const Call& call);
std::string Absolute(std::string_view path, const std::string& directory);
int MoveError(const Sandbox& sandbox, const std::string& from, const std::string& to);

// What a call meets inside; 0: nothing. `directory`: where the process is; `exists` says whether a path
// leads to something (what is not there cannot be changed: the kernel says so).
template <typename Exists>
int ErrorInside(const Sandbox& sandbox, const Call& call, const std::string& directory, Exists&& exists) {
  const fault::Profile& profile = *sandbox.profile;
  const std::string path = Absolute(call.path, directory);
  if (const int error = fault::CallError(profile, OpName(call.op), path, sandbox.places)) return error;
  const Change change = ChangeOf(call);
  const std::string present = Absolute(change.present, directory), made = Absolute(change.made, directory);
  if (!present.empty()) {
    if (!exists(present)) return 0;
    if (const int error = fault::WriteError(profile, present, sandbox.places)) return error;
  }
  if (made.empty() || (call.op == Op::kMkdir && exists(made))) return 0;
  if (const int error = fault::WriteError(profile, made, sandbox.places)) return error;
  const bool moves = call.op == Op::kRename || call.op == Op::kExchange || call.op == Op::kLink;
  return moves ? MoveError(sandbox, Absolute(call.path, directory), made) : 0;
}

}  // namespace sim
