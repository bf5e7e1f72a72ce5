// What a command prints: data for standard output, collected and written at the end; and how things
// look on a terminal. Colour only on a terminal (NO_COLOR, CLICOLOR=0, CLICOLOR_FORCE).
#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace bd {

enum class Style { kPlain, kId, kDim, kBold, kGood, kWarn, kBad, kAccent };

// Facts about the place that is written to.
struct Terminal {
  bool colour = false;
  int width = 0;       // columns; 0: not a terminal, lines are not cut
  bool agent = false;  // terse output for agents
  static Terminal Detect();
};

class Output {
 public:
  explicit Output(Terminal terminal) : terminal_(terminal) {}

  void Line(std::string_view text = "");
  void Write(std::string_view text) { text_.append(text); }
  // The text in a style, if there are styles here.
  std::string Styled(Style style, std::string_view text) const;
  // As much of the text as fits behind `used` columns.
  std::string Fit(std::string_view text, int used) const;
  const Terminal& terminal() const { return terminal_; }
  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  Terminal terminal_;
  std::string text_;
};

// ○ ◐ ● ✓ ❄ 📌 ?
std::string_view StatusIcon(std::string_view status);
// "● P2"
std::string PriorityMark(int64_t priority);
std::string StyledPriority(const Output& out, int64_t priority);
std::string StyledStatusIcon(const Output& out, std::string_view status);

}  // namespace bd
