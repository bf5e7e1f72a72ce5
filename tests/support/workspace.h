// A directory of its own for a test, and in it a database and a shared file, as a workspace has them.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/text.h"
#include "engine/edit/context.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/storage/issues.h"
#include "engine/storage/settings.h"
#include "engine/storage/store.h"
#include "engine/sync/publisher.h"
#include "engine/sync/shared_file.h"
#include "engine/types/issue_json.h"
#include "tests/support/must.h"

namespace bd {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    // Memory where there is some: these tests are about contents, not about disks.
    const std::string base = os::IsWritable("/dev/shm") ? "/dev/shm" : "/tmp";
    std::string path = base + "/bd-test-XXXXXX";
    ASSERT(mkdtemp(path.data()) != nullptr);
    path_ = Must(os::RealPath(path));
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string Path(std::string_view name) const { return os::JoinPath(path_, name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The clock of a test: a Tuesday noon.
inline Time TestNow() { return *ParseTime("2030-01-15T12:00:00Z"); }

inline EditContext EditAt(Tx& tx, const Time& now, const std::string& actor = "tester") {
  return EditContext{tx, actor, now, {}, 3};
}

// A store with a prefix, and nothing else.
inline Status GivePrefix(Tx& tx) { return SetConfig(tx, "issue_prefix", "bd"); }

inline Store MemoryStore() {
  Store store = Must(Store::InMemory());
  Tx tx = Must(store.BeginWrite());
  Must(GivePrefix(tx));
  Must(store.Commit(std::move(tx)));
  return store;
}

// One clone: database, shared file, and the exchange between them.
class TestClone {
 public:
  TestClone() {
    Must(Store::Create({directory_.Path("beads.db")}, GivePrefix));
    store_.emplace(Must(Store::Open({directory_.Path("beads.db")})));
  }
  Store& store() { return *store_; }
  const TemporaryDirectory& directory() const { return directory_; }
  std::string File() const { return directory_.Path("issues.jsonl"); }

  std::string Read() const { return os::Exists(File()) ? Must(os::ReadFile(File())) : ""; }
  // As an editor or git would: in place, or a file that was not there. Old enough to be believed.
  void Write(std::string_view bytes) {
    std::error_code ignored;
    std::filesystem::remove(File(), ignored);
    os::Fd file = Must(os::OpenReadWrite(File(), 0644));
    Must(os::Write(file, bytes));
    Must(os::SetModificationTime(file, os_past_ += 1'000'000'123));
  }
  ImportReport TakeIn() {
    Tx tx = Must(store().BeginWrite());
    TakeInOptions options;
    options.now = TestNow();
    ImportReport report = Must(TakeInSharedFile(tx, File(), options));
    Must(store().Commit(std::move(tx)));
    return report;
  }
  PublishOptions Options() const {
    PublishOptions options;
    options.path = File();
    options.lock_path = directory_.Path(".jsonl.lock");
    options.git_wait_ms = 0;
    return options;
  }
  PublishReport Export(bool full = false) {
    PublishOptions options = Options();
    options.full = full;
    return Must(Publish(store(), options));
  }
  // Runs changes in one committed transaction.
  template <typename Change>
  void Edit(Change change, const Time& now = TestNow()) {
    Tx tx = Must(store().BeginWrite());
    EditContext context = EditAt(tx, now);
    change(context);
    Must(store().Commit(std::move(tx)));
  }
  std::optional<Issue> Find(std::string_view id) {
    Tx tx = Must(store().BeginRead());
    return Must(FindIssue(tx, id));
  }

 private:
  TemporaryDirectory directory_;
  std::optional<Store> store_;
  int64_t os_past_ = 1'600'000'000'000'000'000;
};

// Every issue of a store by its id, edges, labels and comments included.
inline std::map<std::string, Issue> AllIssues(Tx& tx) {
  struct Collector : IssueVisitor {
    Status Visit(const Issue& issue) override {
      issues[issue.id] = issue;
      return Ok();
    }
    std::map<std::string, Issue> issues;
  } collector;
  Must(ForEachIssue(tx, collector));
  return std::move(collector.issues);
}

}  // namespace bd
