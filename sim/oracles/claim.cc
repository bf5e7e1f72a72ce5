// CLAIM: of concurrent claims exactly one succeeds: between two acknowledged claims of one issue by different
// agents somebody must have let it go (or may have: a killed or refused command that would).
#include "sim/run/oracle.h"

namespace sim {

namespace {

class ClaimOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void AtEnd() override {
    std::map<std::string, std::vector<const Invocation*>> claims;
    for (const Invocation& invocation : view_.history.invocations()) {
      if (invocation.words[0] != "update" || invocation.outcome != Invocation::Outcome::kAcknowledged)
        continue;
      bool is_claim = false;
      for (const std::string& word : invocation.words) is_claim = is_claim || word == "--claim";
      if (is_claim) claims[invocation.words[1]].push_back(&invocation);
    }
    for (const auto& [id, list] : claims) {
      for (const Invocation* first : list) {
        for (const Invocation* second : list) {
          if (first->number < second->number && first->agent != second->agent &&
              first->directory == second->directory)
            Check(id, *first, *second);
        }
      }
    }
  }

 private:
  void Check(const std::string& id, const Invocation& first, const Invocation& second) {
    for (const Invocation& other : view_.history.invocations()) {
      if (&other == &first || &other == &second) continue;
      const bool between =
          other.end >= std::min(first.begin, second.begin) && other.begin <= std::max(first.end, second.end);
      if (between && MayLetGo(other, id)) return;
    }
    Fail("CLAIM", id + " was claimed by " + first.agent + " and by " + second.agent + ", both were told so");
  }

  static bool MayLetGo(const Invocation& invocation, const std::string& id) {
    if (invocation.is_external) return invocation.is_edit;
    for (const Effect& effect : invocation.effects) {
      if (effect.target.issue != id) continue;
      const bool is_claim_field = effect.target.field == "status" || effect.target.field == "assignee" ||
                                  effect.target.field == "exists";
      const bool claims = effect.value == "in_progress" || effect.value == invocation.agent;
      if (is_claim_field && !claims) return true;
    }
    return false;
  }
};

}  // namespace

std::unique_ptr<Oracle> MakeClaim(RunView& view) { return std::make_unique<ClaimOracle>(view); }

}  // namespace sim
