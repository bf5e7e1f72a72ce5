// compact: what compacting would do (dry_run); the rest is refused, see bd/rpc/compaction.h.
#include "bd/rpc/args.h"
#include "bd/rpc/compaction.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"
#include "engine/storage/issues.h"

namespace bd {
namespace {

struct Args {
  std::string issue_id;
  int64_t tier = 0;
  bool dry_run = false, force = false, all = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue_id", self.issue_id);
    visit("tier", self.tier);
    visit("dry_run", self.dry_run);
    visit("force", self.force);
    visit("all", self.all);
  }
};

struct Answer {
  bool success = true;
  std::string issue_id;
  int64_t original_size = 0;
  std::string reduction;
  bool dry_run = false;
  std::vector<Answer> results;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("success", self.success);
    visit("issue_id", self.issue_id, kOmitEmpty);
    visit("original_size", self.original_size, kOmitEmpty);
    visit("reduction", self.reduction, kOmitEmpty);
    visit("dry_run", self.dry_run, kOmitEmpty);
    visit("results", self.results, kOmitEmpty);
  }
};

constexpr std::string_view kNoSummary = "compaction failed: nothing here can write summaries";

Result<RawJson> RunAll(Session& session, const Args& args) {
  Answer answer;
  for (const Issue& issue : TRY(Eligible(session.tx(), args.tier, session.Now()))) {
    Answer one;
    one.issue_id = issue.id;
    one.original_size = SizeOf(issue);
    answer.results.push_back(std::move(one));
  }
  if (!args.dry_run && !answer.results.empty()) return Invalid(std::string(kNoSummary));
  answer.dry_run = args.dry_run && !answer.results.empty();
  return ToJson(answer);
}

Result<RawJson> RunOne(Session& session, const Args& args) {
  const std::string refusal = Cat(args.issue_id, " is not eligible for Tier ", args.tier, " compaction: ");
  const std::optional<Issue> issue = TRY(FindIssue(session.tx(), args.issue_id, {}));
  if (!issue || issue->IsTombstone()) return NotFound(Cat(refusal, "issue not found"));
  const bool eligible = TRY(IsEligible(session.tx(), *issue, args.tier, session.Now()));
  constexpr std::string_view kWhy = "issue has open dependents or not closed long enough";
  if (!eligible && !args.force) return Invalid(Cat(refusal, kWhy));
  if (!args.dry_run && args.tier == 2) return Invalid("Tier 2 compaction not yet implemented");
  if (!args.dry_run && !eligible) return Invalid(Cat("compaction failed: issue ", refusal, kWhy));
  if (!args.dry_run) return Invalid(std::string(kNoSummary));
  Answer answer;
  answer.issue_id = issue->id;
  answer.original_size = SizeOf(*issue);
  answer.reduction = "70-80%";
  answer.dry_run = true;
  return ToJson(answer);
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "compact args"));
  if (args.issue_id.empty() && !args.all) return Invalid("must specify --all or --id");
  if (args.tier != 1 && args.tier != 2) {
    return Invalid(Cat("invalid tier: ", args.tier, " (must be 1 or 2)"));
  }
  return args.issue_id.empty() ? RunAll(session, args) : RunOne(session, args);
}

}  // namespace

extern const Operation kOperation_compact;
const Operation kOperation_compact = {"compact", false, Run};

}  // namespace bd
