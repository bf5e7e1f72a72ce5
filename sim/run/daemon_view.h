// What the oracles ask about daemons: who has authority over a database, and who listens.
#pragma once

#include <memory>
#include <string_view>

#include "sim/world/world.h"

namespace sim {

// Whether the process has the lock on the file that it opened by a path with this end.
bool HasOwnerLock(const Task& task, std::string_view path_end = ".owner");
// ... on the file that is at its name.
bool HasAuthority(const World& world, const Task& task);
// Whether one of its descriptors is this socket.
bool HasSocket(const Task& task, const Socket& socket);
bool Listens(const Task& task);
// Of the name of a socket; null if nothing is there, or nothing that lives is behind it.
std::shared_ptr<Socket> SocketAt(const World& world, std::string_view path);

}  // namespace sim
