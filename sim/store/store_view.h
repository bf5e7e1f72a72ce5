// Looks into a simulated store with a SQLite of the simulator's own, outside the world: what the program says
// of itself is no evidence.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/world.h"

struct sqlite3;

namespace sim {

// Copies of the world's databases, each made and its schema read at the first question: the world must be at
// rest as long as this lives.
class StoreViews {
 public:
  explicit StoreViews(const World& world) : world_(world) {}
  ~StoreViews();
  StoreViews(const StoreViews&) = delete;
  StoreViews& operator=(const StoreViews&) = delete;

  // The first column of every row of `sql`, asked of the database at `path` with its WAL. An error of SQLite
  // is one row "error: ...".
  std::vector<std::string> Ask(std::string_view path, const char* sql);

 private:
  struct View {
    std::string copy;
    sqlite3* handle = nullptr;
    std::string problem;  // why there is no handle
  };

  View Make(std::string_view path) const;

  const World& world_;
  std::map<std::string, View, std::less<>> views_;
};

// One question.
std::vector<std::string> AskStore(const World& world, std::string_view path, const char* sql);

// As another program would change it while nobody has it open: runs `sql` on the database and leaves no WAL.
// False: SQLite refused.
bool ChangeStore(const World& world, std::string_view path, const std::string& sql, std::string& database);

}  // namespace sim
