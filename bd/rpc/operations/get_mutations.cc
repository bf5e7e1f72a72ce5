// get_mutations: the feed of changes, whoever made them.
#include "bd/mutation.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"

namespace bd {
namespace {

constexpr int64_t kEntriesMax = 1000;

struct Args {
  int64_t since = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("since", self.since);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "arguments"));
  std::vector<Mutation> mutations;
  for (const FeedEntry& entry : TRY(ReadFeed(session.tx(), args.since, kEntriesMax))) {
    mutations.push_back(ToMutation(entry));
  }
  return mutations.empty() ? Null() : ToJson(mutations);
}

}  // namespace

extern const Operation kOperation_get_mutations;
const Operation kOperation_get_mutations = {"get_mutations", false, Run};

}  // namespace bd
