// export: all issues into a JSONL file inside of the workspace.
#include "bd/export_lines.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "bd/sync_steps.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/storage/exchange.h"

namespace bd {
namespace {

struct Args {
  std::string jsonl_path;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("jsonl_path", self.jsonl_path);
  }
};

struct Answer {
  int64_t exported_count = 0;
  std::string path;
  int64_t skipped_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("exported_count", self.exported_count);
    visit("path", self.path);
    visit("skipped_count", self.skipped_count);
  }
};

// The file that is meant, with every link resolved. Of our own directory only the shared file: the others are
// not to be overwritten.
Result<std::string> TargetOf(const Workspace& workspace, const std::string& path) {
  auto refuse = [](std::string_view reason) { return Invalid(Cat("invalid export path: ", reason)); };
  if (path.empty()) return refuse("path must not be empty");
  const std::string root = os::DirectoryOf(workspace.directory);
  const std::string given = os::JoinPath(root, path);
  Result<std::string> clean = os::AbsolutePath(given);
  Result<std::string> real = os::RealPath(given);
  const bool inside = clean && (*clean == root || clean->starts_with(Cat(root, "/")));
  if (!inside || (real && *real != root && !real->starts_with(Cat(root, "/")))) {
    return refuse(Cat("path ", Quote(path), " resolves outside workspace directory"));
  }
  if (!real) return Invalid(Cat("failed to write ", given, ": ", real.error().message));
  if (!os::IsDirectory(os::DirectoryOf(*real))) {
    return Invalid(Cat("failed to write ", given, ": no such directory"));
  }
  if (os::IsDirectory(*real)) return Invalid(Cat("failed to write ", given, ": it is a directory"));
  if (*real != workspace.shared_file && real->starts_with(Cat(workspace.directory, "/"))) {
    return refuse(Cat("path ", Quote(path), " is inside the workspace's own directory"));
  }
  return real;
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "export args"));
  const std::string target = TRY(TargetOf(session.workspace(), args.jsonl_path));
  LineCollector lines(session.tx(), TRY(HasVerbatimLines(session.tx())));
  TRY(ForEachIssue(session.tx(), lines));
  session.Rollback();
  if (target == session.workspace().shared_file) {
    TRY(ExportNow(session, true));
  } else {
    TRY(os::ReplaceFile(target, lines.text, 0600));
  }
  return ToJson(Answer{lines.count, args.jsonl_path, 0});
}

}  // namespace

extern const Operation kOperation_export;
const Operation kOperation_export = {"export", false, Run, true};

}  // namespace bd
