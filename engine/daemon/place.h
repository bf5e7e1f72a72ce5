// Where a daemon's files are. There is one daemon for one database; all but the socket stand beside it. Names
// that are not given by 0.49.6 or by users' habits begin with that of the database: git ignores those in old
// workspaces, too.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace bd {

struct DaemonPlace {
  std::string database;   // absolute, real path
  std::string directory;  // of the database
  std::string socket;     // BD_SOCKET, bd.sock beside the database, or in a directory with a short name

  static DaemonPlace Of(const std::string& database);

  std::string Lock() const { return In("daemon.lock"); }       // 0.49.6 looks at this one
  std::string Owner() const { return database + ".owner"; }    // its lock is the truth; see authority.h
  std::string PidFile() const { return In("daemon.pid"); }     // for people and 0.49.6; nothing relies on it
  std::string Record() const { return database + ".daemon"; }  // who the owner is
  std::string Progress() const { return database + ".progress"; }
  std::string StartState() const { return In("daemon-start-state.json"); }
  std::string LastState() const { return In("daemon.last.json"); }
  std::string Failure() const { return In("daemon-error"); }    // why the last start failed
  std::string Silence() const { return database + ".silent"; }  // see silence.h
  std::string Told() const { return database + ".told"; }       // what commands have told of already
  std::string OthersNoted() const {
    return database + ".several";
  }  // several writers were told of each other
  std::string Log() const { return In("daemon.log"); }

  bool HasShortSocket() const { return !socket.starts_with(directory + "/"); }
  // The directory of a socket with a short name, for its owner alone. kDenied: it is somebody else's.
  Status MakeSocketDirectory() const;

 private:
  std::string In(const char* name) const { return directory + "/" + name; }
};

}  // namespace bd
