// What the agents asked for and what they were told, in the order of the run: the material of the oracles.
//
// Every field of an issue is a register (the presence of a label, an edge, a comment, of the issue itself is
// one too): commands write values to it, answers and the shared file show values of it. Moments are numbers
// of calls: a command has an effect between its begin and its end, if it has one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/run/invocation.h"

namespace sim {

class History {
 public:
  // The words with @N replaced by ids that were made before and may be in this directory's workspace (the
  // N-th, counted round); "t-none" if there are none. In the text of a file it stands in quotes: "@N".
  std::vector<std::string> PutIn(const std::vector<std::string>& words, const std::string& directory) const;

  // With the input that an earlier !write left for it.
  Invocation& Begin(Invocation invocation);
  // Works out the effects and what was made, from the words and the output.
  void End(Invocation& invocation);

  const std::vector<Invocation>& invocations() const { return invocations_; }
  Invocation& at(int number) { return invocations_[static_cast<size_t>(number) - 1]; }
  const std::vector<std::string>& made() const { return made_; }
  // The directories in which `init` was run, with their prefixes.
  const std::map<std::string, std::string>& workspaces() const { return prefixes_; }
  // Ids for which somebody asked that nothing of the issue is left (delete --hard): no clone, old version or
  // editor can be told that it was there, and its id may be given again.
  const std::set<std::string>& removed_for_good() const { return removed_for_good_; }
  // Whether the id has the prefix that the directory's workspace was made with.
  bool MayBeIn(const std::string& directory, const std::string& id) const;

 private:
  const Invocation* AskedBefore(const std::vector<std::string>& words, const std::string& directory) const;
  bool IsMade(const std::string& id) const;
  std::string IdFor(const std::string& word, const std::string& directory) const;

  std::vector<Invocation> invocations_;
  std::vector<std::string> made_;
  std::set<std::string> removed_for_good_;
  std::map<std::string, std::string> prefixes_;  // by directory
  std::map<std::string, std::string> written_;   // by !write: path to text
};

}  // namespace sim
