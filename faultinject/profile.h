// A sandbox as text: what it denies to those inside, with which error. Whoever puts one into effect - the
// simulated kernel, `bd-fault run` - reads this same text, and says what it cannot do.
//
//   about TEXT                     one line for people
//   system linux|macos             whose sandbox it is (default linux)
//   marker env NAME=VALUE          by what one sees that one is inside: a variable,
//   marker status NAME=VALUE       a line of /proc/self/status,
//   marker file PATH               a file
//   deny ERRNO op=NAME [path=GLOB] a call that always fails, as in faultinject/rule.h. Sockets are unix
//   sockets;
//                                  socketpair: of datagrams; sockopt: getsockopt and setsockopt
//   signals ERRNO outside|children a signal to who is not in this sandbox, or to an own child; also signal 0
//   pids own                       an own pid namespace: who is outside has no number here (ESRCH)
//   children die                   what a command leaves behind is killed when the command ends
//   network none                   no IP at all, or only within
//   home own                       HOME is not that of the user outside, and empty
//   elsewhere ERRNO                writing anything that is not in a writable root
//   writable PATH...               such roots; without `elsewhere` they say nothing
//   protect ERRNO PATH...          not writable although it lies in a root, with all below it
//   moves ERRNO roots|directories  rename and link from one root to another, or between any two directories
//
// A PATH or GLOB may begin with a place: WORKSPACE (the directory of the repository), TMP, HOME. An empty
// line or one that begins with # says nothing. A profile's name is that of its file in faultinject/profiles;
// a new file is a new profile.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "faultinject/rule.h"

namespace fault {

struct Marker {
  enum class Kind { kVariable, kStatus, kFile };
  Kind kind = Kind::kVariable;
  std::string name, value;  // kFile: name is the path

  friend bool operator==(const Marker&, const Marker&) = default;
};

struct Protection {
  int error = 0;
  std::string path;

  friend bool operator==(const Protection&, const Protection&) = default;
};

struct Profile {
  enum class System { kLinux, kMacos };
  enum class Apart { kNothing, kRoots, kDirectories };

  std::string name, about;
  System system = System::kLinux;
  std::vector<Marker> markers;
  std::vector<Rule> denials;  // action kErrno, for ever
  int signal_outside = 0;     // errno; 0: allowed
  int signal_children = 0;
  bool own_pids = false;
  bool children_die = false;
  bool no_network = false;
  bool own_home = false;
  int elsewhere = 0;                  // errno; 0: everything is writable
  std::vector<std::string> writable;  // as written, with places
  std::vector<Protection> protections;
  Apart apart = Apart::kNothing;
  int apart_error = 0;

  friend bool operator==(const Profile&, const Profile&) = default;
};

// Absolute, without a slash at the end.
struct Places {
  std::string workspace, tmp, home;
};

std::variant<Profile, TextError> ParseProfile(std::string_view name, std::string_view text);
std::string Print(const Profile& profile);

// `path` with the place that it begins with.
std::string InPlace(std::string_view path, const Places& places);
bool IsWithin(std::string_view path, std::string_view directory);

// What changing a file or a name at `path` (absolute) meets; 0: it is allowed.
int WriteError(const Profile& profile, std::string_view path, const Places& places);
// What call `op` on `path` ("" if it has none) meets; 0: nothing.
int CallError(const Profile& profile, std::string_view op, std::string_view path, const Places& places);

// What is in faultinject/profiles, by name.
struct ProfileText {
  std::string_view name, text;
};
std::span<const ProfileText> AllProfiles();

}  // namespace fault
