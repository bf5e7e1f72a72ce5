#include "sim/run/daemon_view.h"

#include <algorithm>

namespace sim {

bool HasOwnerLock(const Task& task, std::string_view path_end) {
  if (task.process == nullptr) return false;
  for (const auto& [fd, path] : task.paths) {
    const auto at = task.process->files.find(fd);
    if (at == task.process->files.end() || !path.ends_with(path_end)) continue;
    const OpenFile* file = at->second.file.get();
    const std::vector<RecordLock>& records = file->inode->locks.records();
    if (std::any_of(records.begin(), records.end(),
                    [file](const RecordLock& lock) { return lock.owner.description == file; })) {
      return true;
    }
  }
  return false;
}

bool HasAuthority(const World& world, const Task& task) {
  if (task.process == nullptr) return false;
  for (const auto& [fd, path] : task.paths) {
    if (!path.ends_with(".owner") || !HasOwnerLock(task, path)) continue;
    const auto at = task.process->files.find(fd);
    if (at != task.process->files.end() && at->second.file->inode == world.kernel().Find(path)) return true;
  }
  return false;
}

bool HasSocket(const Task& task, const Socket& socket) {
  if (task.process == nullptr) return false;
  const auto& files = task.process->files;
  return std::any_of(files.begin(), files.end(), [&socket](const auto& entry) {
    return entry.second.file->inode->socket.get() == &socket;
  });
}

bool Listens(const Task& task) {
  if (task.process == nullptr) return false;
  const auto& files = task.process->files;
  return std::any_of(files.begin(), files.end(), [](const auto& entry) {
    const Socket* socket = entry.second.file->inode->socket.get();
    return socket != nullptr && socket->state == Socket::State::kListening;
  });
}

std::shared_ptr<Socket> SocketAt(const World& world, std::string_view path) {
  const InodeRef name = world.kernel().Find(path);
  return name == nullptr ? nullptr : name->bound.lock();
}

}  // namespace sim
