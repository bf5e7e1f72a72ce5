#include "sim/store/store_view.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <iterator>

namespace sim {

namespace {

bool WriteOut(const std::string& path, std::string_view bytes) {
  FILE* file = fopen(path.c_str(), "w");
  if (file == nullptr) return false;
  const bool written = fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return fclose(file) == 0 && written;
}

std::string ReadBack(const std::string& path) {
  std::string bytes;
  FILE* file = fopen(path.c_str(), "r");
  if (file == nullptr) return bytes;
  char chunk[4096];
  for (size_t got = 0; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) bytes.append(chunk, got);
  fclose(file);
  return bytes;
}

// In memory, where there is some: it is read once and thrown away.
std::string Scratch() {
  const char* base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  return std::string(base) + "/bd-sim-" + std::to_string(getpid());
}

std::vector<std::string> Rows(sqlite3* handle, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  std::vector<std::string> rows;
  int result = sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
  while (result == SQLITE_OK || result == SQLITE_ROW) {
    result = sqlite3_step(statement);
    if (result != SQLITE_ROW) break;
    const unsigned char* text = sqlite3_column_text(statement, 0);
    rows.emplace_back(text ? reinterpret_cast<const char*>(text) : "");
  }
  if (result != SQLITE_DONE) rows = {std::string("error: ") + sqlite3_errmsg(handle)};
  sqlite3_finalize(statement);
  return rows;
}

void Remove(const std::string& copy) {
  for (const char* suffix : {"", "-wal", "-shm"}) unlink((copy + suffix).c_str());
}

}  // namespace

StoreViews::~StoreViews() {
  for (const auto& [path, view] : views_) {
    sqlite3_close(view.handle);
    if (!view.copy.empty()) Remove(view.copy);
  }
}

StoreViews::View StoreViews::Make(std::string_view path) const {
  View view;
  const InodeRef database = world_.kernel().Find(path);
  if (!database) return view.problem = "there is no database", view;
  view.copy = Scratch() + "-" + std::to_string(views_.size());
  const InodeRef wal = world_.kernel().Find(std::string(path) + "-wal");
  bool written = WriteOut(view.copy, database->content.visible());
  if (wal && wal->content.size() > 0) {
    written = written && WriteOut(view.copy + "-wal", wal->content.visible());
  }
  if (!written) return view.problem = "no place for a copy", view;
  if (sqlite3_open_v2(view.copy.c_str(), &view.handle, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    view.problem = sqlite3_errmsg(view.handle);
  }
  return view;
}

std::vector<std::string> StoreViews::Ask(std::string_view path, const char* sql) {
  auto at = views_.find(path);
  if (at == views_.end()) at = views_.emplace(path, Make(path)).first;
  if (!at->second.problem.empty()) return {"error: " + at->second.problem};
  return Rows(at->second.handle, sql);
}

std::vector<std::string> AskStore(const World& world, std::string_view path, const char* sql) {
  return StoreViews(world).Ask(path, sql);
}

bool ChangeStore(const World& world, std::string_view path, const std::string& sql, std::string& database) {
  const InodeRef before = world.kernel().Find(path);
  const InodeRef wal = world.kernel().Find(std::string(path) + "-wal");
  const std::string copy = Scratch();
  if (!before || !WriteOut(copy, before->content.visible())) return false;
  if (wal && !WriteOut(copy + "-wal", wal->content.visible())) return false;
  sqlite3* handle = nullptr;
  const bool done = sqlite3_open(copy.c_str(), &handle) == SQLITE_OK &&
                    Rows(handle, "PRAGMA wal_checkpoint(TRUNCATE)").size() == 1 &&
                    sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(handle);  // the last one: the WAL goes into the database
  database = ReadBack(copy);
  Remove(copy);
  return done && !database.empty();
}

}  // namespace sim
