// What is done to the clients, the daemon, the store and the disk while they work.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faultinject/torture/client.h"
#include "faultinject/torture/dice.h"
#include "faultinject/torture/place.h"

namespace fault::torture {

class Mischief {
 public:
  Mischief(const Place& place, std::vector<Client>& clients, Dice& dice)
      : place_(place), clients_(clients), dice_(dice) {}

  // What is due. What must not be, or "".
  std::string Act(int64_t now_ms);
  // No client is to be started: one is waited for, then the store is replaced.
  bool wants_quiet() const { return wants_quiet_; }
  // Whether a command that began then may have met a full disk.
  bool WasFull(int64_t since_ms) const { return full_ || emptied_ms_ >= since_ms; }
  // Everything goes on, and there is room again.
  void End();
  // The daemon's pid, if there is one; 0 otherwise.
  pid_t Daemon() const;

  const std::map<std::string, int64_t>& done() const { return done_; }

 private:
  void DoOne(int64_t now_ms);
  void ToClient(bool kill, int64_t now_ms);
  void ToDaemon(bool kill, int64_t now_ms);
  void StartDaemon();
  void FillDisk(int64_t now_ms);
  std::string ReplaceWhenQuiet();
  void ContinueWhoIsDue(int64_t now_ms);

  const Place& place_;
  std::vector<Client>& clients_;
  Dice& dice_;
  int64_t next_ms_ = 0, full_until_ms_ = 0, emptied_ms_ = -1;
  bool wants_quiet_ = false, full_ = false;
  std::map<size_t, int64_t> stopped_clients_;  // until
  pid_t stopped_daemon_ = 0;
  int64_t daemon_until_ms_ = 0;
  std::map<std::string, int64_t> done_;
};

}  // namespace fault::torture
