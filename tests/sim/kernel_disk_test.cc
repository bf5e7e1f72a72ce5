// What the simulated disk promises of a loss of power: what was synced is there, a rename is never half done,
// everything else is one of the states that could be, and a program that leaves out a sync is found out.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/kernel.h"

namespace sim {
namespace {

// A machine with one process in /.
class Machine {
 public:
  explicit Machine(Journal journal, bool torn = false)
      : kernel_(Rules(journal, torn), [this] { return now_ += 10'000'000; }) {
    Boot();
  }

  Kernel& kernel() { return kernel_; }
  Process& process() { return *process_; }
  DiskRules& rules() { return kernel_.rules(); }
  void Boot() { process_ = &kernel_.StartProcess(nullptr); }
  void LosePower(uint64_t seed) {
    Random random(seed, "power");
    kernel_.LosePower(random);
    Boot();
  }

  int Open(const std::string& path, int flags) {
    const Outcome fd = kernel_.Open(*process_, path, flags, 0644);
    EXPECT_GE(fd, 0) << path;
    return static_cast<int>(fd);
  }
  void Close(int fd) { EXPECT_EQ(kernel_.Close(*process_, fd), 0); }
  void Append(int fd, const std::string& bytes) {
    EXPECT_EQ(kernel_.Write(*process_, fd, bytes.data(), static_cast<int64_t>(bytes.size())),
              static_cast<Outcome>(bytes.size()));
  }
  void WriteAt(int fd, const std::string& bytes, int64_t offset) {
    kernel_.Pwrite(*process_, fd, bytes.data(), static_cast<int64_t>(bytes.size()), offset);
  }
  void Sync(int fd) { EXPECT_EQ(kernel_.Sync(*process_, fd), 0); }
  void SyncPath(const std::string& path) {
    const int fd = Open(path, O_RDONLY);
    Sync(fd);
    Close(fd);
  }
  // A whole file, synced or not.
  void Put(const std::string& path, const std::string& bytes, bool sync) {
    const int fd = Open(path, O_CREAT | O_TRUNC | O_WRONLY);
    Append(fd, bytes);
    if (sync) Sync(fd);
    Close(fd);
  }
  Outcome Rename(const std::string& from, const std::string& to) {
    return kernel_.Rename(*process_, from, to, 0);
  }
  // Nothing: there is no such file.
  std::optional<std::string> Bytes(const std::string& path) const {
    const InodeRef inode = kernel_.Find(path);
    if (inode == nullptr) return std::nullopt;
    return std::string(inode->content.visible());
  }

 private:
  static DiskRules Rules(Journal journal, bool torn) {
    DiskRules rules;
    rules.journal = journal;
    rules.torn_sectors = torn;
    return rules;
  }

  int64_t now_ = 1'700'000'000'000'000'000;
  Kernel kernel_;
  Process* process_ = nullptr;
};

constexpr Journal kJournals[] = {Journal::kExt4, Journal::kPosix, Journal::kLying};
constexpr Journal kHonest[] = {Journal::kExt4, Journal::kPosix};
constexpr uint64_t kSeeds = 300;

const std::string kOld(3000, 'o'), kNew(5000, 'n');

// --- The protocol of a program that replaces a file

struct Steps {
  bool sync_file = true, sync_directory = true, sync_setup = true;
};

// What "/f" is after a loss of power behind the last step, for many seeds.
std::set<std::optional<std::string>> AfterReplacing(Journal journal, const Steps& steps, bool auto_da_alloc) {
  std::set<std::optional<std::string>> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Machine machine(journal);
    machine.rules().auto_da_alloc = auto_da_alloc;
    machine.Put("/f", kOld, true);
    machine.kernel().SyncAll();
    machine.Put("/f.tmp", kNew, steps.sync_file);
    EXPECT_EQ(machine.Rename("/f.tmp", "/f"), 0);
    if (steps.sync_directory) machine.SyncPath("/");
    machine.LosePower(seed);
    seen.insert(machine.Bytes("/f"));
  }
  return seen;
}

using Contents = std::set<std::optional<std::string>>;

TEST(Replacing, WithBothSyncsIsDurable) {
  for (const Journal journal : kHonest) EXPECT_EQ(AfterReplacing(journal, {}, false), Contents{kNew});
}

TEST(Replacing, WithoutTheSyncOfTheDirectoryMayBeUndone) {
  for (const Journal journal : kHonest) {
    EXPECT_EQ(AfterReplacing(journal, {.sync_directory = false}, false), (Contents{kOld, kNew}));
  }
}

TEST(Replacing, WithoutTheSyncOfTheFileLeavesAnEmptyOrPartialOne) {
  for (const Journal journal : kHonest) {
    const Contents seen = AfterReplacing(journal, {.sync_file = false}, false);
    EXPECT_TRUE(seen.contains("")) << static_cast<int>(journal);
    EXPECT_TRUE(seen.contains(kNew)) << static_cast<int>(journal);
    EXPECT_GT(seen.size(), 3u) << static_cast<int>(journal);
    EXPECT_FALSE(seen.contains(std::nullopt));
  }
}

TEST(Replacing, IsWholeWithoutTheSyncOfTheFileOnExt4WithAutoDaAlloc) {
  EXPECT_EQ(AfterReplacing(Journal::kExt4, {.sync_file = false}, true), Contents{kNew});
  EXPECT_EQ(AfterReplacing(Journal::kExt4, {.sync_file = false, .sync_directory = false}, true),
            (Contents{kOld, kNew}));
}

TEST(Replacing, IsLostByADiskThatLies) {
  const Contents seen = AfterReplacing(Journal::kLying, {}, false);
  EXPECT_TRUE(seen.contains(kOld));
  EXPECT_TRUE(seen.contains(kNew));
  EXPECT_TRUE(seen.contains(""));
}

TEST(Replacing, NeverShowsBothNamesOrNone) {
  for (const Journal journal : kJournals) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.Put("/tmp", kNew, false);
      machine.kernel().SyncAll();
      machine.Rename("/tmp", "/f");
      machine.LosePower(seed);
      EXPECT_NE(machine.Bytes("/tmp").has_value(), machine.Bytes("/f").has_value());
    }
  }
}

