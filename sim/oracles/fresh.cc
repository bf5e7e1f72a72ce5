// FRESH: when everything has come to rest, the shared file says what the store says, and nothing is left to
// be written.
#include "sim/run/oracle.h"

namespace sim {

namespace {

class FreshOracle : public Oracle {
 public:
  using Oracle::Oracle;

  void OnInvocationEnd(const Invocation& invocation) override {
    if (invocation.agent == "healer" && invocation.words[0] == "export")
      exported_[invocation.directory] = invocation.output;
  }

  void AtEnd() override {
    for (const std::string& workspace : view_.workspaces) Check(workspace);
  }

 private:
  void Check(const std::string& workspace) {
    const Inode* file = SharedFile(view_.world, workspace);
    if (file == nullptr) return;
    const std::vector<std::string> left =
        view_.stores->Ask(DatabaseOf(workspace), "SELECT issue_id FROM dirty_issues");
    if (!left.empty()) Fail("FRESH", "the store still has to publish " + left[0]);
    // Lines that could not be read are kept in the file and are not exported.
    if (!view_.external_edits && exported_[workspace] != file->content.visible()) {
      Fail("FRESH", "the shared file is not what the store exports");
    }
  }

  std::map<std::string, std::string> exported_;
};

}  // namespace

std::unique_ptr<Oracle> MakeFresh(RunView& view) { return std::make_unique<FreshOracle>(view); }

}  // namespace sim
