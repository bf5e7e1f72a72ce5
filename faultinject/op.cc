#include "faultinject/op.h"

namespace fault {

const OpRow* FindOp(std::string_view name) {
  for (const OpRow& row : kOps) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool Means(std::string_view op, const OpRow& call, bool changes) {
  if (op.empty()) return call.effect != Effect::kNone;
  if (op == "change") return changes || call.effect == Effect::kLasting;
  return op == call.name;
}

bool IsOpName(std::string_view name) { return name.empty() || name == "change" || FindOp(name) != nullptr; }

}  // namespace fault
