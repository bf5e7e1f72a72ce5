#include "sim/world/sandbox.h"

#include <fcntl.h>

#include <map>
#include <variant>

namespace sim {

namespace {

std::map<std::string_view, fault::Profile> ParseAll() {
  std::map<std::string_view, fault::Profile> all;
  for (const fault::ProfileText& text : fault::AllProfiles()) {
    auto parsed = fault::ParseProfile(text.name, text.text);
    if (auto* profile = std::get_if<fault::Profile>(&parsed)) all.emplace(text.name, std::move(*profile));
  }
  return all;
}

// Each has devices of its own.
bool IsDevice(std::string_view path) { return fault::IsWithin(path, "/dev"); }

std::string RootOf(const Sandbox& sandbox, const std::string& path) {
  for (const std::string& root : sandbox.profile->writable) {
    std::string placed = fault::InPlace(root, sandbox.places);
    if (fault::IsWithin(path, placed)) return placed;
  }
  // Where everything is writable, it is what is mounted that is apart from the rest.
  return fault::IsWithin(path, sandbox.places.workspace) ? sandbox.places.workspace : "/";
}

std::string DirectoryOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

const fault::Profile* FindProfile(std::string_view name) {
  static const std::map<std::string_view, fault::Profile> all = ParseAll();
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

Change ChangeOf(const Call& call) {
  if (IsDevice(call.path)) return {};
  switch (call.op) {
    case Op::kOpen: {
      const bool writes = (call.a & O_ACCMODE) != O_RDONLY || (call.a & O_TRUNC) != 0;
      if ((call.a & O_CREAT) != 0) return {{}, call.path};
      return writes ? Change{call.path, {}} : Change{};
    }
    case Op::kUnlink:
    case Op::kRmdir:
    case Op::kMode:
    case Op::kTimes: return {call.path, {}};
    case Op::kMkdir:
    case Op::kBind: return {{}, call.path};
    case Op::kRename:
    case Op::kExchange: return {call.path, call.second};
    case Op::kLink: return {{}, call.second};
    default: return {};
  }
}

std::string Absolute(std::string_view path, const std::string& directory) {
  if (path.empty() || path.front() == '/') return std::string(path);
  return directory + "/" + std::string(path);
}

int MoveError(const Sandbox& sandbox, const std::string& from, const std::string& to) {
  switch (sandbox.profile->apart) {
    case fault::Profile::Apart::kNothing: return 0;
    case fault::Profile::Apart::kRoots:
      return RootOf(sandbox, from) == RootOf(sandbox, to) ? 0 : sandbox.profile->apart_error;
    case fault::Profile::Apart::kDirectories:
      return DirectoryOf(from) == DirectoryOf(to) ? 0 : sandbox.profile->apart_error;
  }
  return 0;
}

}  // namespace sim
