// SQLite in our terms: Result instead of codes, RAII for handles, statements kept for reuse.
//
// Nothing but engine/storage opens, reads or closes the files of a store: closing any descriptor of
// them drops the locks that SQLite holds (POSIX record locks belong to the process).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bd {

class Statement;

class Db {
 public:
  enum class Mode {
    kReadWrite,  // must exist
    kCreate,     // made if missing
    kImmutable,  // nobody writes: no locks, the WAL is ignored
    kMemory,     // private to this handle
  };
  static Result<Db> Open(const std::string& path, Mode mode, int64_t busy_timeout_ms);

  Db(Db&&) noexcept;
  Db& operator=(Db&&) noexcept;
  ~Db();

  // A statement ready to be bound. The same text gives the same compiled statement again; two uses
  // of one text must not overlap.
  Result<Statement> Prepare(std::string_view sql);
  // Runs statements that need no parameters and give no rows.
  Status Run(const char* sql);
  // One statement with parameters and no rows.
  template <typename... Values>
  Status Execute(std::string_view sql, const Values&... values);

  int64_t Changes() const;  // rows changed by the last statement
  int64_t LastRowId() const;
  bool InTransaction() const;
  void SetBusyTimeout(int64_t ms);
  // Forgets the pages that were read; not inside a transaction that has changed some.
  void DropCache();
  // Copies the whole content of `from` into this handle.
  Status CopyFrom(Db& from);
  // A complete checkpoint. The next commit begins the WAL anew: in an empty file, or in the blocks that it
  // has, which a sync writes twice as fast (no file grows). False if readers or others kept it from being
  // complete for longer than `wait_ms`.
  enum class WalFile { kEmptied, kKept };
  Result<bool> Checkpoint(WalFile file, int64_t wait_ms);
  // The next checkpoint copies the whole WAL, also what others copied already: SQLite syncs that only when
  // it comes to the end of the WAL.
  Status ForgetCheckpoints();
  // Frames in the WAL as of this handle's last commit; 0 if it made none.
  int64_t WalFrames() const;
  // What failed last failed because the disk did not take it.
  bool LastSyncFailed() const;

  Error LastError(std::string_view action) const;

 private:
  friend class Statement;
  struct State;
  explicit Db(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A compiled statement with its parameters. Given back to the Db (and reset) by the destructor.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void BindText(int index, std::string_view value);         // copied
  void BindTextInPlace(int index, std::string_view value);  // must outlive this object
  void BindInt(int index, int64_t value);
  void BindDouble(int index, double value);
  void BindBlob(int index, std::string_view value);
  void BindNull(int index);
  void BindTextOrNull(int index, std::string_view value);  // NULL if empty

  template <typename... Values>
  Statement& Bind(const Values&... values) {
    int index = 0;
    (BindValue(++index, values), ...);
    return *this;
  }

  // The same without copies: all values must outlive this object.
  template <typename... Values>
  Statement& BindInPlace(const Values&... values) {
    int index = 0;
    (BindValueInPlace(++index, values), ...);
    return *this;
  }

  // True: a row is there. False: done.
  Result<bool> Step();
  Status Execute();  // to the end
  void Reset();      // to be bound and stepped again

  std::string Text(int column) const;
  std::string_view TextView(int column) const;  // until the next Step
  int64_t Int(int column) const;
  double Double(int column) const;
  bool IsNull(int column) const;

 private:
  friend class Db;
  static constexpr size_t kNotKept = SIZE_MAX;
  Statement(Db& db, sqlite3_stmt* handle, size_t place) : db_(&db), handle_(handle), place_(place) {}

  template <typename T>
  void BindValueInPlace(int index, const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      BindTextInPlace(index, value);
    } else {
      BindValue(index, value);
    }
  }
  void BindValue(int index, std::string_view value) { BindText(index, value); }
  void BindValue(int index, const char* value) { BindText(index, value); }
  void BindValue(int index, const std::string& value) { BindText(index, value); }
  void BindValue(int index, int64_t value) { BindInt(index, value); }
  void BindValue(int index, int value) { BindInt(index, value); }
  void BindValue(int index, bool value) { BindInt(index, value ? 1 : 0); }
  void BindValue(int index, double value) { BindDouble(index, value); }
  void BindValue(int index, std::nullptr_t) { BindNull(index); }
  void BindValue(int index, const Time& value) { BindText(index, FormatTime(value)); }
  template <typename T>
  void BindValue(int index, const std::optional<T>& value) {
    if (value) {
      BindValue(index, *value);
    } else {
      BindNull(index);
    }
  }

  Db* db_;
  sqlite3_stmt* handle_;
  size_t place_;  // among the statements that the Db keeps
};

template <typename... Values>
Status Db::Execute(std::string_view sql, const Values&... values) {
  Statement statement = TRY(Prepare(sql));
  return statement.BindInPlace(values...).Execute();
}

// The first column of the first row, if there is one.
template <typename... Values>
Result<std::optional<std::string>> QueryText(Db& db, std::string_view sql, const Values&... values) {
  Statement statement = TRY(db.Prepare(sql));
  statement.BindInPlace(values...);
  if (!TRY(statement.Step()) || statement.IsNull(0)) return std::optional<std::string>();
  return std::optional<std::string>(statement.Text(0));
}
template <typename... Values>
Result<int64_t> QueryInt(Db& db, std::string_view sql, const Values&... values) {
  Statement statement = TRY(db.Prepare(sql));
  statement.BindInPlace(values...);
  if (!TRY(statement.Step())) return int64_t{0};
  return statement.Int(0);
}
// The first column of every row.
template <typename... Values>
Result<std::vector<std::string>> QueryTexts(Db& db, std::string_view sql, const Values&... values) {
  Statement statement = TRY(db.Prepare(sql));
  statement.BindInPlace(values...);
  std::vector<std::string> texts;
  while (TRY(statement.Step())) texts.push_back(statement.Text(0));
  return texts;
}

// "?,?,?" for a list of that many values.
std::string Placeholders(size_t count);

}  // namespace bd
