// What list and children share: the request, the answer, and how it is shown.
#pragma once

#include "bd/command.h"
#include "bd/issue_view.h"
#include "engine/types/filter.h"

namespace bd {

struct ListArgs {
  IssueFilter filter;
  ListOptions options;
  std::string form;    // "", long, tree
  std::string format;  // of --format; empty: none

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("filter", self.filter);
    visit("options", self.options);
    visit("form", self.form);
    visit("format", self.format);
  }
};

struct ListBody {
  std::vector<ListedIssue> issues;
  std::string form, formatted;
  bool limit_reached = false;

  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("issues", self.issues);
    visit("form", self.form);
    visit("formatted", self.formatted);
    visit("limit_reached", self.limit_reached);
  }
  void PrintJson(JsonWriter& out) const { PrintListed(out, issues, shape::Listed()); }
  std::vector<std::string> NotesFor(bool json) const;
};

constexpr int64_t kListLimit = 50;
constexpr int64_t kAgentListLimit = 20;

// What is shown unless asked for otherwise: neither closed nor templates nor gates.
void ApplyListDefaults(IssueFilter& filter);
Result<ListBody> RunList(Session& session, const ListArgs& args);
void PrintList(const ListBody& body, Output& out);

}  // namespace bd
