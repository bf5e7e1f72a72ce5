// Where a torture happens: a repository of its own, with a HOME of its own, on a small disk of its own if the
// system lets us have one; and running the program there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/os/process.h"

namespace fault::torture {

class Place {
 public:
  // Makes the directory, and `bd init` in it.
  static bd::Result<Place> Make(const std::string& program);
  // What is left of it goes.
  void Remove();

  const std::string& program() const { return program_; }
  std::string Workspace() const { return root_ + "/work"; }
  std::string Beads() const { return Workspace() + "/.beads"; }
  std::string Database() const { return Beads() + "/beads.db"; }
  // Why there is no disk of its own; "" if there is one.
  const std::string& no_disk() const { return no_disk_; }

  bd::os::EnvironmentChanges Environment(bool auto_start) const;
  // Runs `bd WORDS` to its end.
  bd::Result<bd::os::ProcessResult> Run(const std::vector<std::string>& words) const;

  // Leaves `free` bytes of the disk, and gives them back.
  void FillDisk(int64_t free) const;
  void EmptyDisk() const;
  // Copies what there is to a directory that stays; its name.
  std::string Keep() const;

 private:
  std::string Ballast() const { return root_ + "/ballast"; }
  std::string program_, root_, no_disk_;
};

}  // namespace fault::torture
