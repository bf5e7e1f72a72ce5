// Namespaces of one's own, for this process and all that come of it.
#pragma once

#include <string>

namespace fault::real {

// `flags`: CLONE_NEW...; with CLONE_NEWUSER the user and the group stay what they are. What went wrong, or
// "".
std::string EnterNamespaces(int flags);

}  // namespace fault::real
