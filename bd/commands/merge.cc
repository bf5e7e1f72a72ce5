// bd merge: git's merge driver for the JSONL file (git calls `bd merge %A %O %A %B`).
#include "bd/command.h"
#include "engine/base/text.h"
#include "engine/os/files.h"
#include "engine/os/path.h"
#include "engine/sync/merge_files.h"

namespace bd {
namespace {

using enum FlagType;
constexpr Flag kFlags[] = {{"debug", kBool, "Accepted: there is nothing more to tell"}};

struct Args {
  std::string output, base, left, right;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("output", self.output);
    visit("base", self.base);
    visit("left", self.left);
    visit("right", self.right);
  }
};

struct Body {
  std::string failure;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("failure", self.failure);
  }
  bool Prints(bool) const { return false; }
  bool Fails() const { return !failure.empty(); }
  std::string FailureLine() const { return "Error: " + failure; }
  // To git 1 means that conflicts are left in the file: there are none.
  static constexpr int kFailureCode = 2;
};

Result<Args> Prepare(Invocation& invocation) {
  const std::vector<std::string>& given = invocation.arguments;
  Args args;
  args.output = TRY(os::AbsolutePath(given[0]));
  args.base = TRY(os::AbsolutePath(given[1]));
  args.left = TRY(os::AbsolutePath(given[2]));
  args.right = TRY(os::AbsolutePath(given[3]));
  return args;
}

Result<FileVersion> ReadVersion(std::string_view name, const std::string& path) {
  auto failed = [&](const Error& error) {
    return Invalid(Cat("error reading ", name, " file: ", error.message));
  };
  Result<os::Fd> file = os::OpenRead(path);
  if (!file) return failed(file.error());
  LineReader reader(*file);
  Result<FileVersion> version = FileVersion::Read(reader);
  if (!version) return failed(version.error());
  return version;
}

Status Merge(const Args& args) {
  const FileVersion base = TRY(ReadVersion("base", args.base));
  const FileVersion left = TRY(ReadVersion("left", args.left));
  const FileVersion right = TRY(ReadVersion("right", args.right));
  std::string text;
  for (const std::string& line : TRY(MergeVersions(base, left, right, MergeStrategy::kNewest)))
    text += Cat(line, "\n");
  // Git's temporary: its mode is git's business.
  return os::ReplaceFile(args.output, text, 0644);
}

Result<Body> Run(const Args& args) {
  Body body;
  if (Status merged = Merge(args); !merged) body.failure = merged.error().message;
  return body;
}

void Print(const Body&, Output&) {}

}  // namespace

extern const Command kCommand_merge = {
    .name = "merge",
    .summary = "Merge three versions of the JSONL file (git's merge driver)",
    .arguments = "<output> <base> <left> <right>",
    .help = R"(
Issue by issue and field by field; where both sides changed the same field, the later change wins.
What one side wrote is never dropped because the other side lacks it. Exit code 2 if a file cannot be
read; the output is untouched then.)",
    .group = "Sync & Data",
    .flags = kFlags,
    .arity = kExactly(4),
    .handlers = Handle<Args, Body, Prepare, Run, Print>(),
};

}  // namespace bd
