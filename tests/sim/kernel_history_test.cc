// Whatever programs do before a loss of power, what they find behind it is a state that the rules of the disk
// allow: random rows of changes and syncs, compared with the history of every name and every file.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/kernel.h"
#include "tests/sim/cases.h"

namespace sim {
namespace {

constexpr const char* kNames[] = {"/a", "/b", "/d/a", "/d/b"};
constexpr const char* kDirectories[] = {"/", "/", "/d", "/d"};  // of the names
constexpr size_t kNameCount = std::size(kNames);

struct Step {
  enum class Kind { kWrite, kTruncate, kCreate, kUnlink, kRename, kSyncFile, kSyncDirectory } kind;
  size_t name = 0, other = 0;
  int64_t offset = 0, count = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kWords[] = {
      "write", "truncate", "create", "unlink", "rename", "sync", "sync the directory of"};
  return out << kWords[static_cast<int>(step.kind)] << " " << kNames[step.name] << " " << kNames[step.other]
             << " " << step.offset << " " << step.count;
}

rc::Gen<Step> AnyStep() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element(0, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6),
                     rc::gen::inRange<size_t>(0, kNameCount), rc::gen::inRange<size_t>(0, kNameCount),
                     rc::gen::inRange<int64_t>(0, 4000), rc::gen::inRange<int64_t>(1, 3000)),
      [](const std::tuple<int, size_t, size_t, int64_t, int64_t>& drawn) {
        const auto& [kind, name, other, offset, count] = drawn;
        return Step{static_cast<Step::Kind>(kind), name, other, offset, count};
      });
}

using NameTable = std::map<std::string, uint64_t>;  // name to inode

// What is known of one run: how everything looked since it was last made durable.
class History {
 public:
  explicit History(Kernel& kernel) : kernel_(kernel) { Look(); }

  // After every step.
  void Look() {
    NameTable names;
    for (const char* name : kNames) {
      if (const InodeRef inode = kernel_.Find(name)) {
        names[name] = inode->id;
        std::vector<std::string>& contents = contents_[inode->id];
        const std::string bytes(inode->content.visible());
        if (contents.empty() || contents.back() != bytes) contents.push_back(bytes);
      }
    }
    names_.push_back(names);
  }
  // A file's bytes are durable. (The first content that is known of a file is the empty one.)
  void FileSynced(uint64_t id) {
    std::vector<std::string>& contents = contents_[id];
    contents.erase(contents.begin(), contents.end() - 1);
  }
  // posix: the names of a directory are durable as they are.
  void NamesSynced(const std::string& directory) {
    for (size_t i = 0; i < kNameCount; ++i) {
      if (directory == kDirectories[i]) since_[kNames[i]] = names_.size() - 1;
    }
  }
  // ext4: so are all names, as they were after the last change of those of this file, or of this directory.
  void Committed(uint64_t file, const std::string& directory) {
    size_t last = names_.size() - 1;
    while (last > committed_ &&
           Part(names_[last - 1], file, directory) == Part(names_[last], file, directory))
      --last;
    committed_ = std::max(committed_, last);
  }

  bool NamesAreOneState(const NameTable& found) const {
    return std::find(names_.begin() + static_cast<ptrdiff_t>(committed_), names_.end(), found) !=
           names_.end();
  }
  bool EachNameHadThis(const NameTable& found) const {
    return std::all_of(std::begin(kNames), std::end(kNames), [&](const char* name) {
      const auto since = since_.find(name);
      for (size_t i = since == since_.end() ? 0 : since->second; i < names_.size(); ++i) {
        if (Of(names_[i], name) == Of(found, name)) return true;
      }
      return false;
    });
  }
  // Its size, and each of its sectors, are of the history; a truncation may have cut any version of a sector.
  bool ContentIsOfHistory(uint64_t id, const std::string& found) const {
    const std::vector<std::string>& contents = contents_.at(id);
    const bool size_known = std::any_of(contents.begin(), contents.end(),
                                        [&](const std::string& old) { return old.size() == found.size(); });
    if (!size_known) return false;
    for (size_t at = 0; at < found.size(); at += kSectorSize) {
      if (!SectorIsOfHistory(contents, at, found.substr(at, kSectorSize))) return false;
    }
    return true;
  }

 private:
  static NameTable Part(const NameTable& names, uint64_t file, const std::string& directory) {
    NameTable part;
    for (size_t i = 0; i < kNameCount; ++i) {
      const uint64_t inode = Of(names, kNames[i]);
      if (inode != 0 && (inode == file || directory == kDirectories[i])) part[kNames[i]] = inode;
    }
    return part;
  }
  static uint64_t Of(const NameTable& names, const char* name) {
    const auto it = names.find(name);
    return it == names.end() ? 0 : it->second;
  }

  static bool SectorIsOfHistory(const std::vector<std::string>& contents, size_t at,
                                const std::string& sector) {
    for (const std::string& old : contents) {
      for (const std::string& cut_at : contents) {
        const size_t end = std::min(old.size(), cut_at.size());
        std::string before = at < end ? old.substr(at, std::min<size_t>(kSectorSize, end - at)) : "";
        before.resize(sector.size());
        if (before == sector) return true;
      }
    }
    return false;
  }

