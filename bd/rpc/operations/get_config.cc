// get_config: a setting of the database; one that is not set is empty.
#include "bd/key_value.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/storage/settings.h"

namespace bd {
namespace {

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const KeyArgs args = TRY(ReadArgs<KeyArgs>(request, "get_config args"));
  return ToJson(KeyValue{args.key, TRY(GetConfig(session.tx(), args.key)).value_or("")});
}

}  // namespace

extern const Operation kOperation_get_config;
const Operation kOperation_get_config = {"get_config", false, Run};

}  // namespace bd
