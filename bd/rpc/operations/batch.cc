// batch: several operations in one request. It ends with the first that fails; what was done before stays,
// unless the batch is `atomic`: then all or nothing.
#include "bd/rpc/answer.h"
#include "bd/rpc/args.h"
#include "bd/rpc/data.h"
#include "engine/base/text.h"

namespace bd {
namespace {

constexpr const char* kSavepoint = "step";

struct Step {
  std::string operation;
  RawJson args;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("operation", self.operation);
    visit("args", self.args);
  }
};

struct Args {
  std::vector<Step> operations;
  bool atomic = false;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("operations", self.operations);
    visit("atomic", self.atomic);
  }
};

bool EndsAll(const Error& error) {
  return error.code == Code::kReplaced || error.code == Code::kIo || error.code == Code::kCorrupt;
}

Result<RawJson> RunStep(Session& session, const RpcRequest& whole, const Step& step) {
  if (step.operation == "ping") return PongData();
  const Operation* operation = FindOperation(step.operation);
  if (operation == nullptr) return Invalid(Cat("unknown operation: ", step.operation));
  if (operation->alone) return Invalid(Cat("operation ", step.operation, " cannot be part of a batch"));
  RpcRequest request = whole;
  request.operation = step.operation;
  request.args.reset();
  request.request_id.clear();
  std::optional<JsonDocument> document;
  if (!step.args.empty()) {
    document = TRY(JsonDocument::Parse(step.args.text));
    request.args = document->root();
  }
  TRY(session.Savepoint(kSavepoint));
  Result<RawJson> data = operation->run(session, request);
  if (data) {
    TRY(session.ReleaseSavepoint(kSavepoint));
  } else if (!EndsAll(data.error())) {
    TRY(session.RollbackToSavepoint(kSavepoint));
  }
  return data;
}

Result<RawJson> Run(Session& session, const RpcRequest& request) {
  const Args args = TRY(ReadArgs<Args>(request, "batch args"));
  std::string results;
  for (size_t i = 0; i < args.operations.size(); ++i) {
    Result<RawJson> data = RunStep(session, request, args.operations[i]);
    if (!data && EndsAll(data.error())) return data;
    if (!data && args.atomic) {
      data.error().message = Cat("batch: operation ", i + 1, " (", args.operations[i].operation,
                                 ") failed, nothing was changed: ", data.error().message);
      return data;
    }
    results += Cat(results.empty() ? "" : ",", data ? SuccessLine(*data) : FailureLine(data.error().message));
    if (!data) break;
  }
  return RawJson{Cat("{\"results\":[", results, "]}")};
}

}  // namespace

extern const Operation kOperation_batch;
const Operation kOperation_batch = {"batch", true, Run};

}  // namespace bd
