// label_list_all: every label, with the number of its issues.
#include "bd/rpc/data.h"
#include "engine/query/stats.h"

namespace bd {
namespace {

struct Row {
  std::string label;
  int64_t count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("label", self.label);
    visit("count", self.count);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest&) {
  std::vector<Row> rows;
  for (LabelCount& one : TRY(LabelCounts(session.tx()))) rows.push_back({std::move(one.label), one.count});
  return ToJson(rows);
}

}  // namespace

extern const Operation kOperation_label_list_all;
const Operation kOperation_label_list_all = {"label_list_all", false, Run};

}  // namespace bd
