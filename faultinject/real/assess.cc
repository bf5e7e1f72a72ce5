#include "faultinject/real/assess.h"

#include <unistd.h>

#include <cerrno>

#include "faultinject/real/filter.h"

namespace fault::real {

namespace {

constexpr int kAbiOfScopes = 6;

struct Judge {
  const Profile& whole;
  const Means& means;

  Assessment No(std::string why) const { return {"", How::kNone, std::move(why)}; }
  Assessment By(How how) const {
    switch (how) {
      case How::kSeccomp: return means.no_seccomp.empty() ? Assessment{"", how, ""} : No(means.no_seccomp);
      case How::kNotices: return means.no_notices.empty() ? Assessment{"", how, ""} : No(means.no_notices);
      case How::kLandlock: return means.no_landlock.empty() ? Assessment{"", how, ""} : No(means.no_landlock);
      case How::kNamespace:
      case How::kMount:
        return means.no_namespaces.empty() ? Assessment{"", how, ""} : No(means.no_namespaces);
      case How::kSetting: return {"", how, ""};
      case How::kNone: break;
    }
    return No("nothing here answers with this error");
  }

  Assessment OfMarker(const Marker& marker) const {
    switch (marker.kind) {
      case Marker::Kind::kVariable: return By(How::kSetting);
      case Marker::Kind::kStatus: {
        if (marker.name == "NoNewPrivs" && marker.value == "1") return By(How::kSetting);
        if (marker.name == "Seccomp" && marker.value == "2") return By(How::kSeccomp);
        return No("the kernel writes this file");
      }
      case Marker::Kind::kFile: break;
    }
    if (access(marker.name.c_str(), F_OK) == 0) return By(How::kSetting);
    return No("the file is not there, and is not made");
  }

  Assessment OfDenial(const Rule& rule) const {
    if (!rule.path.empty()) return No("denied for every path or for none");
    const How how = HowToDeny(whole, rule);
    if (how == How::kSeccomp && !CanFilter(rule.op)) return No("this call is not filtered");
    return By(how);
  }

  Assessment OfSignals(const Profile& row) const {
    if (row.signal_children != 0) {
      if (row.signal_children != whole.signal_outside) return No("children and others meet the same error");
      return By(How::kNotices);
    }
    const How how = HowToSignal(whole);
    if (how == How::kLandlock && means.landlock_abi < kAbiOfScopes) {
      return No("Landlock has no scope for signals: ABI " + std::to_string(means.landlock_abi));
    }
    return By(how);
  }

  Assessment OfWriting(int error, bool protects) const {
    const How how = HowToWrite(error);
    if (how == How::kLandlock && protects) return No("Landlock takes nothing out of what it grants");
    return By(how);
  }

  // `row`: a profile of one row.
  Assessment Of(const Profile& row) const {
    if (!row.markers.empty()) return OfMarker(row.markers[0]);
    if (!row.denials.empty()) return OfDenial(row.denials[0]);
    if (row.signal_outside != 0 || row.signal_children != 0) return OfSignals(row);
    if (row.own_pids) return By(How::kNamespace);
    if (row.no_network) return By(HowToUnplug(means));
    if (row.children_die) {
      if (!whole.own_pids) return No("needs: pids own");
      return By(How::kNamespace);
    }
    if (row.elsewhere != 0) return OfWriting(row.elsewhere, false);
    if (!row.protections.empty()) return OfWriting(row.protections[0].error, true);
    if (row.own_home) return By(How::kMount);
    if (row.apart == Profile::Apart::kNothing) return By(How::kSetting);  // writable
    if (row.apart_error != EXDEV) return No("nothing here answers with this error");
    if (row.apart == Profile::Apart::kRoots) return By(How::kMount);
    if (whole.elsewhere != EACCES) return No("needs: elsewhere EACCES");
    return By(How::kLandlock);
  }
};

}  // namespace

How HowToDeny(const Profile& profile, const Rule& rule) {
  // Where Landlock grants the roots anyway, it takes the making of sockets from them, too.
  const bool is_landlock = rule.op == "bind" && rule.error == EACCES && profile.elsewhere == EACCES;
  return is_landlock ? How::kLandlock : How::kSeccomp;
}

How HowToSignal(const Profile& profile) {
  if (profile.signal_children != 0) return How::kNotices;
  return profile.signal_outside == EPERM ? How::kLandlock : How::kNone;
}

How HowToWrite(int error) {
  switch (error) {
    case EROFS: return How::kMount;
    case EACCES: return How::kLandlock;
    case EPERM: return How::kNotices;
    default: return How::kNone;
  }
}

How HowToUnplug(const Means& means) { return means.no_namespaces.empty() ? How::kNamespace : How::kSeccomp; }

Profile WhatCanBeDone(const Profile& profile, const Means& means) {
  std::string text = "about " + profile.about + "\n";
  if (profile.system == Profile::System::kMacos) text += "system macos\n";
  for (const Assessment& row : Assess(profile, means)) {
    if (row.how != How::kNone) text += row.row + "\n";
  }
  return std::get<Profile>(ParseProfile(profile.name, text));
}

std::vector<Assessment> Assess(const Profile& profile, const Means& means) {
  std::vector<Assessment> rows;
  const std::string text = Print(profile);
  for (size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = text.substr(at, end - at);
    const auto parsed = ParseProfile(profile.name, "about one row\n" + line);
    if (line.starts_with("about ") || line.starts_with("system ")) continue;
    rows.push_back(Judge{profile, means}.Of(std::get<Profile>(parsed)));
    rows.back().row = line;
  }
  return rows;
}

std::string_view Name(How how) {
  switch (how) {
    case How::kNone: return "no";
    case How::kSeccomp: return "seccomp";
    case How::kNotices: return "seccomp, asking";
    case How::kLandlock: return "Landlock";
    case How::kNamespace: return "namespace";
    case How::kMount: return "mount namespace";
    case How::kSetting: return "yes";
  }
  return "";
}

}  // namespace fault::real
