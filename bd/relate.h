// relate and unrelate, under their new and their old names.
#pragma once

#include "bd/command.h"

namespace bd {

struct RelateArgs {
  std::string a, b;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("a", self.a);
    visit("b", self.b);
  }
};

struct RelateBody {
  std::string a, b;
  bool related = false;  // else: no longer
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("a", self.a);
    visit("b", self.b);
    visit("related", self.related);
  }
  void PrintJson(JsonWriter& out) const;
};

Result<RelateArgs> PrepareRelate(Invocation& invocation);
Result<RelateBody> RunRelate(Session& session, const RelateArgs& args);
Result<RelateBody> RunUnrelate(Session& session, const RelateArgs& args);
void PrintRelate(const RelateBody& body, Output& out);

// The command under one of its names.
constexpr Command RelateCommand(std::string_view name, bool add, std::string_view deprecated) {
  return {.name = name,
          .summary = add ? "Link two issues in both directions" : "Remove the link between two issues",
          .arguments = "<id1> <id2>",
          .arity = kExactly(2),
          .needs = Needs::kWrite,
          .write_name = add ? "relate" : "unrelate",
          .usage_on_error = true,
          .deprecated = deprecated,
          .completes_ids = true,
          .handlers = add ? Handle<RelateArgs, RelateBody, PrepareRelate, RunRelate, PrintRelate>()
                          : Handle<RelateArgs, RelateBody, PrepareRelate, RunUnrelate, PrintRelate>()};
}

}  // namespace bd
