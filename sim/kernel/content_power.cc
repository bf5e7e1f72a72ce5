// What is left of a file's bytes after a loss of power.
#include <algorithm>
#include <cstring>

#include "sim/kernel/content.h"
#include "sim/kernel/disk.h"

namespace sim {

// The disk writes what it likes, in the order it likes: the choices for one file.
struct Content::Survival {
  const DiskRules& rules;
  Random& random;
  uint64_t kept_of_four;     // of the sectors: 0 none, 4 all
  size_t sizes_kept;         // the changes of the size survive so far
  int64_t limit = kFileMax;  // bytes from here on were written to blocks that a lost truncation never freed
  std::vector<bool> lost;    // per sector: an earlier change is lost, and so are the later ones

  bool Keeps() { return random.Below(4) < kept_of_four; }
};

void Content::KeepSectors(int64_t offset, std::string_view bytes, Survival& survival) {
  const auto size = static_cast<int64_t>(durable_.size());
  const int64_t end = std::min({offset + static_cast<int64_t>(bytes.size()), size, survival.limit});
  for (int64_t at = offset; at < end;) {
    const int64_t sector = at / kSectorSize;
    int64_t stop = std::min(end, (sector + 1) * kSectorSize);
    const int64_t next = stop;
    const auto index = static_cast<size_t>(sector);
    if (survival.lost.size() <= index) survival.lost.resize(index + 1);
    if (!survival.lost[index]) {
      if (!survival.Keeps()) {
        survival.lost[index] = true;
        // The first change that is lost may be half there: its beginning or its end.
        const bool torn = survival.rules.torn_sectors && survival.random.OneIn(2);
        const int64_t cut =
            at + static_cast<int64_t>(survival.random.Below(static_cast<uint64_t>(stop - at)));
        if (!torn) {
          stop = at;
        } else if (survival.random.OneIn(2)) {
          stop = cut;
        } else {
          at = cut;
        }
      }
      memcpy(durable_.data() + at, bytes.data() + (at - offset), static_cast<size_t>(stop - at));
    }
    at = next;
  }
}

// What was stored through a mapping is in no log.
void Content::KeepMappedSectors(Survival& survival) {
  const int64_t end = std::min(static_cast<int64_t>(durable_.size()), size_);
  for (int64_t at = 0; at < end; at += kSectorSize) {
    const auto count = static_cast<size_t>(std::min(kSectorSize, end - at));
    if (memcmp(durable_.data() + at, bytes_ + at, count) == 0 || !survival.Keeps()) continue;
    memcpy(durable_.data() + at, bytes_ + at, count);
  }
}

void Content::LosePower(const DiskRules& rules, Random& random) {
  if (!dirty()) {
    // After a sync that failed the two differ without a pending change.
    if (split_ && visible() != durable_) ShowDurable();
    return;
  }
  SplitDurable();
  const auto resizes = static_cast<uint64_t>(std::count_if(
      pending_.begin(), pending_.end(), [](const Change& c) { return c.kind == Change::Kind::kResize; }));
  Survival survival{rules,    random, random.Below(5), static_cast<size_t>(random.Below(resizes + 1)),
                    kFileMax, {}};
  size_t resize = 0;
  auto size = static_cast<int64_t>(durable_.size());  // as seen at this point
  for (const Change& change : pending_) {
    if (change.kind == Change::Kind::kWrite) {
      const std::string_view log = log_;
      KeepSectors(change.offset, log.substr(change.at, static_cast<size_t>(change.length)), survival);
      continue;
    }
    if (resize++ < survival.sizes_kept) {
      ApplyToDurable(change);
    } else if (change.offset < size) {
      // It would have freed whole blocks. In the last one that is left there are zeros now behind the end;
      // they are written like any bytes.
      const int64_t end = (change.offset + kBlockSize - 1) / kBlockSize * kBlockSize;
      survival.limit = std::min(survival.limit, end);
      KeepSectors(change.offset, std::string(static_cast<size_t>(end - change.offset), 0), survival);
    }
    size = change.offset;
  }
  if (mapped_) KeepMappedSectors(survival);
  ForgetPending();
  ShowDurable();
}

}  // namespace sim
