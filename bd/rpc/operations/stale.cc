// stale: what nobody has touched for some days.
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/query/stats.h"

namespace bd {
namespace {

struct Args {
  int64_t days = 0, limit = 0;
  std::string status;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("days", self.days);
    visit("limit", self.limit);
    visit("status", self.status);
  }
};

constexpr int64_t kDaysByDefault = 30, kDaySeconds = 86'400;

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "stale args"));
  const int64_t days = args.days > 0 ? args.days : kDaysByDefault;
  StaleFilter filter;
  filter.before = session.Now();
  filter.before.seconds -= std::min(days, int64_t{100'000}) * kDaySeconds;
  if (!args.status.empty()) filter.status = args.status;
  filter.limit = std::max<int64_t>(args.limit, 0);
  const std::vector<Issue> issues = TRY(StaleIssues(session.tx(), filter));
  return issues.empty() ? Null() : IssueList(issues, shape::Stale());
}

}  // namespace

extern const Operation kOperation_stale;
const Operation kOperation_stale = {"stale", false, Run};

}  // namespace bd