// --- Single promises

TEST(Truncating, ThenClosingPutsTheNewContentBeforeTheJournal) {
  for (const bool flushes : {true, false}) {
    Contents seen;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(Journal::kExt4);
      machine.rules().auto_da_alloc = flushes;
      machine.Put("/f", kOld, true);
      machine.Put("/f", kNew, false);
      machine.Put("/other", "x", true);
      machine.LosePower(seed);
      seen.insert(machine.Bytes("/f"));
    }
    if (flushes) {
      EXPECT_EQ(seen, Contents{kNew});
    } else {
      EXPECT_TRUE(seen.contains(""));
      EXPECT_TRUE(seen.contains(kOld));
    }
  }
}

TEST(Unlinking, MayBeUndoneAndBringsBackWhatWasDurable) {
  for (const Journal journal : kHonest) {
    Contents seen;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.Put("/f", kOld, true);
      machine.SyncPath("/");
      EXPECT_EQ(machine.kernel().Unlink(machine.process(), "/f"), 0);
      machine.LosePower(seed);
      seen.insert(machine.Bytes("/f"));
    }
    EXPECT_EQ(seen, (Contents{kOld, std::nullopt}));
  }
}

TEST(Unlinking, IsDurableAfterASyncOfTheDirectory) {
  for (const Journal journal : kHonest) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.Put("/f", kOld, true);
      machine.SyncPath("/");
      machine.kernel().Unlink(machine.process(), "/f");
      machine.SyncPath("/");
      machine.LosePower(seed);
      EXPECT_EQ(machine.Bytes("/f"), std::nullopt);
    }
  }
}

TEST(Creating, IsDurableWithTheFileOnExt4AndWithTheDirectoryOnPosix) {
  for (const Journal journal : kHonest) {
    Contents seen;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.Put("/f", kNew, true);
      machine.LosePower(seed);
      seen.insert(machine.Bytes("/f"));
    }
    EXPECT_EQ(seen, journal == Journal::kExt4 ? Contents{kNew} : (Contents{kNew, std::nullopt}));
  }
}

// The sync of a file that has nothing to write does not commit what others did.
TEST(Syncing, ACleanFileCommitsNothing) {
  Contents seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Machine machine(Journal::kExt4);
    machine.Put("/old", kOld, true);
    machine.Put("/f", "", false);
    machine.SyncPath("/old");
    machine.LosePower(seed);
    seen.insert(machine.Bytes("/f"));
  }
  EXPECT_EQ(seen, (Contents{"", std::nullopt}));
}

// Nor does it after a loss of power commit what was done since: the operations that were lost are counted.
TEST(Syncing, ACleanFileCommitsNothingAfterALossOfPower) {
  Contents seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Machine machine(Journal::kExt4);
    machine.Put("/old", kOld, true);
    for (int i = 0; i < 4; ++i) machine.Put("/lost" + std::to_string(i), "", false);
    machine.kernel().Rename(machine.process(), "/old", "/renamed", 0);
    machine.LosePower(seed);
    const std::string present = machine.Bytes("/old").has_value() ? "/old" : "/renamed";
    machine.Put("/f", "", false);
    machine.SyncPath(present);
    machine.LosePower(seed + kSeeds);
    if (present == "/old") seen.insert(machine.Bytes("/f"));
  }
  EXPECT_EQ(seen, (Contents{"", std::nullopt}));
}

TEST(Syncing, ThatFailedIsNotMadeGoodByTheNext) {
  Machine machine(Journal::kExt4);
  machine.Put("/f", kOld, true);
  const int fd = machine.Open("/f", O_WRONLY);
  machine.WriteAt(fd, "new", 0);
  EXPECT_EQ(machine.kernel().FailSync(machine.process(), fd), -EIO);
  machine.Sync(fd);
  EXPECT_EQ(machine.Bytes("/f")->substr(0, 4), "newo");
  machine.LosePower(1);
  EXPECT_EQ(machine.Bytes("/f"), kOld);
}

