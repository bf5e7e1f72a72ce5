// RT: what is exported, imported into a workspace of its own and exported there is the same, byte for byte.
#include "sim/run/oracle.h"

namespace sim {

namespace {

class RoundTripOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnInvocationEnd(const Invocation& invocation) override {
    if (invocation.words[0] != "export") return;
    if (invocation.agent == "healer") exported_ = invocation.output;
    if (invocation.agent == kCopier) Compare(invocation.output);
  }

 private:
  void Compare(std::string_view again) {
    if (again == exported_) return;
    std::string_view before = exported_;
    while (!before.empty() && FirstLine(before) == FirstLine(again)) {
      before.remove_prefix(FirstLine(before).size());
      again.remove_prefix(FirstLine(again).size());
    }
    Fail("RT", "the export of an imported export differs: " + std::string(FirstLine(before)) +
                   "    became: " + std::string(FirstLine(again)));
  }

  // With its line feed.
  static std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n') + 1); }

  std::string exported_;
};

}  // namespace

std::unique_ptr<Oracle> MakeRt(RunView& view) { return std::make_unique<RoundTripOracle>(view); }

}  // namespace sim
