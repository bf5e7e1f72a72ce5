// How each row of a sandbox can be put into effect here, or why not.
#pragma once

#include <string>
#include <vector>

#include "faultinject/profile.h"
#include "faultinject/real/means.h"

namespace fault::real {

enum class How { kNone, kSeccomp, kNotices, kLandlock, kNamespace, kMount, kSetting };

struct Assessment {
  std::string row;  // as text
  How how = How::kNone;
  std::string why_not;  // kNone
};

std::vector<Assessment> Assess(const Profile& profile, const Means& means);
// The profile without the rows that cannot be put into effect here.
Profile WhatCanBeDone(const Profile& profile, const Means& means);
std::string_view Name(How how);

// Which means the sandbox needs: asked by those who build it, so that they and Assess agree.
How HowToDeny(const Profile& profile, const Rule& rule);
How HowToSignal(const Profile& profile);  // who is outside
How HowToWrite(int error);                // `elsewhere` and `protect`
How HowToUnplug(const Means& means);      // `network none`

}  // namespace fault::real
