#include "sim/programs/git_merge.h"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "sim/calls/calls.h"
#include "sim/programs/children.h"
#include "sim/programs/file_tools.h"

namespace sim {

namespace {

// What is in the work tree; "" if nothing is, or if it cannot be read.
std::string PresentBlob(const GitStore& store, const std::string& path) {
  const std::optional<std::string> bytes = ReadWhole(store.work_tree() + "/" + path);
  return bytes ? GitStore::NameOf(*bytes) : "";
}

// `bd merge %A %O %A %B`; the content of %A afterwards.
std::optional<std::string> Drive(const GitStore& store, const std::string& base, const std::string& ours,
                                 const std::string& theirs) {
  const std::string head = store.work_tree() + "/.merge_file_" + std::to_string(TheWorld().running().number);
  const std::pair<const char*, const std::string&> sides[] = {{"O", base}, {"A", ours}, {"B", theirs}};
  bool written = true;
  for (const auto& [side, blob] : sides) {
    const std::optional<std::string> bytes = blob.empty() ? "" : store.Object(blob);
    written = written && bytes && WriteInPlace(head + side, *bytes, O_TRUNC);
  }
  std::optional<std::string> merged;
  if (written && RunBd({"merge", head + "A", head + "O", head + "A", head + "B"}, store.work_tree(),
                       {{"GIT_INDEX_FILE", ".git/index.lock"}})
                         .status == 0) {
    merged = ReadWhole(head + "A");
  }
  for (const auto& [side, blob] : sides) sim_unlink((head + side).c_str());
  return merged;
}

// False: a conflict.
bool MergeFile(const GitStore& store, const std::string& path, const GitTree& base, const GitTree& theirs,
               GitTree& merged) {
  auto in = [&path](const GitTree& tree) {
    const auto at = tree.find(path);
    return at == tree.end() ? std::string() : at->second;
  };
  const std::string old = in(base), left = in(merged), right = in(theirs);
  if (left == right || right == old) return true;
  if (left == old) {
    if (right.empty()) {
      merged.erase(path);
    } else {
      merged[path] = right;
    }
    return true;
  }
  const bool driven = path.ends_with(".jsonl") && store.Config("merge.beads.driver");
  const std::optional<std::string> bytes = driven ? Drive(store, old, left, right) : std::nullopt;
  const std::optional<std::string> blob = bytes ? store.Store(*bytes) : std::nullopt;
  if (!blob) return false;
  merged[path] = *blob;
  return true;
}

}  // namespace

// The first of ours that is theirs too.
std::string MergeBase(const GitStore& store, const std::string& ours, const std::string& theirs) {
  const std::optional<std::vector<std::string>> our = store.History(ours), their = store.History(theirs);
  if (!our || !their) return "";
  const std::set<std::string> known(their->begin(), their->end());
  const auto at =
      std::find_if(our->begin(), our->end(), [&](const std::string& c) { return known.contains(c); });
  return at == our->end() ? "" : *at;
}

std::optional<GitTree> MergeTrees(const GitStore& store, const GitTree& base, const GitTree& ours,
                                  const GitTree& theirs) {
  GitTree merged = ours;
  std::set<std::string> paths;
  for (const GitTree* tree : {&ours, &theirs}) {
    for (const auto& [path, blob] : *tree) paths.insert(path);
  }
  for (const std::string& path : paths) {
    if (!MergeFile(store, path, base, theirs, merged)) return std::nullopt;
  }
  return merged;
}

// As git does it: the old file is removed, the new one created and written. Refused if somebody has changed
// what would be overwritten; who does it later than that look is overwritten.
bool CheckOut(const GitStore& store, const GitTree& from, const GitTree& to) {
  std::vector<std::string> changed;
  for (const auto& [path, blob] : to) {
    const auto before = from.find(path);
    if (before == from.end() || before->second != blob) changed.push_back(path);
  }
  for (const std::string& path : changed) {
    const auto before = from.find(path);
    if (PresentBlob(store, path) != (before == from.end() ? "" : before->second)) return false;
  }
  for (const std::string& path : changed) {
    const std::optional<std::string> bytes = store.Object(to.at(path));
    const std::string whole = store.work_tree() + "/" + path;
    if (!bytes) return false;
    for (size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1))
      sim_mkdir((store.work_tree() + "/" + path.substr(0, at)).c_str(), 0755);
    sim_unlink(whole.c_str());
    if (!WriteInPlace(whole, *bytes, O_EXCL)) return false;
  }
  return true;
}

}  // namespace sim
