// Commands that print a text and nothing else.
#pragma once

#include "bd/command.h"

namespace bd {

// There is no JSON form: the text stands for it.
struct GuideBody {
  static constexpr bool kTextOnly = true;
  std::string text;
  using DescribedTag = void;
  template <typename Visitor, typename Self>
  static void Describe(Visitor& visit, Self& self) {
    visit("text", self.text);
  }
};
inline void PrintGuide(const GuideBody& body, Output& out) { out.Write(body.text); }

// The handlers of a command that always prints the same.
template <const std::string_view& Text>
constexpr Handlers Guide() {
  constexpr auto run = [](const NoArgs&) -> Result<GuideBody> { return GuideBody{std::string(Text)}; };
  return Handle<NoArgs, GuideBody, PrepareNothing, run, PrintGuide>();
}

}  // namespace bd
