// compact_stats: how much there would be to compact.
#include "bd/rpc/args.h"
#include "bd/rpc/compaction.h"
#include "bd/rpc/data.h"
#include "engine/query/list.h"
#include "engine/types/vocabulary.h"

namespace bd {
namespace {

struct Args {
  int64_t tier = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("tier", self.tier);
  }
};
struct Stats {
  int64_t tier1_candidates = 0, tier2_candidates = 0, total_closed = 0;
  std::string tier1_min_age = "30 days", tier2_min_age = "90 days";
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("tier1_candidates", self.tier1_candidates);
    visit("tier2_candidates", self.tier2_candidates);
    visit("total_closed", self.total_closed);
    visit("tier1_min_age", self.tier1_min_age);
    visit("tier2_min_age", self.tier2_min_age);
  }
};
struct Answer {
  bool success = true;
  Stats stats;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("success", self.success);
    visit("stats", self.stats);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  TRY(ReadArgs<Args>(request, "compact stats args"));
  Answer answer;
  answer.stats.tier1_candidates = static_cast<int64_t>(TRY(Eligible(session.tx(), 1, session.Now())).size());
  answer.stats.tier2_candidates = static_cast<int64_t>(TRY(Eligible(session.tx(), 2, session.Now())).size());
  IssueFilter closed;
  closed.status = std::string(status::kClosed);
  answer.stats.total_closed = TRY(CountIssues(session.tx(), closed));
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_compact_stats;
const Operation kOperation_compact_stats = {"compact_stats", false, Run};

}  // namespace bd
