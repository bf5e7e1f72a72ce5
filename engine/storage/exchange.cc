#include "engine/storage/exchange.h"

#include <cstring>

#include "engine/base/text.h"

namespace bd {

namespace {

constexpr size_t kHashBytes = 16;
// More changes than that are folded into the blob.
constexpr int64_t kLineChangesMax = 4096;

std::string Pack(const std::vector<Hash128>& hashes) {
  std::string bytes(hashes.size() * kHashBytes, '\0');
  char* at = bytes.data();
  for (const Hash128& hash : hashes) {
    memcpy(at, &hash.low, 8);
    memcpy(at + 8, &hash.high, 8);
    at += kHashBytes;
  }
  return bytes;
}

Hash128 Unpack(const char* at) {
  Hash128 hash;
  memcpy(&hash.low, at, 8);
  memcpy(&hash.high, at + 8, 8);
  return hash;
}

}  // namespace

bool FileRecord::Matches(const std::string& file_path, const os::FileInfo& info) const {
  return trusted && path == file_path && device == info.device && inode == info.inode && size == info.size &&
         mtime_ns == info.mtime_ns && ctime_ns == info.ctime_ns;
}

Result<std::optional<FileRecord>> LoadFileRecord(Tx& tx) {
  Statement row = TRY(tx.db().Prepare(
      "SELECT path, device, inode, size, mtime_ns, ctime_ns, trusted, sorted_bytes, kept_name, "
      "kept_inode, kept_size, kept_mtime_ns FROM bd_file"));
  if (!TRY(row.Step())) return std::optional<FileRecord>();
  FileRecord record;
  record.path = row.Text(0);
  record.device = static_cast<uint64_t>(row.Int(1));
  record.inode = static_cast<uint64_t>(row.Int(2));
  record.size = row.Int(3);
  record.mtime_ns = row.Int(4);
  record.ctime_ns = row.Int(5);
  record.trusted = row.Int(6) != 0;
  record.sorted_bytes = row.Int(7);
  record.kept = {row.Text(8), static_cast<uint64_t>(row.Int(9)), row.Int(10), row.Int(11)};
  return std::optional<FileRecord>(std::move(record));
}

Status SaveFileRecord(Tx& tx, const FileRecord& record) {
  return tx.db().Execute(
      "INSERT OR REPLACE INTO bd_file(id, path, device, inode, size, mtime_ns, ctime_ns, trusted, "
      "sorted_bytes, kept_name, kept_inode, kept_size, kept_mtime_ns) "
      "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.path, static_cast<int64_t>(record.device), static_cast<int64_t>(record.inode), record.size,
      record.mtime_ns, record.ctime_ns, record.trusted, record.sorted_bytes, record.kept.name,
      static_cast<int64_t>(record.kept.inode), record.kept.size, record.kept.mtime_ns);
}

Status ForgetFileRecord(Tx& tx) { return tx.db().Run("DELETE FROM bd_file"); }

// --- Known lines

Result<LineSet> LineSet::Load(Tx& tx) {
  LineSet set;
  {
    Statement row = TRY(tx.db().Prepare("SELECT hashes FROM bd_line_set"));
    if (TRY(row.Step())) {
      std::string_view bytes = row.TextView(0);
      set.entries_.reserve(bytes.size() / kHashBytes);
      for (size_t at = 0; at + kHashBytes <= bytes.size(); at += kHashBytes) {
        set.entries_.push_back({Unpack(bytes.data() + at)});
      }
    }
  }
  set.known_ = set.entries_.size();
  Statement changes = TRY(tx.db().Prepare("SELECT hash, present FROM bd_line_changes"));
  while (TRY(changes.Step())) {
    if (set.index_.empty()) set.BuildIndex();
    const Hash128 hash = Unpack(changes.TextView(0).data());
    const bool present = changes.Int(1) != 0;
    Entry* entry = set.Find(hash);
    if (entry == nullptr && present) {
      set.entries_.push_back({hash});
      if (set.entries_.size() * 4 > set.index_.size() * 3)
        set.BuildIndex();
      else
        set.AddToIndex(set.entries_.size() - 1);
      ++set.known_;
    } else if (entry != nullptr && !present && entry->present) {
      entry->present = false;
      --set.known_;
    }
  }
  return set;
}

void LineSet::BuildIndex() {
  size_t slots = 16;
  while (slots < entries_.size() * 2) slots *= 2;
  index_.assign(slots, 0);
  for (size_t i = 0; i < entries_.size(); ++i) AddToIndex(i);
}

void LineSet::AddToIndex(size_t entry) {
  size_t slot = entries_[entry].hash.low & (index_.size() - 1);
  while (index_[slot] != 0) slot = (slot + 1) & (index_.size() - 1);
  index_[slot] = static_cast<uint32_t>(entry + 1);
}

LineSet::Entry* LineSet::Find(const Hash128& hash) {
  if (index_.empty()) BuildIndex();
  size_t slot = hash.low & (index_.size() - 1);
  while (index_[slot] != 0) {
    Entry& entry = entries_[index_[slot] - 1];
    if (entry.hash == hash) return &entry;
    slot = (slot + 1) & (index_.size() - 1);
  }
  return nullptr;
}

bool LineSet::Mark(Entry& entry) {
  if (!entry.present) return false;
  if (!entry.seen) ++seen_;
  entry.seen = true;
  return true;
}

bool LineSet::See(const Hash128& hash) {
  // One entry may have no counterpart (a changed line): then the order goes on behind it.
  for (size_t ahead = 0; ahead < 2 && next_ + ahead < entries_.size(); ++ahead) {
    if (entries_[next_ + ahead].hash == hash) {
      next_ += ahead + 1;
      return Mark(entries_[next_ - 1]);
    }
  }
  Entry* entry = entries_.empty() ? nullptr : Find(hash);
  if (entry == nullptr) return false;
  next_ = static_cast<size_t>(entry - entries_.data()) + 1;
  return Mark(*entry);
}

bool LineSet::WasSeen(const Hash128& hash) {
  const Entry* entry = entries_.empty() ? nullptr : Find(hash);
  return entry != nullptr && entry->present && entry->seen;
}

std::vector<Hash128> LineSet::Unseen() const {
  std::vector<Hash128> unseen;
  for (const Entry& entry : entries_) {
    if (entry.present && !entry.seen) unseen.push_back(entry.hash);
  }
  return unseen;
}

Status ReplaceLineSet(Tx& tx, const std::vector<Hash128>& lines) {
  TRY(tx.db().Run("DELETE FROM bd_line_changes"));
  Statement insert = TRY(tx.db().Prepare("INSERT OR REPLACE INTO bd_line_set(id, hashes) VALUES (1, ?)"));
  insert.BindBlob(1, Pack(lines));
  return insert.Execute();
}

Status ChangeLineSet(Tx& tx, const std::vector<Hash128>& gone, const std::vector<Hash128>& come) {
  auto note = [&tx](const Hash128& hash, bool present) -> Status {
    Statement insert =
        TRY(tx.db().Prepare("INSERT OR REPLACE INTO bd_line_changes(hash, present) VALUES (?, ?)"));
    insert.BindBlob(1, Pack({hash}));
    insert.BindInt(2, present ? 1 : 0);
    return insert.Execute();
  };
  for (const Hash128& hash : gone) TRY(note(hash, false));
  for (const Hash128& hash : come) TRY(note(hash, true));
  const int64_t changes = TRY(QueryInt(tx.db(), "SELECT count(*) FROM bd_line_changes"));
  if (changes <= kLineChangesMax) return Ok();
  const LineSet set = TRY(LineSet::Load(tx));
  return ReplaceLineSet(tx, set.Unseen());
}

// --- Lines as they were

Status KeepVerbatim(Tx& tx, std::string_view id, std::string_view line, std::string_view canonical) {
  if (line == canonical) return tx.db().Execute("DELETE FROM bd_verbatim WHERE issue_id = ?", id);
  Statement insert =
      TRY(tx.db().Prepare("INSERT OR REPLACE INTO bd_verbatim(issue_id, line, canonical) VALUES (?, ?, ?)"));
  insert.Bind(id, line);
  insert.BindBlob(3, Pack({HashLine(canonical)}));
  return insert.Execute();
}

Result<std::string> ExportLine(Tx& tx, std::string_view id, std::string canonical) {
  Statement row = TRY(tx.db().Prepare("SELECT line, canonical FROM bd_verbatim WHERE issue_id = ?"));
  row.Bind(id);
  if (TRY(row.Step()) && row.TextView(1) == Pack({HashLine(canonical)})) return row.Text(0);
  return canonical;
}

Result<bool> HasVerbatimLines(Tx& tx) {
  return TRY(QueryInt(tx.db(), "SELECT EXISTS (SELECT 1 FROM bd_verbatim)")) > 0;
}

Result<std::vector<RejectedLine>> RejectedLines(Tx& tx) {
  Statement rows = TRY(tx.db().Prepare("SELECT number, line, reason FROM bd_rejected ORDER BY position"));
  std::vector<RejectedLine> lines;
  while (TRY(rows.Step())) lines.push_back({rows.Int(0), rows.Text(1), rows.Text(2)});
  return lines;
}

Status SetLineAside(Tx& tx, const RejectedLine& line) {
  Statement insert =
      TRY(tx.db().Prepare("INSERT INTO bd_rejected(number, line, reason) SELECT ?1, ?2, ?3 "
                          "WHERE NOT EXISTS (SELECT 1 FROM bd_rejected WHERE line = ?2)"));
  insert.BindInt(1, line.number);
  insert.BindBlob(2, line.line);
  insert.BindText(3, line.reason);
  return insert.Execute();
}

Status SetRejectedLines(Tx& tx, const std::vector<RejectedLine>& lines) {
  std::vector<RejectedLine> unwritten = TRY(RejectedLines(tx));
  std::erase_if(unwritten, [](const RejectedLine& line) { return line.number != 0; });
  TRY(tx.db().Run("DELETE FROM bd_rejected"));
  for (const RejectedLine& line : lines) {
    Statement insert = TRY(tx.db().Prepare("INSERT INTO bd_rejected(number, line, reason) VALUES (?, ?, ?)"));
    insert.BindInt(1, line.number);
    insert.BindBlob(2, line.line);
    insert.BindText(3, line.reason);
    TRY(insert.Execute());
  }
  for (const RejectedLine& line : unwritten) TRY(SetLineAside(tx, line));
  return Ok();
}

Result<std::vector<std::string>> UnwrittenRejectedLines(Tx& tx) {
  std::vector<std::string> lines;
  for (RejectedLine& line : TRY(RejectedLines(tx))) {
    if (line.number == 0) lines.push_back(std::move(line.line));
  }
  return lines;
}

Status DoubtRejectedLines(Tx& tx) { return tx.db().Run("UPDATE bd_rejected SET number = 0"); }

Status NoteRejectedLinesWritten(Tx& tx, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    // Behind the others; the next reading of the file finds where exactly.
    Statement update =
        TRY(tx.db().Prepare("UPDATE bd_rejected SET number = -1 WHERE number = 0 AND line = ?"));
    update.BindBlob(1, line);
    TRY(update.Execute());
  }
  return Ok();
}

}  // namespace bd
