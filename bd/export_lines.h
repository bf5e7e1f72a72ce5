// The lines of an export: every issue that is not kept out of the shared file.
#pragma once

#include <string>

#include "engine/storage/issues.h"

namespace bd {

class LineCollector : public IssueVisitor {
 public:
  LineCollector(Tx& tx, bool verbatim) : tx_(tx), verbatim_(verbatim) {}
  Status Visit(const Issue& issue) override;
  std::string text;
  int64_t count = 0;

 private:
  Tx& tx_;
  bool verbatim_;
};

}  // namespace bd
