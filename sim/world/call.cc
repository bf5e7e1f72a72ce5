#include "sim/world/call.h"

#include <fcntl.h>

#include "faultinject/op.h"

namespace sim {

namespace {

static_assert(sizeof fault::kOps / sizeof fault::kOps[0] == static_cast<size_t>(Op::kCount));

const fault::OpRow& RowOf(Op op) { return fault::kOps[static_cast<size_t>(op)]; }

}  // namespace

std::string_view OpName(Op op) { return RowOf(op).name; }

bool ChangesFiles(const Call& call) {
  if (call.op == Op::kOpen) return (call.a & (O_CREAT | O_TRUNC)) != 0;
  return RowOf(call.op).effect == fault::Effect::kChange;
}

bool Means(std::string_view op, const Call& call) {
  return fault::Means(op, RowOf(call.op), ChangesFiles(call));
}

bool IsOpName(std::string_view name) { return fault::IsOpName(name); }

}  // namespace sim
