// stats: how many issues there are of each kind. Newer clients look for them below `summary`.
#include "engine/query/stats.h"

#include "bd/rpc/operation.h"
#include "bd/to_json.h"

namespace bd {
namespace {

struct StatsAnswer : Statistics {
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    Statistics::Describe(visit, self);
    visit("summary", static_cast<const Statistics&>(self));
  }
};

Result<RawJson> Run(Session& session, const RpcRequest&) {
  return ToJson(StatsAnswer{TRY(CountStatistics(session.tx(), std::nullopt))});
}

}  // namespace

extern const Operation kOperation_stats;
const Operation kOperation_stats = {"stats", false, Run};

}  // namespace bd