  Kernel& kernel_;
  std::vector<NameTable> names_;
  size_t committed_ = 0;                 // ext4: the first state of all names that may come back
  std::map<std::string, size_t> since_;  // posix, per name: the first state that may still come back
  std::map<uint64_t, std::vector<std::string>> contents_;
};

class Run {
 public:
  explicit Run(Journal journal) : kernel_(Rules(journal), [] { return 0; }), journal_(journal) {
    process_ = &kernel_.StartProcess(nullptr);
    kernel_.MakeDirectory(*process_, "/d", 0755);
    kernel_.SyncAll();
  }

  // Nothing is lost of what was synced, and nothing is there that never was.
  void Check(const std::vector<Step>& steps, uint64_t seed) {
    History history(kernel_);
    for (const Step& step : steps) {
      Do(step, history);
      history.Look();
    }
    Random random(seed, "power");
    kernel_.LosePower(random);
    NameTable found;
    for (const char* name : kNames) {
      const InodeRef inode = kernel_.Find(name);
      if (inode == nullptr) continue;
      found[name] = inode->id;
      RC_ASSERT(history.ContentIsOfHistory(inode->id, std::string(inode->content.visible())));
      RC_ASSERT(inode->content.visible() == inode->content.durable());
      RC_ASSERT(inode->links == 1);
    }
    if (journal_ == Journal::kPosix) {
      RC_ASSERT(history.EachNameHadThis(found));
      std::set<uint64_t> inodes;
      for (const auto& [name, inode] : found) RC_ASSERT(inodes.insert(inode).second);
    } else {
      RC_ASSERT(history.NamesAreOneState(found));
    }
  }

 private:
  static DiskRules Rules(Journal journal) {
    DiskRules rules;
    rules.journal = journal;
    rules.auto_da_alloc = false;
    return rules;
  }

  void Do(const Step& step, History& history) {
    const char* name = kNames[step.name];
    switch (step.kind) {
      case Step::Kind::kCreate:
        kernel_.Close(*process_, static_cast<int>(Open(name, O_CREAT | O_RDWR)));
        return;
      case Step::Kind::kUnlink: kernel_.Unlink(*process_, name); return;
      case Step::Kind::kRename: kernel_.Rename(*process_, name, kNames[step.other], 0); return;
      case Step::Kind::kSyncDirectory: SyncDirectory(kDirectories[step.name], history); return;
      default: break;
    }
    const Outcome opened = Open(name, O_RDWR);
    if (opened < 0) return;
    const int fd = static_cast<int>(opened);
    if (step.kind == Step::Kind::kWrite) {
      const std::string bytes(static_cast<size_t>(step.count), ++letter_);
      if (letter_ == 'z') letter_ = 'a';
      history.Look();
      // A change of the size comes before the bytes.
      const int64_t size = kernel_.Find(name)->content.size();
      if (step.offset + step.count > size) {
        kernel_.Truncate(*process_, fd, step.offset + step.count);
        history.Look();
      }
      kernel_.Pwrite(*process_, fd, bytes.data(), step.count, step.offset);
    } else if (step.kind == Step::Kind::kTruncate) {
      kernel_.Truncate(*process_, fd, step.offset);
    } else {
      kernel_.Sync(*process_, fd);
      const uint64_t id = kernel_.Find(name)->id;
      if (journal_ != Journal::kLying) history.FileSynced(id);
      if (journal_ == Journal::kExt4) history.Committed(id, "");
    }
    kernel_.Close(*process_, fd);
  }

  void SyncDirectory(const char* path, History& history) {
    const Outcome fd = Open(path, O_RDONLY);
    kernel_.Sync(*process_, static_cast<int>(fd));
    kernel_.Close(*process_, static_cast<int>(fd));
    if (journal_ == Journal::kExt4) history.Committed(0, path);
    if (journal_ == Journal::kPosix) history.NamesSynced(path);
  }

  Outcome Open(const char* path, int flags) { return kernel_.Open(*process_, path, flags, 0644); }

  Kernel kernel_;
  Journal journal_;
  Process* process_ = nullptr;
  char letter_ = 'a';
};

void CheckHistory(Journal journal) {
  sim_test::SetDefaultCases("max_success=3000");
  EXPECT_TRUE(rc::check("what is there was there", [journal] {
    Run run(journal);
    run.Check(*rc::gen::container<std::vector<Step>>(AnyStep()), *rc::gen::arbitrary<uint64_t>());
  }));
}

TEST(AfterALossOfPower, AnExt4IsInAStateThatWas) { CheckHistory(Journal::kExt4); }
TEST(AfterALossOfPower, EachNameOfAPosixDiskHadWhatItHas) { CheckHistory(Journal::kPosix); }
TEST(AfterALossOfPower, ADiskThatLiesIsInAStateThatWas) { CheckHistory(Journal::kLying); }

}  // namespace
}  // namespace sim