TEST(Lying, IsTrueInTheEnd) {
  Machine machine(Journal::kLying);
  machine.rules().lag = 3;
  machine.Put("/f", kNew, true);
  for (int i = 0; i < 3; ++i) machine.SyncPath("/");
  machine.LosePower(1);
  EXPECT_EQ(machine.Bytes("/f"), kNew);
}

TEST(Sectors, AreTornOnlyWhereTheRulesSaySo) {
  for (const bool torn : {false, true}) {
    std::set<size_t> counts;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(Journal::kExt4, torn);
      machine.Put("/f", std::string(1024, 'o'), true);
      const int fd = machine.Open("/f", O_WRONLY);
      machine.WriteAt(fd, std::string(1024, 'n'), 0);
      machine.LosePower(seed);
      const std::string bytes = *machine.Bytes("/f");
      counts.insert(static_cast<size_t>(std::count(bytes.begin(), bytes.end(), 'n')));
    }
    if (torn) {
      EXPECT_GT(counts.size(), 10u);
    } else {
      EXPECT_EQ(counts, (std::set<size_t>{0, 512, 1024}));
    }
  }
}

TEST(Sizes, BytesBehindALostTruncationWereNotWritten) {
  for (const Journal journal : kHonest) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.rules().auto_da_alloc = false;
      machine.Put("/f", kOld, true);
      machine.SyncPath("/");
      const int fd = machine.Open("/f", O_WRONLY | O_TRUNC);
      machine.Append(fd, std::string(3000, 'n'));
      machine.LosePower(seed);
      const std::string bytes = *machine.Bytes("/f");
      EXPECT_FALSE(bytes.find('n') != std::string::npos && bytes.find('o') != std::string::npos);
    }
  }
}

TEST(Directories, ThatAreRemovedKeepTheFilesThatLeftThem) {
  for (const Journal journal : kHonest) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      Machine machine(journal);
      machine.kernel().MakeDirectory(machine.process(), "/d", 0755);
      machine.Put("/d/f", kOld, true);
      machine.kernel().SyncAll();
      machine.Rename("/d/f", "/f");
      EXPECT_EQ(machine.kernel().RemoveDirectory(machine.process(), "/d"), 0);
      machine.LosePower(seed);
      EXPECT_TRUE(machine.Bytes("/d/f") == kOld || machine.Bytes("/f") == kOld);
    }
  }
}

TEST(Mappings, AreSeenAtOnceAndNeverMove) {
  Machine machine(Journal::kExt4);
  const int fd = machine.Open("/shm", O_CREAT | O_RDWR);
  ASSERT_EQ(machine.kernel().Truncate(machine.process(), fd, 32768), 0);
  char* bytes = reinterpret_cast<char*>(machine.kernel().Map(machine.process(), fd, 0, 32768, true));
  machine.WriteAt(fd, "abc", 100);
  EXPECT_EQ(std::string(bytes + 100, 3), "abc");
  bytes[0] = 'x';
  char read = 0;
  EXPECT_EQ(machine.kernel().Pread(machine.process(), fd, &read, 1, 0), 1);
  EXPECT_EQ(read, 'x');
  machine.WriteAt(fd, "end", 1 << 20);
  EXPECT_EQ(machine.kernel().Map(machine.process(), fd, 32768, 32768, true),
            reinterpret_cast<Outcome>(bytes + 32768));
}

TEST(Room, EndsWithPartOfAWriteAndComesBack) {
  Machine machine(Journal::kExt4);
  machine.rules().capacity = 10 * 4096;
  const int fd = machine.Open("/f", O_CREAT | O_RDWR);
  const std::string bytes(100'000, 'x');
  EXPECT_EQ(machine.kernel().Write(machine.process(), fd, bytes.data(), 100'000), 40'960);
  EXPECT_EQ(machine.kernel().Write(machine.process(), fd, bytes.data(), 1), -ENOSPC);
  EXPECT_EQ(machine.kernel().Pwrite(machine.process(), fd, bytes.data(), 5000, 1), 5000);
  EXPECT_EQ(machine.kernel().Pwrite(machine.process(), fd, bytes.data(), 5000, 40'000), 960);
  EXPECT_EQ(machine.kernel().Unlink(machine.process(), "/f"), 0);
  EXPECT_EQ(machine.kernel().used_bytes(), 40'960);
  machine.Close(fd);
  EXPECT_EQ(machine.kernel().used_bytes(), 0);
  // A hole takes no room.
  const int hole = machine.Open("/hole", O_CREAT | O_RDWR);
  EXPECT_EQ(machine.kernel().Truncate(machine.process(), hole, 1 << 20), 0);
  EXPECT_EQ(machine.kernel().used_bytes(), 0);
}

}  // namespace
}  // namespace sim
