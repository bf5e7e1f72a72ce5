// info: the workspace that is served.
#include "bd/rpc/data.h"
#include "engine/query/ids.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

struct Answer {
  std::map<std::string, std::string> config;
  bool daemon_connected = true;
  std::string database_path, mode = "daemon";
  int64_t issue_count = 0;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("config", self.config);
    visit("daemon_connected", self.daemon_connected);
    visit("database_path", self.database_path);
    visit("issue_count", self.issue_count);
    visit("mode", self.mode);
  }
};

Result<RawJson> Run(Session& session, const RpcRequest&) {
  Answer answer;
  answer.config["issue_prefix"] = TRY(IssuePrefix(session.tx()));
  answer.database_path = session.workspace().database;
  answer.issue_count = TRY(CountLive(session.tx()));
  return ToJson(answer);
}

}  // namespace

extern const Operation kOperation_info;
const Operation kOperation_info = {"info", false, Run};

}  // namespace bd
