// label add and label remove.
#pragma once

#include "bd/command.h"

namespace bd {

struct LabelArgs {
  std::vector<std::string> ids;
  std::string label;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("ids", self.ids);
    visit("label", self.label);
  }
};

struct LabelChange {
  std::string issue_id, label, status;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issue_id", self.issue_id);
    visit("label", self.label);
    visit("status", self.status);
  }
};

struct LabelBody {
  std::vector<LabelChange> changes;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("changes", self.changes);
  }
  bool Prints(bool) const { return !changes.empty(); }
  void PrintJson(JsonWriter& out) const { WriteJson(out, changes); }
};

// All arguments but the last are ids, the last is the label.
Result<LabelArgs> PrepareLabel(Invocation& invocation);
Result<LabelBody> RunLabelAdd(Session& session, const LabelArgs& args);
Result<LabelBody> RunLabelRemove(Session& session, const LabelArgs& args);
void PrintLabel(const LabelBody& body, Output& out);

}  // namespace bd
